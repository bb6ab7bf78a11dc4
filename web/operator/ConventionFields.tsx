// Parts of the form of a convention: the rules of the password, and what happens when a term ends.
import { Alert } from '../ui/Alert.tsx'
import { CheckField, RadioGroup, TextField } from '../ui/Field.tsx'
import type { Typed } from './ConventionForm.tsx'
import { type Form, wholeOf } from './forms.tsx'
import { useOfficeTexts } from './texts/operator.ts'

const WEAK_LENGTH = 8
const RULES = ['letters', 'digits', 'symbols', 'notPersonal', 'notCommon'] as const

export const PasswordFields = ({
  policy,
  onChange,
}: {
  readonly policy: Typed['policy']
  readonly onChange: (policy: Typed['policy']) => void
}) => {
  const t = useOfficeTexts().conventions
  const length = (name: 'minLength' | 'maxLength') => (text: string) =>
    onChange({ ...policy, [name]: wholeOf(text) ?? 0 })
  return (
    <fieldset className="cl-group">
      <legend>
        <h2>{t.passwordTitle}</h2>
      </legend>
      <TextField
        label={t.minLength}
        short
        inputMode="numeric"
        value={String(policy.minLength)}
        note={policy.minLength < WEAK_LENGTH ? t.weakPolicy : undefined}
        onChange={length('minLength')}
      />
      <TextField
        label={t.maxLength}
        short
        inputMode="numeric"
        value={String(policy.maxLength)}
        onChange={length('maxLength')}
      />
      {RULES.map((rule) => (
        <CheckField
          key={rule}
          label={t[rule]}
          checked={policy[rule]}
          onChange={(on) => onChange({ ...policy, [rule]: on })}
        />
      ))}
    </fieldset>
  )
}

/** From here on a box that receives unread is a danger to its holder. */
const LONG_GRACE = 90
const SHORT_TAKE_OUT = 30

export const ExpiryFields = ({
  typed,
  form,
  onChange,
}: {
  readonly typed: Typed
  readonly form: Form
  readonly onChange: (change: Partial<Typed>) => void
}) => {
  const t = useOfficeTexts().conventions
  const grace = wholeOf(typed.graceDays) ?? 0
  const takeOut = wholeOf(typed.takeOutDays)
  return (
    <>
      <h2>{t.endTitle}</h2>
      <TextField
        id="graceDays"
        label={t.grace}
        hint={t.graceHint}
        short
        inputMode="numeric"
        value={typed.graceDays}
        error={form.errorOf('graceDays')}
        onChange={(graceDays) => onChange({ graceDays })}
      />
      <RadioGroup
        legend={t.receives}
        hint={t.receivesDefault}
        name="receives"
        value={typed.receives ? 'yes' : 'no'}
        choices={[
          { value: 'yes', label: <Choice name={t.receivesYes} means={t.receivesYesMeans} /> },
          { value: 'no', label: <Choice name={t.receivesNo} means={t.receivesNoMeans} /> },
        ]}
        onChange={(value) => onChange({ receives: value === 'yes' })}
      />
      <div role="status">
        {typed.receives && grace > LONG_GRACE && <Alert kind="warning">{t.receivesWarning}</Alert>}
      </div>
      <TextField
        id="takeOutDays"
        label={t.takeOut}
        hint={t.takeOutHint}
        short
        inputMode="numeric"
        value={typed.takeOutDays}
        error={form.errorOf('takeOutDays')}
        note={takeOut !== undefined && takeOut < SHORT_TAKE_OUT ? t.takeOutShort : undefined}
        onChange={(takeOutDays) => onChange({ takeOutDays })}
      />
    </>
  )
}

const Choice = ({ name, means }: { readonly name: string; readonly means: string }) => (
  <>
    <strong>{name}</strong>
    <br />
    {means}
  </>
)

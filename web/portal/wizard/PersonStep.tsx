// Personal data and the password of the box.
import { useEffect, useState } from 'react'
import { judgePassword } from '../../../src/core/identity/passwordPolicy.ts'
import { parseFiscalCode } from '../../../src/core/register/fiscalCode.ts'
import type { Mistake } from '../../ui/Alert.tsx'
import { call } from '../../ui/api.ts'
import { Button } from '../../ui/Button.tsx'
import type { EnrolmentView } from '../../ui/contract.ts'
import { DateField } from '../../ui/DateField.tsx'
import { TextField } from '../../ui/Field.tsx'
import { asProblem } from '../../ui/hooks.ts'
import { useLanguage } from '../../ui/language.ts'
import { PasswordField, type ShownRule } from '../../ui/PasswordField.tsx'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt, type } from '../case.ts'
import { StepPage, type StepState, useStep } from './step.tsx'

const birthDateOf = (fiscalCode: string): string | undefined => {
  const read = parseFiscalCode(fiscalCode, new Date().getFullYear())
  return read.kind === 'personal' ? read.birthDate : undefined
}

export const PersonStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard().person
  const language = useLanguage()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState(false)
  const derived = birthDateOf(view.person.fiscalCode)

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step begins
  useEffect(() => {
    if (!view.draft.birthDate && derived) type({ birthDate: derived })
  }, [])

  const { surname, givenName, fiscalCode } = view.person
  const verdicts = judgePassword(view.convention.passwordPolicy, password, {
    names: [surname, givenName],
    fiscalCode,
    addresses: view.address ? [view.address] : [],
  })
  const rules: readonly ShownRule[] = verdicts.map(({ label, holds }) => ({ label: label[language], holds }))
  const act = async (): Promise<readonly Mistake[] | undefined> => {
    if (password === '') return undefined
    if (!verdicts.every(({ holds }) => holds)) return [{ field: 'password', message: t.passwordWeak }]
    try {
      adopt(await call('PUT /enrolment/password', { body: { password } }))
      return undefined
    } catch (error) {
      const refused = asProblem(error)
      if (refused.code !== 'passwordWeak') throw refused
      return [{ field: 'password', message: `${refused.title}. ${refused.detail}` }]
    }
  }
  const form = useStep('person', view, { act })
  const good = password !== '' && verdicts.every(({ holds }) => holds)
  const mistakes = form.mistakes.filter((one) => !(good && one.field === 'password'))
  return (
    <StepPage step="person" title={t.title} lead={t.lead} form={{ ...form, mistakes }}>
      <PersonFields form={form} fromCode={derived !== undefined} />
      <h2>{t.passwordTitle}</h2>
      {view.passwordSet && !again ? (
        <div className="cl-card cl-soft">
          <p>{t.passwordKept}</p>
          <Button look="outline-primary" small onClick={() => setAgain(true)}>
            {t.passwordChange}
          </Button>
        </div>
      ) : (
        <>
          {/* Programs that keep passwords learn by this whose it is. */}
          <input
            type="text"
            className="visually-hidden"
            autoComplete="username"
            value={view.address ?? ''}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
          <PasswordField
            id="password"
            label={t.password}
            hint={view.address ? t.passwordHint(view.address) : t.passwordHintNoAddress}
            error={good ? undefined : form.errorOf('password')}
            value={password}
            onChange={setPassword}
            rules={rules}
            autoComplete="new-password"
          />
        </>
      )}
    </StepPage>
  )
}

const PersonFields = ({ form, fromCode }: { readonly form: StepState; readonly fromCode: boolean }) => {
  const t = useWizard().person
  const { field } = form
  return (
    <>
      <h2>{t.birthTitle}</h2>
      <DateField
        {...field('birthDate')}
        label={t.birthDate}
        hint={fromCode ? t.birthDateFromCode : undefined}
        autoComplete="bday"
      />
      <TextField
        {...field('birthPlace')}
        label={t.birthPlace}
        hint={t.birthPlaceHint}
        autoComplete="off"
        maxLength={80}
      />
      <h2>{t.homeTitle}</h2>
      <TextField {...field('street')} label={t.street} autoComplete="street-address" maxLength={120} />
      <TextField {...field('town')} label={t.town} autoComplete="address-level2" maxLength={80} />
      <TextField
        {...field('postcode')}
        label={t.postcode}
        short
        inputMode="numeric"
        autoComplete="postal-code"
        maxLength={10}
      />
      <TextField
        {...field('province')}
        label={t.province}
        hint={t.provinceHint}
        short
        upper
        autoComplete="address-level1"
        maxLength={2}
      />
      <TextField {...field('phone')} label={t.phone} hint={t.phoneHint} type="tel" autoComplete="tel" maxLength={40} />
    </>
  )
}

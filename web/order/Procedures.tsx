// Procedures of the Order: what follows is told first, then confirmed in a dialog.
import { type FormEvent, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { ErrorSummary, ProblemAlert } from '../ui/Alert.tsx'
import { DateField } from '../ui/DateField.tsx'
import { CheckField, TextArea, TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { Dialog } from '../ui/Parts.tsx'
import type { MemberView } from './contract.ts'
import { FormActions } from './MemberForms.tsx'
import { useDeskTexts } from './texts/order.ts'

type Kind = MemberView['procedures'][number]['kind']
type Part = { readonly order: string; readonly view: MemberView; readonly onDone: (told: string) => void }

export const Procedures = ({ order, view, onDone }: Part) => {
  const t = useDeskTexts().member
  const forbidden = useMay(order)('members.procedures')
  const [kind, setKind] = useState<Kind>()
  const name = (one: Kind): string => t.procedure[one]?.name ?? one
  return (
    <section aria-labelledby="procedures-title">
      <h2 id="procedures-title">{t.procedures}</h2>
      <p>{t.proceduresLead}</p>
      <ul className="cl-procedures">
        {view.procedures.map((one) => (
          <li key={one.kind}>
            <ActionButton
              why={forbidden ?? (one.allowed ? undefined : (one.why ?? ''))}
              look="outline-primary"
              small
              onClick={() => setKind(one.kind)}
            >
              {name(one.kind)}
            </ActionButton>
          </li>
        ))}
      </ul>
      <Dialog open={kind !== undefined} title={kind ? name(kind) : ''} onClose={() => setKind(undefined)}>
        {kind && (
          <Begin
            order={order}
            member={view.member.id}
            kind={kind}
            onCancel={() => setKind(undefined)}
            onDone={() => {
              setKind(undefined)
              onDone(t.begun_(name(kind)))
            }}
          />
        )}
      </Dialog>
    </section>
  )
}

const DAY = /^\d{4}-\d\d-\d\d$/
const today = (): string => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Rome' }).format(new Date())

const Begin = ({
  order,
  member,
  kind,
  onCancel,
  onDone,
}: {
  readonly order: string
  readonly member: number
  readonly kind: Kind
  readonly onCancel: () => void
  readonly onDone: () => void
}) => {
  const t = useDeskTexts().member
  const [on, setOn] = useState(today())
  const [reason, setReason] = useState('')
  const [toOrder, setToOrder] = useState('')
  const [understood, setUnderstood] = useState(false)
  const [turn, setTurn] = useState(0)
  const { name, follows } = t.procedure[kind]!
  const found = [
    ...(DAY.test(on) ? [] : [{ field: 'procedure-on', message: t.onMissing }]),
    ...(reason.trim().length < 3 ? [{ field: 'procedure-reason', message: t.whyMissing }] : []),
    ...(understood ? [] : [{ field: 'procedure-understood', message: t.understandMissing }]),
  ]
  const mistakes = turn > 0 ? found : []
  const errorOf = (field: string) => mistakes.find((one) => one.field === field)?.message
  const begin = useAction(async () => {
    await ask('POST /orders/:order/members/:member/procedures', {
      params: { order, member },
      body: {
        kind,
        on,
        reason: reason.trim(),
        ...(kind === 'transfer' && toOrder.trim() ? { toOrder: toOrder.trim().toUpperCase() } : {}),
      },
    })
    onDone()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTurn(turn + 1)
    if (found.length === 0) void begin.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary mistakes={mistakes} turn={turn} />
      <ProblemAlert problem={begin.problem} />
      <h3>{t.whatFollows}</h3>
      <ol className="cl-list">
        {follows.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ol>
      <DateField id="procedure-on" label={t.on} value={on} error={errorOf('procedure-on')} onChange={setOn} />
      {kind === 'transfer' && (
        <TextField
          label={t.toOrder}
          hint={t.toOrderHint}
          optional
          upper
          short
          maxLength={64}
          autoComplete="off"
          value={toOrder}
          onChange={setToOrder}
        />
      )}
      <TextArea
        id="procedure-reason"
        label={t.why}
        hint={t.whyHint}
        value={reason}
        maxLength={1000}
        error={errorOf('procedure-reason')}
        onChange={setReason}
      />
      <CheckField
        id="procedure-understood"
        label={t.understand}
        checked={understood}
        error={errorOf('procedure-understood')}
        onChange={setUnderstood}
      />
      <FormActions busy={begin.busy} label={name} danger={kind !== 'reinstate'} onCancel={onCancel} />
    </form>
  )
}

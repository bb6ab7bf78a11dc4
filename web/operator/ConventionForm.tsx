// The form of a convention; the legal meaning of a choice stands beside the choice.
import { useState } from 'react'
import { HISTORIC_PASSWORD_POLICY } from '../../src/core/convention/convention.ts'
import { ask } from '../staff/ask.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { ErrorSummary, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { DateField } from '../ui/DateField.tsx'
import { CheckField, RadioGroup, SelectField, TextField } from '../ui/Field.tsx'
import { HOURS, PHONE } from '../ui/facts.ts'
import { useAction } from '../ui/hooks.ts'
import { ExpiryFields, PasswordFields } from './ConventionFields.tsx'
import type { ConventionRow, FrameworkRow, OrderRow } from './contract.ts'
import { bytesOf, centsOf, isDay, showCents, showGigabytes, useForm, wholeOf } from './forms.tsx'
import { useOfficeTexts } from './texts/operator.ts'

/** What is typed, before it is numbers. */
export type Typed = {
  readonly code: string
  readonly order: string
  readonly framework: string
  readonly domain: string
  readonly startsOn: string
  readonly endsOn: string
  readonly seats: string
  readonly termMonths: string
  readonly price: string
  readonly payer: ConventionRow['terms']['payer']
  readonly policy: ConventionRow['terms']['passwordPolicy']
  readonly quota: string
  readonly graceDays: string
  readonly receives: boolean
  readonly takeOutDays: string
  readonly secondPair: boolean
  readonly unread: boolean
  readonly phone: string
  readonly hours: string
}

const FRESH: Typed = {
  code: '',
  order: '',
  framework: '',
  domain: '',
  startsOn: '',
  endsOn: '',
  seats: '',
  termMonths: '36',
  price: '',
  payer: 'order',
  policy: HISTORIC_PASSWORD_POLICY,
  quota: '1',
  graceDays: '30',
  receives: true,
  takeOutDays: '90',
  secondPair: false,
  unread: false,
  phone: PHONE ?? '',
  hours: HOURS ?? '',
}

const typedOf = ({ terms, ...row }: ConventionRow): Typed => ({
  code: row.code,
  order: row.order,
  framework: row.framework ?? '',
  domain: row.domain,
  startsOn: row.startsOn,
  endsOn: row.endsOn,
  seats: row.seats === undefined ? '' : String(row.seats),
  termMonths: String(terms.termMonths),
  price: showCents(terms.priceCents),
  payer: terms.payer,
  policy: terms.passwordPolicy,
  quota: showGigabytes(terms.quotaBytes),
  graceDays: String(terms.graceDays),
  receives: terms.receivesWhenExpired,
  takeOutDays: String(terms.takeOutDays),
  secondPair: terms.secondPairOfEyes,
  unread: terms.orderSeesUnread,
  phone: terms.helpDeskPhone,
  hours: terms.helpDeskHours ?? '',
})

const bodyOf = (typed: Typed) => ({
  code: typed.code.trim().toUpperCase(),
  order: typed.order,
  ...(typed.framework ? { framework: typed.framework } : {}),
  domain: typed.domain.trim().toLowerCase(),
  startsOn: typed.startsOn,
  endsOn: typed.endsOn,
  ...(typed.seats.trim() ? { seats: wholeOf(typed.seats)! } : {}),
  terms: {
    termMonths: wholeOf(typed.termMonths)!,
    priceCents: centsOf(typed.price)!,
    payer: typed.payer,
    passwordPolicy: typed.policy,
    quotaBytes: bytesOf(typed.quota)!,
    graceDays: wholeOf(typed.graceDays)!,
    receivesWhenExpired: typed.receives,
    takeOutDays: wholeOf(typed.takeOutDays)!,
    secondPairOfEyes: typed.secondPair,
    orderSeesUnread: typed.unread,
    helpDeskPhone: typed.phone.trim(),
    ...(typed.hours.trim() ? { helpDeskHours: typed.hours.trim() } : {}),
  },
})

const useMistakes = (typed: Typed) => {
  const office = useOfficeTexts()
  const t = office.conventions
  const need = (field: string, ok: boolean, message = office.missing) => !ok && { field, message }
  const number = (field: string, value: unknown) => need(field, value !== undefined, office.wrongNumber)
  return [
    need('code', typed.code.trim().length >= 4, office.codeMissing),
    need('order', typed.order !== ''),
    need('domain', typed.domain.trim() !== ''),
    need('startsOn', isDay(typed.startsOn), office.wrongDate),
    need('endsOn', isDay(typed.endsOn), office.wrongDate),
    need('endsOn', !isDay(typed.startsOn) || !isDay(typed.endsOn) || typed.endsOn >= typed.startsOn, t.endsBefore),
    need('seats', typed.seats.trim() === '' || (wholeOf(typed.seats) ?? 0) > 0, office.wrongNumber),
    number('termMonths', wholeOf(typed.termMonths)),
    number('price', centsOf(typed.price)),
    number('quota', bytesOf(typed.quota)),
    number('graceDays', wholeOf(typed.graceDays)),
    number('takeOutDays', wholeOf(typed.takeOutDays)),
    need('phone', PHONE !== undefined || typed.phone.trim() !== ''),
  ]
}

export const ConventionForm = ({
  convention,
  orders,
  frameworks,
  why,
  onSaved,
}: {
  readonly convention: ConventionRow | undefined
  readonly orders: readonly OrderRow[]
  readonly frameworks: readonly FrameworkRow[]
  readonly why: string | undefined
  readonly onSaved: (code: string) => void
}) => {
  const office = useOfficeTexts()
  const t = office.conventions
  const [typed, setTyped] = useState<Typed>(convention ? typedOf(convention) : FRESH)
  const set = (change: Partial<Typed>): void => setTyped((old) => ({ ...old, ...change }))
  const text = (name: keyof Typed) => ({
    id: name,
    value: String(typed[name]),
    error: form.errorOf(name),
    autoComplete: 'off',
    onChange: (value: string) => set({ [name]: value }),
  })
  const save = useAction(async () => {
    const body = bodyOf(typed)
    await ask('PUT /operator/conventions/:convention', { params: { convention: body.code }, body })
    onSaved(body.code)
  })
  const form = useForm(useMistakes(typed), () => void save.run())
  return (
    <form onSubmit={form.submit} noValidate className="cl-column">
      <ErrorSummary mistakes={form.mistakes} turn={form.turn} />
      <ProblemAlert problem={save.problem} />
      {convention ? (
        <p className="cl-muted">
          {office.codeFixed} {t.existing}
        </p>
      ) : (
        <TextField {...text('code')} label={office.code} hint={t.codeHint} upper short maxLength={80} />
      )}
      <SelectField
        {...text('order')}
        label={t.order}
        placeholder=""
        choices={orders.map((one) => ({ value: one.code, label: `${one.name} (${one.code})` }))}
      />
      <SelectField
        {...text('framework')}
        label={t.framework}
        optional
        placeholder={t.noFramework}
        choices={frameworks.map((one) => ({ value: one.code, label: `${one.title} (${one.code})` }))}
      />
      <TextField {...text('domain')} label={t.domain} hint={t.domainHint} maxLength={253} />
      <DateField {...text('startsOn')} label={t.starts} />
      <DateField {...text('endsOn')} label={t.ends} hint={t.endsHint} />
      <TextField {...text('seats')} label={t.seats} hint={t.seatsHint} optional short inputMode="numeric" />
      <h2>{t.termTitle}</h2>
      <TextField {...text('termMonths')} label={t.termMonths} short inputMode="numeric" />
      <TextField {...text('price')} label={t.price} hint={t.priceHint} short inputMode="decimal" />
      <RadioGroup
        legend={t.payer}
        name="payer"
        value={typed.payer}
        choices={(['order', 'member', 'split'] as const).map((value) => ({ value, label: t.payers[value] }))}
        onChange={(payer) => set({ payer: payer as Typed['payer'] })}
      />
      <h2>{t.boxTitle}</h2>
      <TextField {...text('quota')} label={t.quota} short inputMode="decimal" />
      <TextField
        {...text('phone')}
        label={t.helpDesk}
        hint={PHONE && t.helpDeskHint(PHONE)}
        short
        inputMode="tel"
        maxLength={40}
      />
      <TextField {...text('hours')} label={t.helpDeskHours} hint={t.helpDeskHoursHint} optional maxLength={200} />
      <CheckField label={t.secondPair} checked={typed.secondPair} onChange={(secondPair) => set({ secondPair })} />
      <CheckField label={t.orderSeesUnread} checked={typed.unread} onChange={(unread) => set({ unread })} />
      <PasswordFields policy={typed.policy} onChange={(policy) => set({ policy })} />
      <ExpiryFields typed={typed} form={form} onChange={set} />
      <div className="cl-actions">
        {why === undefined ? (
          <Button type="submit" busy={save.busy}>
            {office.save}
          </Button>
        ) : (
          <ActionButton why={why} onClick={() => {}}>
            {office.save}
          </ActionButton>
        )}
      </div>
    </form>
  )
}

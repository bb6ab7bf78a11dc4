// The Orders of this provider: the list, and the form of one.
import plus from 'icon:plus-circle'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ActionButton, ActionLink } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { Alert, ErrorSummary, ProblemAlert } from '../ui/Alert.tsx'
import { Button, LinkButton } from '../ui/Button.tsx'
import { CheckField, RadioGroup, TextField } from '../ui/Field.tsx'
import { showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import type { OrderRow } from './contract.ts'
import { showYearDays, useForm, yearDaysOf } from './forms.tsx'
import { useOfficeTexts } from './texts/operator.ts'

const useOrders = () => useResource('orders', (signal) => ask('GET /operator/orders', { signal }))

export const OrdersPage = () => {
  const office = useOfficeTexts()
  const t = office.orders
  const heading = usePage(t.title)
  const why = useMay()('conventions.write')
  const { data, problem, reload } = useOrders()
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <ActionLink why={why} href="/ordini/nuovo" icon={plus} small>
          {t.new}
        </ActionLink>
      </div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.caption}
          rows={data.items}
          rowKey={(row) => row.code}
          empty={<p>{t.empty}</p>}
          columns={[
            {
              key: 'name',
              label: t.name,
              heading: true,
              cell: (row) => <Link href={`/ordini/${encodeURIComponent(row.code)}`}>{row.name}</Link>,
            },
            { key: 'code', label: office.code, cell: (row) => <span className="cl-code">{row.code}</span> },
            { key: 'members', label: t.members, number: true, cell: (row) => showNumber(row.members) },
            { key: 'boxes', label: t.boxes, number: true, cell: (row) => showNumber(row.boxes) },
            {
              key: 'secretariat',
              label: t.secretariat,
              cell: (row) => (
                <>
                  {row.profile.secretariat.phone}
                  <br />
                  <span className="cl-address">{row.profile.secretariat.email}</span>
                </>
              ),
            },
          ]}
        />
      )}
    </>
  )
}

export const OrderPage = ({ code }: { readonly code: string | undefined }) => {
  const office = useOfficeTexts()
  const t = office.orders
  const [, navigate] = useLocation()
  const { data, problem, reload } = useOrders()
  const [told, setTold] = useState(false)
  const found = data?.items.find((one) => one.code === code)
  const title = found?.name ?? (code === undefined ? t.new : code)
  const heading = usePage(title, code ?? 'new')
  return (
    <>
      <p>
        <Link href="/ordini">{t.backTo}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <div role="status">
        {told && (
          <Alert kind="success">
            <p>{office.saved}</p>
            <p>
              <LinkButton href="/operatori" look="outline-primary" small>
                {t.invite}
              </LinkButton>
            </p>
          </Alert>
        )}
      </div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && code !== undefined && !found && <Alert kind="warning">{office.unknownCode}</Alert>}
      {data && (code === undefined || found) && (
        <OrderForm
          key={code ?? 'new'}
          order={found}
          onSaved={(saved) => {
            setTold(true)
            reload()
            if (code === undefined) navigate(`/ordini/${encodeURIComponent(saved)}`)
            window.scrollTo(0, 0)
          }}
        />
      )}
    </>
  )
}

const typedOf = (order: OrderRow | undefined) => {
  const profile = order?.profile
  return {
    code: order?.code ?? '',
    name: order?.name ?? '',
    holidays: showYearDays(order?.localHolidays ?? []),
    fiscalCode: profile?.fiscalCode ?? '',
    vat: profile?.vatNumber ?? '',
    street: profile?.address.street ?? '',
    postcode: profile?.address.postcode ?? '',
    town: profile?.address.town ?? '',
    province: profile?.address.province ?? '',
    pec: profile?.pec ?? '',
    phone: profile?.secretariat.phone ?? '',
    email: profile?.secretariat.email ?? '',
    hours: profile?.secretariat.hours ?? '',
    format: profile?.invoicing.format ?? ('FPA12' as const),
    recipient: profile?.invoicing.recipientCode ?? '',
    split: profile?.invoicing.splitPayment ?? false,
    cig: profile?.invoicing.cig ?? '',
    cup: profile?.invoicing.cup ?? '',
  }
}
type Typed = ReturnType<typeof typedOf>

/** Only what was written: nothing is kept as an empty text. */
const given = <K extends string>(name: K, text: string): { readonly [key in K]?: string } =>
  (text.trim() ? { [name]: text.trim() } : {}) as { readonly [key in K]?: string }

const bodyOf = (typed: Typed) => ({
  code: typed.code.trim(),
  name: typed.name.trim(),
  localHolidays: yearDaysOf(typed.holidays) ?? [],
  profile: {
    fiscalCode: typed.fiscalCode.trim().toUpperCase(),
    ...given('vatNumber', typed.vat),
    address: {
      street: typed.street.trim(),
      postcode: typed.postcode.trim(),
      town: typed.town.trim(),
      province: typed.province.trim().toUpperCase(),
    },
    secretariat: { phone: typed.phone.trim(), email: typed.email.trim(), ...given('hours', typed.hours) },
    ...given('pec', typed.pec),
    invoicing: {
      format: typed.format,
      recipientCode: typed.recipient.trim().toUpperCase(),
      splitPayment: typed.split,
      ...given('cig', typed.cig),
      ...given('cup', typed.cup),
    },
  },
})

const NEEDED = ['fiscalCode', 'street', 'postcode', 'town', 'province', 'phone', 'email'] as const
/** Of the office of a public body, and of anybody else. */
const CODE_LENGTH = { FPA12: 6, FPR12: 7 } as const

const OrderForm = ({
  order,
  onSaved,
}: {
  readonly order: OrderRow | undefined
  readonly onSaved: (code: string) => void
}) => {
  const office = useOfficeTexts()
  const t = office.orders
  const why = useMay()('conventions.write')
  const [typed, setTyped] = useState(typedOf(order))
  const set = (change: Partial<Typed>): void => setTyped((old) => ({ ...old, ...change }))
  const save = useAction(async () => {
    const body = bodyOf(typed)
    await ask('PUT /operator/orders/:order', { params: { order: body.code }, body })
    onSaved(body.code)
  })
  const length = CODE_LENGTH[typed.format]
  const form = useForm(
    [
      !/^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(typed.code.trim()) && { field: 'code', message: t.codeWrong },
      typed.name.trim().length < 3 && { field: 'name', message: office.missing },
      ...NEEDED.map((field) => typed[field].trim() === '' && { field, message: office.missing }),
      yearDaysOf(typed.holidays) === undefined && { field: 'holidays', message: t.holidaysWrong },
      typed.recipient.trim().length !== length && { field: 'recipient', message: t.recipientWrong(length) },
    ],
    () => void save.run(),
  )
  const text = (name: Exclude<keyof Typed, 'split' | 'format'>) => ({
    id: name,
    value: typed[name],
    error: form.errorOf(name),
    autoComplete: 'off',
    onChange: (value: string) => set({ [name]: value }),
  })
  return (
    <form onSubmit={form.submit} noValidate className="cl-column">
      <ErrorSummary mistakes={form.mistakes} turn={form.turn} />
      <ProblemAlert problem={save.problem} />
      {order ? (
        <p className="cl-muted">{office.codeFixed}</p>
      ) : (
        <TextField
          {...text('code')}
          label={office.code}
          hint={t.codeHint}
          upper
          short
          maxLength={64}
          onChange={(code) => set({ code: code.toUpperCase() })}
        />
      )}
      <h2>{t.identity}</h2>
      <TextField {...text('name')} label={t.name} maxLength={200} />
      <TextField {...text('fiscalCode')} label={t.fiscalCode} upper short maxLength={16} />
      <TextField {...text('vat')} label={t.vat} optional short maxLength={11} inputMode="numeric" />
      <TextField {...text('street')} label={t.street} maxLength={120} />
      <TextField {...text('postcode')} label={t.postcode} short maxLength={10} inputMode="numeric" />
      <TextField {...text('town')} label={t.town} maxLength={80} />
      <TextField {...text('province')} label={t.province} short upper maxLength={4} />
      <TextField {...text('pec')} label={t.pec} optional type="email" maxLength={254} />
      <TextField {...text('holidays')} label={t.holidays} hint={t.holidaysHint} optional />
      <h2>{t.contacts}</h2>
      <TextField {...text('phone')} label={t.phone} short inputMode="tel" maxLength={40} />
      <TextField {...text('email')} label={t.email} type="email" maxLength={254} />
      <TextField {...text('hours')} label={t.hours} optional maxLength={200} />
      <h2>{t.invoicing}</h2>
      <RadioGroup
        legend={t.format}
        name="format"
        value={typed.format}
        choices={(['FPA12', 'FPR12'] as const).map((value) => ({ value, label: `${value}: ${t.formats[value]}` }))}
        onChange={(format) => set({ format: format as Typed['format'] })}
      />
      <TextField {...text('recipient')} label={t.recipient} upper short maxLength={7} />
      <CheckField label={t.split} checked={typed.split} onChange={(split) => set({ split })} />
      <TextField {...text('cig')} label={t.cig} optional short upper maxLength={15} />
      <TextField {...text('cup')} label={t.cup} optional short upper maxLength={15} />
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

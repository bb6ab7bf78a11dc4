// Forms about one member: correct the data, register a domicile elsewhere; their fields serve a new member too.
import { type FormEvent, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { useWords } from '../staff/texts/words.ts'
import { ErrorSummary, type Mistake, ProblemAlert } from '../ui/Alert.tsx'
import { newKey } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { RadioGroup, TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { useCommon } from '../ui/texts/common.ts'
import type { MemberRow } from './contract.ts'
import { useDeskTexts } from './texts/order.ts'

export type MemberData = {
  readonly surname: string
  readonly givenName: string
  readonly number: string
  readonly section: MemberRow['section']
  readonly contactEmail: string
}

/** What is wrong with the data of a member, before the server is asked. */
export const useMemberMistakes = (data: MemberData): readonly Mistake[] => {
  const t = useDeskTexts().member
  return [
    ...(data.surname.trim() === '' ? [{ field: 'member-surname', message: t.surnameMissing }] : []),
    ...(data.givenName.trim() === '' ? [{ field: 'member-name', message: t.nameMissing }] : []),
  ]
}

export const MemberFields = ({
  data,
  mistakes,
  onChange,
}: {
  readonly data: MemberData
  readonly mistakes: readonly Mistake[]
  readonly onChange: (data: MemberData) => void
}) => {
  const t = useDeskTexts().member
  const words = useWords()
  const errorOf = (field: string) => mistakes.find((one) => one.field === field)?.message
  return (
    <>
      <TextField
        id="member-surname"
        label={t.surname}
        value={data.surname}
        maxLength={80}
        autoComplete="off"
        error={errorOf('member-surname')}
        onChange={(surname) => onChange({ ...data, surname })}
      />
      <TextField
        id="member-name"
        label={t.givenName}
        value={data.givenName}
        maxLength={80}
        autoComplete="off"
        error={errorOf('member-name')}
        onChange={(givenName) => onChange({ ...data, givenName })}
      />
      <TextField
        id="member-number"
        label={t.number}
        value={data.number}
        maxLength={30}
        short
        autoComplete="off"
        error={errorOf('member-number')}
        onChange={(number) => onChange({ ...data, number })}
      />
      <RadioGroup
        legend={t.section}
        name="section"
        value={data.section}
        choices={(['physician', 'dentist', 'both'] as const).map((value) => ({ value, label: words.sections[value] }))}
        onChange={(section) => onChange({ ...data, section: section as MemberRow['section'] })}
      />
      <TextField
        id="member-email"
        label={t.email}
        type="email"
        inputMode="email"
        optional
        value={data.contactEmail}
        maxLength={254}
        autoComplete="off"
        error={errorOf('member-email')}
        onChange={(contactEmail) => onChange({ ...data, contactEmail })}
      />
    </>
  )
}

/** Confirm and cancel, at the end of a form in a dialog. */
export const FormActions = ({
  busy,
  label,
  danger,
  onCancel,
}: {
  readonly busy: boolean
  readonly label: string
  readonly danger?: boolean
  readonly onCancel: () => void
}) => {
  const common = useCommon()
  return (
    <div className="cl-actions">
      <Button type="submit" busy={busy} look={danger ? 'danger' : 'primary'}>
        {label}
      </Button>
      <Button look="outline-primary" onClick={onCancel}>
        {common.cancel}
      </Button>
    </div>
  )
}

export const EditMember = ({
  order,
  member,
  onCancel,
  onDone,
}: {
  readonly order: string
  readonly member: MemberRow
  readonly onCancel: () => void
  readonly onDone: () => void
}) => {
  const t = useDeskTexts().member
  const [data, setData] = useState<MemberData>({
    surname: member.surname,
    givenName: member.givenName,
    number: member.number,
    section: member.section,
    contactEmail: member.contactEmail ?? '',
  })
  const [turn, setTurn] = useState(0)
  const found = useMemberMistakes(data)
  const mistakes = turn > 0 ? found : []
  const save = useAction(async () => {
    await ask('PATCH /orders/:order/members/:member', {
      params: { order, member: member.id },
      body: {
        ...data,
        surname: data.surname.trim(),
        givenName: data.givenName.trim(),
        contactEmail: data.contactEmail.trim(),
      },
    })
    onDone()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTurn(turn + 1)
    if (found.length === 0) void save.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{t.editLead}</p>
      <ErrorSummary mistakes={mistakes} turn={turn} />
      <ProblemAlert problem={save.problem} />
      <MemberFields data={data} mistakes={mistakes} onChange={setData} />
      <FormActions busy={save.busy} label={t.edit} onCancel={onCancel} />
    </form>
  )
}

export const AddDomicile = ({
  order,
  member,
  onCancel,
  onDone,
}: {
  readonly order: string
  readonly member: number
  readonly onCancel: () => void
  readonly onDone: (address: string) => void
}) => {
  const t = useDeskTexts().member
  const [address, setAddress] = useState('')
  const [tried, setTried] = useState(false)
  const add = useAction(async () => {
    const made = await ask('POST /orders/:order/members/:member/domiciles', {
      params: { order, member },
      body: { address: address.trim() },
      idempotencyKey: newKey(),
    })
    onDone(made.address)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (address.trim() === '') document.getElementById('domicile-address')?.focus()
    else void add.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{t.elsewhereLead}</p>
      <ProblemAlert problem={add.problem} />
      <TextField
        id="domicile-address"
        label={t.address}
        hint={t.pecHint}
        type="email"
        inputMode="email"
        autoComplete="off"
        value={address}
        maxLength={254}
        error={tried && address.trim() === '' ? t.pecMissing : undefined}
        onChange={setAddress}
      />
      <FormActions busy={add.busy} label={t.register} onCancel={onCancel} />
    </form>
  )
}

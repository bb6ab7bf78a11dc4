// One new member, by hand.
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { parseFiscalCode } from '../../src/core/register/fiscalCode.ts'
import { ask } from '../staff/ask.ts'
import { ErrorSummary, type Mistake, ProblemAlert } from '../ui/Alert.tsx'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useAction, usePage } from '../ui/hooks.ts'
import { useCommon } from '../ui/texts/common.ts'
import { type MemberData, MemberFields, useMemberMistakes } from './MemberForms.tsx'
import { useDeskTexts } from './texts/order.ts'

const EMPTY: MemberData = { surname: '', givenName: '', number: '', section: 'physician', contactEmail: '' }

export const NewMemberPage = ({ order }: { readonly order: string }) => {
  const t = useDeskTexts().member
  const common = useCommon()
  const heading = usePage(t.newTitle)
  const [, navigate] = useLocation()
  const [code, setCode] = useState('')
  const [data, setData] = useState(EMPTY)
  const [turn, setTurn] = useState(0)
  const parsed = parseFiscalCode(code, new Date().getFullYear())
  const codeProblem = parsed.kind === 'refused' ? t.codeWrong[parsed.problem] : undefined
  const other = useMemberMistakes(data)
  const found: readonly Mistake[] = [
    ...(codeProblem ? [{ field: 'member-code', message: codeProblem }] : []),
    ...other,
    ...(data.number.trim() === '' ? [{ field: 'member-number', message: t.numberMissing }] : []),
  ]
  const mistakes = turn > 0 ? found : []
  const add = useAction(async () => {
    const email = data.contactEmail.trim()
    const row = await ask('POST /orders/:order/members', {
      params: { order },
      body: {
        fiscalCode: code,
        surname: data.surname.trim(),
        givenName: data.givenName.trim(),
        number: data.number.trim(),
        section: data.section,
        ...(email ? { contactEmail: email } : {}),
      },
    })
    navigate(`/iscritti/${row.id}`)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTurn(turn + 1)
    if (found.length === 0) void add.run()
  }
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {t.newTitle}
      </h1>
      <p className="lead">{t.newLead}</p>
      <form onSubmit={submit} noValidate>
        <ErrorSummary mistakes={mistakes} turn={turn} />
        <ProblemAlert problem={add.problem} />
        <TextField
          id="member-code"
          label={t.fiscalCode}
          upper
          value={code}
          maxLength={40}
          autoComplete="off"
          error={turn > 0 ? codeProblem : undefined}
          onChange={setCode}
        />
        <MemberFields data={data} mistakes={mistakes} onChange={setData} />
        <div className="cl-actions">
          <Button type="submit" busy={add.busy}>
            {t.add}
          </Button>
          <LinkButton href="/iscritti" look="outline-primary">
            {common.cancel}
          </LinkButton>
        </div>
      </form>
    </div>
  )
}

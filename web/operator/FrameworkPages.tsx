// Framework conventions of federations: the list, and the form of one.
import plus from 'icon:plus-circle'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ActionButton, ActionLink } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { Alert, ErrorSummary, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { DateField } from '../ui/DateField.tsx'
import { TextField } from '../ui/Field.tsx'
import { showDay } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import type { FrameworkRow } from './contract.ts'
import { isDay, useForm } from './forms.tsx'
import { useOfficeTexts } from './texts/operator.ts'

const useFrameworks = () => useResource('frameworks', (signal) => ask('GET /operator/frameworks', { signal }))

export const FrameworksPage = () => {
  const office = useOfficeTexts()
  const t = office.frameworks
  const heading = usePage(t.title)
  const why = useMay()('conventions.write')
  const { data, problem, reload } = useFrameworks()
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <ActionLink why={why} href="/accordi/nuovo" icon={plus} small>
          {t.new}
        </ActionLink>
      </div>
      <p className="lead">{t.lead}</p>
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
              cell: (row) => <Link href={`/accordi/${encodeURIComponent(row.code)}`}>{row.title}</Link>,
            },
            { key: 'code', label: office.code, cell: (row) => <span className="cl-code">{row.code}</span> },
            { key: 'federation', label: t.federation, cell: (row) => row.federation },
            { key: 'signed', label: t.signed, cell: (row) => showDay(row.signedOn) },
            { key: 'ends', label: t.ends, cell: (row) => (row.endsOn ? showDay(row.endsOn) : t.noEnd) },
          ]}
        />
      )}
    </>
  )
}

export const FrameworkPage = ({ code }: { readonly code: string | undefined }) => {
  const office = useOfficeTexts()
  const t = office.frameworks
  const [, navigate] = useLocation()
  const { data, problem, reload } = useFrameworks()
  const [told, setTold] = useState(false)
  const found = data?.items.find((one) => one.code === code)
  const title = found?.title ?? (code === undefined ? t.new : code)
  const heading = usePage(title, code ?? 'new')
  return (
    <>
      <p>
        <Link href="/accordi">{t.backTo}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <div role="status">{told && <Alert kind="success">{office.saved}</Alert>}</div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && code !== undefined && !found && <Alert kind="warning">{office.unknownCode}</Alert>}
      {data && (code === undefined || found) && (
        <FrameworkForm
          key={code ?? 'new'}
          framework={found}
          onSaved={(saved) => {
            setTold(true)
            reload()
            if (code === undefined) navigate(`/accordi/${encodeURIComponent(saved)}`)
            window.scrollTo(0, 0)
          }}
        />
      )}
    </>
  )
}

const FrameworkForm = ({
  framework,
  onSaved,
}: {
  readonly framework: FrameworkRow | undefined
  readonly onSaved: (code: string) => void
}) => {
  const office = useOfficeTexts()
  const t = office.frameworks
  const why = useMay()('conventions.write')
  const [code, setCode] = useState(framework?.code ?? '')
  const [federation, setFederation] = useState(framework?.federation ?? '')
  const [title, setTitle] = useState(framework?.title ?? '')
  const [signedOn, setSignedOn] = useState(framework?.signedOn ?? '')
  const [endsOn, setEndsOn] = useState(framework?.endsOn ?? '')
  const save = useAction(async () => {
    const body = {
      code: code.trim(),
      federation: federation.trim(),
      title: title.trim(),
      signedOn,
      ...(endsOn ? { endsOn } : {}),
    }
    await ask('PUT /operator/frameworks/:framework', { params: { framework: body.code }, body })
    onSaved(body.code)
  })
  const form = useForm(
    [
      code.trim().length < 2 && { field: 'code', message: office.codeMissing },
      federation.trim().length < 3 && { field: 'federation', message: office.missing },
      title.trim().length < 3 && { field: 'title', message: office.missing },
      !isDay(signedOn) && { field: 'signed', message: office.wrongDate },
      endsOn !== '' && !isDay(endsOn) && { field: 'ends', message: office.wrongDate },
    ],
    () => void save.run(),
  )
  const { errorOf } = form
  return (
    <form onSubmit={form.submit} noValidate className="cl-column">
      <ErrorSummary mistakes={form.mistakes} turn={form.turn} />
      <ProblemAlert problem={save.problem} />
      {!framework && (
        <TextField
          id="code"
          label={office.code}
          upper
          short
          maxLength={64}
          value={code}
          error={errorOf('code')}
          onChange={(text) => setCode(text.toUpperCase())}
        />
      )}
      <TextField
        id="federation"
        label={t.federation}
        maxLength={200}
        value={federation}
        error={errorOf('federation')}
        onChange={setFederation}
      />
      <TextField id="title" label={t.name} maxLength={200} value={title} error={errorOf('title')} onChange={setTitle} />
      <DateField id="signed" label={t.signed} value={signedOn} error={errorOf('signed')} onChange={setSignedOn} />
      <DateField id="ends" label={t.ends} optional value={endsOn} error={errorOf('ends')} onChange={setEndsOn} />
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

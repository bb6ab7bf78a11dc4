// Invitations in bulk: who gets one, who cannot and why; then the outcome for each.
import download from 'icon:download'
import { useEffect, useMemo, useState } from 'react'
import { ask, keepFile } from '../staff/ask.ts'
import { csvOf } from '../staff/csv.ts'
import { Scroll } from '../staff/Scroll.tsx'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { newKey, type Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { RadioGroup } from '../ui/Field.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Loading, Table } from '../ui/Parts.tsx'
import { useSelection } from './selection.ts'
import { useOrderTexts } from './texts/order.ts'

type Preview = Reply<'POST /orders/:order/invitations/preview'>
type Outcomes = Reply<'POST /orders/:order/invitations'>['outcomes']

export const InvitePage = ({ order }: { readonly order: string }) => {
  const t = useOrderTexts()
  const heading = usePage(t.invite.title)
  const { selection, clear } = useSelection(order)
  const [outcomes, setOutcomes] = useState<Outcomes>()
  const { data, problem, reload } = useResource(`order ${order}`, (signal) =>
    ask('GET /orders/:order', { params: { order }, signal }),
  )
  const open = data?.conventions.filter((one) => one.standing === 'open') ?? []
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {outcomes ? t.invite.outcome : t.invite.title}
      </h1>
      {outcomes ? (
        <Outcome order={order} outcomes={outcomes} />
      ) : (
        <>
          <p className="lead">{t.invite.lead}</p>
          <ProblemAlert problem={problem} onRetry={reload} />
          {!data && !problem && <Loading />}
          {data && selection.size === 0 && (
            <Alert kind="info" title={t.invite.emptySelection}>
              <LinkButton href="/iscritti?exception=noDomicile">{t.invite.toMembers}</LinkButton>
            </Alert>
          )}
          {data && open.length === 0 && <Alert kind="warning">{t.invite.noConvention}</Alert>}
          {selection.size > 0 && open.length > 0 && (
            <Invitation
              order={order}
              conventions={open.map((one) => one.code)}
              members={[...selection.keys()]}
              onSent={(sent) => {
                setOutcomes(sent)
                clear()
                heading.current?.focus()
              }}
            />
          )}
        </>
      )}
    </>
  )
}

const Invitation = ({
  order,
  conventions,
  members,
  onSent,
}: {
  readonly order: string
  readonly conventions: readonly string[]
  readonly members: readonly number[]
  readonly onSent: (outcomes: Outcomes) => void
}) => {
  const t = useOrderTexts()
  const [convention, setConvention] = useState(conventions[0]!)
  const [preview, setPreview] = useState<Preview>()
  const body = { convention, members: [...members] }
  const look = useAction(async () =>
    setPreview(await ask('POST /orders/:order/invitations/preview', { params: { order }, body })),
  )
  // One intent, one key: what is tried again is not sent twice.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another convention is another intent
  const key = useMemo(newKey, [convention])
  const send = useAction(async () => {
    const { outcomes } = await ask('POST /orders/:order/invitations', { params: { order }, body, idempotencyKey: key })
    onSent(outcomes)
  })
  // With one convention there is nothing to choose first.
  const single = conventions.length === 1
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (single) void look.run()
  }, [])
  return (
    <>
      <p>{t.members.selected(members.length)}</p>
      {!single && (
        <>
          <RadioGroup
            legend={t.invite.convention}
            name="convention"
            value={convention}
            choices={conventions.map((code) => ({ value: code, label: code }))}
            onChange={(code) => {
              setConvention(code)
              setPreview(undefined)
            }}
          />
          <Button look="outline-primary" busy={look.busy} onClick={() => void look.run()}>
            {t.invite.preview}
          </Button>
        </>
      )}
      <ProblemAlert problem={look.problem} onRetry={() => void look.run()} />
      {single && look.busy && <Loading />}
      {preview && <Shown preview={preview} />}
      {preview && (
        <>
          <ProblemAlert problem={send.problem} onRetry={() => void send.run()} />
          <div className="cl-actions">
            {preview.invited.length > 0 ? (
              <Button busy={send.busy} onClick={() => void send.run()}>
                {t.invite.send(preview.invited.length)}
              </Button>
            ) : (
              <p>{t.invite.nobody}</p>
            )}
            <LinkButton href="/iscritti" look="outline-primary">
              {t.invite.back}
            </LinkButton>
          </div>
        </>
      )}
    </>
  )
}

const Shown = ({ preview }: { readonly preview: Preview }) => {
  const t = useOrderTexts()
  const { subject, text, invited, left } = preview
  return (
    <>
      <h2>{t.invite.letter}</h2>
      <div className="cl-card cl-letter">
        <p>
          <strong>{t.invite.subject}:</strong> {subject}
        </p>
        <pre>{text}</pre>
      </div>
      <h2>{t.invite.gets(invited.length)}</h2>
      <Scroll label={t.invite.gets(invited.length)}>
        <Table
          caption={t.invite.gets(invited.length)}
          rows={invited}
          rowKey={(row) => row.id}
          empty={<p>{t.invite.nobody}</p>}
          columns={[
            { key: 'name', label: t.invite.member, heading: true, cell: (row) => row.name },
            { key: 'email', label: t.invite.email, cell: (row) => row.email },
          ]}
        />
      </Scroll>
      {left.length > 0 && (
        <>
          <h2>{t.invite.left(left.length)}</h2>
          <p>{t.invite.leftHint}</p>
          <Scroll label={t.invite.left(left.length)}>
            <Table
              caption={t.invite.left(left.length)}
              rows={left}
              rowKey={(row) => row.id}
              columns={[
                { key: 'name', label: t.invite.member, heading: true, cell: (row) => row.name },
                { key: 'why', label: t.invite.why, cell: (row) => row.why },
              ]}
            />
          </Scroll>
        </>
      )}
    </>
  )
}

const Outcome = ({ order, outcomes }: { readonly order: string; readonly outcomes: Outcomes }) => {
  const t = useOrderTexts()
  const sent = outcomes.filter((one) => one.sent).length
  const rows = [...outcomes].sort((a, b) => Number(a.sent) - Number(b.sent))
  const save = (): void => {
    const table = [
      [t.invite.member, t.invite.state, t.invite.why],
      ...rows.map((one) => [one.name, one.sent ? t.invite.sent : t.invite.notSent, one.why ?? '']),
    ]
    keepFile(csvOf(table), `${t.invite.fileName}-${order}.csv`)
  }
  return (
    <>
      <Alert kind={sent === outcomes.length ? 'success' : 'warning'} live>
        <p>{t.invite.outcomeLead(sent, outcomes.length - sent)}</p>
      </Alert>
      <Table
        caption={t.invite.outcome}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { key: 'name', label: t.invite.member, heading: true, cell: (row) => row.name },
          {
            key: 'state',
            label: t.invite.state,
            cell: (row) => <Badge kind={row.sent ? 'ok' : 'bad'}>{row.sent ? t.invite.sent : t.invite.notSent}</Badge>,
          },
          { key: 'why', label: t.invite.why, cell: (row) => row.why ?? '—' },
        ]}
      />
      <div className="cl-actions">
        <LinkButton href="/iscritti">{t.invite.back}</LinkButton>
        <Button look="outline-primary" icon={download} onClick={save}>
          {t.invite.download}
        </Button>
      </div>
    </>
  )
}

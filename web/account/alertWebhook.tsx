// Part of the page of alerts: a program that is told of them (webhook).
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { CheckField, TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, useResource } from '../ui/hooks.ts'
import { Badge, Facts, Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { Secret } from './programParts.tsx'
import { useAlertTexts } from './texts/alerts.ts'

type View = Reply<'GET /account/alerts/webhook'>
type Webhook = NonNullable<View['webhook']>
type Outcome = View['outcomes'][number]
type Trial = Reply<'POST /account/alerts/webhook/trials'>

export const WebhookSection = () => {
  const t = useAlertTexts().webhook
  const { data, problem, reload } = useResource('webhook', (signal) => ask('GET /account/alerts/webhook', { signal }))
  const [secret, setSecret] = useState<string>()
  const done = (made?: string): void => {
    setSecret(made)
    reload()
  }
  return (
    <section aria-labelledby="webhook-title">
      <h2 id="webhook-title">{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {secret && <Secret secret={secret} title={t.secretTitle} lead={t.secretLead} />}
      {data && !data.webhook && (
        <details>
          <summary>{t.open}</summary>
          <Address onSet={done} />
        </details>
      )}
      {data?.webhook && <Present webhook={data.webhook} outcomes={data.outcomes} onChanged={done} />}
    </section>
  )
}

const Address = ({ given, onSet }: { readonly given?: Webhook; readonly onSet: (secret?: string) => void }) => {
  const t = useAlertTexts()
  const [url, setUrl] = useState(given?.url ?? '')
  const [showSender, setSender] = useState(given?.showSender ?? false)
  const [showSubject, setSubject] = useState(given?.showSubject ?? false)
  const [tried, setTried] = useState(false)
  const set = useAction(async () => {
    const body = { url: url.trim(), showSender, showSubject }
    onSet((await ask('PUT /account/alerts/webhook', { body })).secret)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (url.trim() === '') document.getElementById('webhook-url')?.focus()
    else void set.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <TextField
        id="webhook-url"
        label={t.webhook.url}
        hint={t.webhook.urlHint}
        type="url"
        value={url}
        error={tried && url.trim() === '' ? t.webhook.urlMissing : undefined}
        onChange={setUrl}
      />
      <CheckField label={t.webhook.sender} checked={showSender} onChange={setSender} />
      <CheckField label={t.webhook.subject} checked={showSubject} onChange={setSubject} />
      <ProblemAlert problem={set.problem} />
      <Button type="submit" look={given ? 'primary' : 'outline-primary'} busy={set.busy}>
        {given ? t.save : t.webhook.go}
      </Button>
    </form>
  )
}

const Present = ({
  webhook,
  outcomes,
  onChanged,
}: {
  readonly webhook: Webhook
  readonly outcomes: readonly Outcome[]
  readonly onChanged: (secret?: string) => void
}) => {
  const t = useAlertTexts()
  const [changing, setChanging] = useState(false)
  const [trial, setTrial] = useState<Trial>()
  const test = useAction(async () => {
    setTrial(undefined)
    setTrial(await ask('POST /account/alerts/webhook/trials'))
    onChanged()
  })
  const renew = useAction(async () => onChanged((await ask('POST /account/alerts/webhook/secrets')).secret))
  const remove = useAction(async () => {
    await ask('DELETE /account/alerts/webhook')
    onChanged()
  })
  const { url, showSender, showSubject, offReason, previousUntil } = webhook
  return (
    <>
      {offReason && (
        <Alert kind="danger" title={t.webhook.off.title}>
          <p>{t.webhook.off[offReason]}</p>
        </Alert>
      )}
      <Facts
        items={[
          { label: t.webhook.url, value: <span className="cl-code">{url}</span> },
          { label: t.webhook.says, value: t.devices.shown(showSender, showSubject) },
          ...(previousUntil ? [{ label: t.webhook.secret, value: t.webhook.both(showInstant(previousUntil)) }] : []),
        ]}
      />
      <ProblemAlert problem={test.problem ?? renew.problem ?? remove.problem} />
      <div className="cl-actions">
        <Button look="outline-primary" small busy={test.busy} onClick={() => void test.run()}>
          {t.webhook.test}
        </Button>
        <Button look="outline-primary" small onClick={() => setChanging(!changing)} aria-expanded={changing}>
          {offReason ? t.webhook.again : t.webhook.change}
        </Button>
        <Button look="outline-primary" small busy={renew.busy} onClick={() => void renew.run()}>
          {t.webhook.renew}
        </Button>
        <Button look="outline-primary" small busy={remove.busy} onClick={() => void remove.run()}>
          {t.webhook.remove}
        </Button>
      </div>
      <div role="status" className="cl-after">
        {trial && (
          <Alert kind={trial.delivered ? 'success' : 'warning'}>
            {trial.delivered ? t.webhook.tried : t.webhook.notTried(answer(t.webhook, trial.status, trial.why))}
          </Alert>
        )}
      </div>
      {changing && (
        <Address
          given={webhook}
          onSet={(secret) => {
            setChanging(false)
            onChanged(secret)
          }}
        />
      )}
      <Outcomes outcomes={outcomes} />
    </>
  )
}

type Texts = ReturnType<typeof useAlertTexts>['webhook']

/** What the other server said, or why it said nothing. */
const answer = (t: Texts, status: number | undefined, why: string | undefined): string => {
  if (status !== undefined) return t.status(status)
  return why === undefined ? '' : (t.why[why as keyof Texts['why']] ?? why)
}

const KINDS = { waiting: 'wait', delivered: 'ok', failed: 'bad' } as const

const Outcomes = ({ outcomes }: { readonly outcomes: readonly Outcome[] }) => {
  const t = useAlertTexts().webhook
  return (
    <>
      <h3>{t.outcomes}</h3>
      <Table
        caption={t.outcomes}
        empty={t.noOutcomes}
        rows={outcomes}
        rowKey={(row) => row.id}
        columns={[
          { key: 'at', label: t.at, heading: true, cell: (row) => showInstant(row.triedAt ?? row.createdAt) },
          { key: 'event', label: t.event, cell: (row) => <code>{row.event}</code> },
          { key: 'state', label: t.state, cell: (row) => <Badge kind={KINDS[row.state]}>{t.states[row.state]}</Badge> },
          { key: 'answer', label: t.answer, cell: ({ status, why }) => answer(t, status, why) },
          { key: 'tries', label: t.tries, number: true, cell: (row) => row.attempts },
        ]}
      />
    </>
  )
}

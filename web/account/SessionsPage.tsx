// Where one is signed in; each place can be signed out from here.
import { deviceOf } from '../staff/userAgent.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { useAccountTexts } from './texts/account.ts'

export const SessionsPage = () => {
  const t = useAccountTexts().sessions
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('sessions', (signal) => ask('GET /account/sessions', { signal }))
  const end = useAction(async (session: string) => {
    await ask('DELETE /account/sessions/:session', { params: { session } })
    reload()
  })
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={problem ?? end.problem} onRetry={problem && reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.title}
          rows={data.items}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'device',
              label: t.device,
              heading: true,
              cell: (row) => (
                <>
                  {deviceOf(row.userAgent) ?? t.unknown} {row.current && <Badge kind="ok">{t.here}</Badge>}
                </>
              ),
            },
            { key: 'from', label: t.from, cell: (row) => row.remoteAddress },
            { key: 'seen', label: t.seen, cell: (row) => showInstant(row.seenAt) },
            {
              key: 'end',
              label: t.end,
              cell: (row) =>
                !row.current && (
                  <Button look="outline-primary" small busy={end.busy} onClick={() => void end.run(row.id)}>
                    {t.end}
                    <span className="visually-hidden"> {deviceOf(row.userAgent) ?? t.unknown}</span>
                  </Button>
                ),
            },
          ]}
        />
      )}
    </>
  )
}

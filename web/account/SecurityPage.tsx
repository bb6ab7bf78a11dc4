// Second factor, passkeys, known devices and recent sign-ins.
import { useState } from 'react'
import { deviceOf } from '../staff/userAgent.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { Factor, type Part, Passkeys } from './securityParts.tsx'
import { useSecurityTexts } from './texts/security.ts'

export const SecurityPage = () => {
  const t = useSecurityTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('security', (signal) => ask('GET /account/security', { signal }))
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <Factor data={data} reload={reload} />
          <Passkeys data={data} reload={reload} />
          <Devices data={data} reload={reload} />
          <History />
        </>
      )}
    </>
  )
}

const Devices = ({ data, reload }: Part) => {
  const t = useSecurityTexts().devices
  const forget = useAction(async (device: string) => {
    await ask('DELETE /account/devices/:device', { params: { device } })
    reload()
  })
  return (
    <section>
      <h2>{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={forget.problem} />
      {data.devices.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <Table
          caption={t.title}
          rows={data.devices}
          rowKey={(row) => row.id}
          columns={[
            { key: 'device', label: t.device, heading: true, cell: (row) => deviceOf(row.userAgent) ?? t.unknown },
            { key: 'seen', label: t.seen, cell: (row) => showInstant(row.seenAt) },
            { key: 'trust', label: t.trusted, cell: (row) => (row.trustedUntil ? showInstant(row.trustedUntil) : '–') },
            {
              key: 'forget',
              label: t.forget,
              cell: (row) => (
                <Button look="outline-primary" small busy={forget.busy} onClick={() => void forget.run(row.id)}>
                  {t.forget}
                  <span className="visually-hidden"> {deviceOf(row.userAgent) ?? t.unknown}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
    </section>
  )
}

/** So many at first: on a phone each is a card. */
const LATEST = 10

const History = () => {
  const texts = useSecurityTexts()
  const t = texts.history
  const [all, setAll] = useState(false)
  const { data, problem, reload } = useResource('sign-ins', (signal) => ask('GET /account/sign-ins', { signal }))
  return (
    <section>
      <h2>{t.title}</h2>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.title}
          rows={data.items.slice(0, all ? undefined : LATEST).map((row, index) => ({ ...row, index }))}
          rowKey={(row) => String(row.index)}
          columns={[
            { key: 'at', label: t.at, heading: true, cell: (row) => showInstant(row.at) },
            { key: 'what', label: t.what, cell: (row) => t.outcomes[row.outcome] },
            {
              key: 'how',
              label: t.how,
              cell: (row) => (row.service ? t.services[row.service] : t.methods[row.method]),
            },
            {
              key: 'from',
              label: t.from,
              cell: (row) =>
                row.service
                  ? row.remoteAddress
                  : `${row.remoteAddress}, ${deviceOf(row.userAgent) ?? texts.devices.unknown}`,
            },
          ]}
        />
      )}
      {data && !all && data.items.length > LATEST && (
        <p className="cl-after">
          <Button look="outline-primary" small onClick={() => setAll(true)}>
            {t.all(data.items.length)}
          </Button>
        </p>
      )}
    </section>
  )
}

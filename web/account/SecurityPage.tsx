// Second factor, passkeys, known devices and recent sign-ins.
import { startRegistration } from '@simplewebauthn/browser'
import { type FormEvent, useState } from 'react'
import { deviceOf } from '../staff/userAgent.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { CodeForm } from './CodeForm.tsx'
import { isCancelled } from './passkey.tsx'
import { useSecurityTexts } from './texts/security.ts'

type Security = Reply<'GET /account/security'>
type Part = { readonly data: Security; readonly reload: () => void }

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

const Factor = ({ data, reload }: Part) => {
  const t = useSecurityTexts().factor
  const [begun, setBegun] = useState<Reply<'POST /account/second-factor/setup'>>()
  const [codes, setCodes] = useState<readonly string[]>()
  const begin = useAction(async () => setBegun(await ask('POST /account/second-factor/setup')))
  const drop = useAction(async () => {
    await ask('DELETE /account/second-factor')
    reload()
  })
  const renew = useAction(async () => setCodes((await ask('POST /account/second-factor/recovery-codes')).recoveryCodes))
  const saved = (): void => {
    setCodes(undefined)
    setBegun(undefined)
    reload()
  }
  return (
    <section>
      <h2>{t.title}</h2>
      <ProblemAlert problem={begin.problem ?? drop.problem ?? renew.problem} />
      {codes ? (
        <Codes codes={codes} onSaved={saved} />
      ) : data.secondFactorSet ? (
        <>
          <p>
            {t.on} {t.left(data.recoveryCodesLeft)}
          </p>
          <div className="cl-actions">
            <Button look="outline-primary" busy={renew.busy} onClick={() => void renew.run()}>
              {t.renew}
            </Button>
            <Button look="outline-primary" busy={drop.busy} onClick={() => void drop.run()}>
              {t.drop}
            </Button>
          </div>
        </>
      ) : begun ? (
        <>
          <p>{t.scan}</p>
          <img
            className="cl-qr"
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(begun.qrSvg)}`}
            alt={t.qr}
            width={220}
            height={220}
          />
          <p>
            {t.byHand} <strong className="cl-code">{begun.secret}</strong>
          </p>
          <p>{t.type}</p>
          <CodeForm
            id="first-code"
            give={async (code) =>
              setCodes(
                (await ask('POST /account/second-factor/confirmation', { body: { code: code.slice(0, 20) } }))
                  .recoveryCodes,
              )
            }
          />
        </>
      ) : (
        <>
          <p>{t.off}</p>
          <Button busy={begin.busy} onClick={() => void begin.run()}>
            {t.begin}
          </Button>
        </>
      )}
    </section>
  )
}

const Codes = ({ codes, onSaved }: { readonly codes: readonly string[]; readonly onSaved: () => void }) => {
  const t = useSecurityTexts().factor
  return (
    <>
      <Alert kind="warning" title={t.codesTitle} live>
        <p>{t.codesLead}</p>
      </Alert>
      <ul className="cl-codes">
        {codes.map((code) => (
          <li key={code} className="cl-code">
            {code}
          </li>
        ))}
      </ul>
      <Button onClick={onSaved}>{t.saved}</Button>
    </>
  )
}

const Passkeys = ({ data, reload }: Part) => {
  const texts = useSecurityTexts()
  const t = texts.passkeys
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [cancelled, setCancelled] = useState(false)
  const add = useAction(async () => {
    setCancelled(false)
    const { options } = await ask('POST /account/passkeys/options')
    try {
      const optionsJSON = options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON']
      const credential = (await startRegistration({ optionsJSON })) as never
      await ask('POST /account/passkeys', { body: { name: name.trim(), credential } })
    } catch (error) {
      if (!isCancelled(error)) throw error
      setCancelled(true)
      return
    }
    setName('')
    setTried(false)
    reload()
  })
  const remove = useAction(async (passkey: string) => {
    await ask('DELETE /account/passkeys/:passkey', { params: { passkey } })
    reload()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '') document.getElementById('passkey-name')?.focus()
    else void add.run()
  }
  return (
    <section>
      <h2>{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={add.problem ?? remove.problem} />
      {cancelled && <Alert kind="warning" title={texts.passkeyCancelled} live />}
      {data.passkeys.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <Table
          caption={t.title}
          rows={data.passkeys}
          rowKey={(row) => row.id}
          columns={[
            { key: 'name', label: t.name, heading: true, cell: (row) => row.name },
            { key: 'created', label: t.created, cell: (row) => showInstant(row.createdAt) },
            { key: 'used', label: t.used, cell: (row) => (row.usedAt ? showInstant(row.usedAt) : '–') },
            {
              key: 'remove',
              label: t.remove,
              cell: (row) => (
                <Button look="outline-primary" small busy={remove.busy} onClick={() => void remove.run(row.id)}>
                  {t.remove}
                  <span className="visually-hidden"> {row.name}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
      <form onSubmit={submit} noValidate>
        <TextField
          id="passkey-name"
          label={t.name}
          hint={t.nameHint}
          maxLength={60}
          value={name}
          error={tried && name.trim() === '' ? t.nameMissing : undefined}
          onChange={setName}
        />
        <Button type="submit" look="outline-primary" busy={add.busy}>
          {t.add}
        </Button>
      </form>
    </section>
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
            { key: 'how', label: t.how, cell: (row) => t.methods[row.method] },
            {
              key: 'from',
              label: t.from,
              cell: (row) => `${row.remoteAddress}, ${deviceOf(row.userAgent) ?? texts.devices.unknown}`,
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

// Phones and mail programs: this device by one tap, a QR for the phone, passwords of programs, the settings.
import { type FormEvent, useState } from 'react'
import { takesProfile } from '../../src/core/mailbox/programs/devices.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { addressOf, call, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showDay, showInstant } from '../ui/format.ts'
import { type Resource, useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import { useAccount } from './area.tsx'
import { ask } from './ask.ts'
import { FirstLogin, Secret, Settings, thisDevice, useWaitFor } from './programParts.tsx'
import { useCollaboratorTexts } from './texts/collaborators.ts'
import { useProgramTexts } from './texts/programs.ts'

type Passwords = Resource<Reply<'GET /account/app-passwords'>>

export const ProgramsPage = () => {
  const t = useProgramTexts()
  const { programReads } = useCollaboratorTexts()
  const heading = usePage(t.title)
  const { mailbox } = useAccount()
  const settings = useResource('mail-settings', (signal) => ask('GET /account/mail-settings', { signal }))
  const passwords = useResource('app-passwords', (signal) => ask('GET /account/app-passwords', { signal }))
  const kind = thisDevice()
  const small = kind === 'iphone' || kind === 'android'
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      {mailbox.rights === 'read' && <p>{programReads}</p>}
      <ThisDevice onMade={passwords.reload} />
      {!small && <ToPhone onMade={passwords.reload} />}
      <section aria-labelledby="settings-title">
        <h2 id="settings-title">{t.settings.title}</h2>
        <ProblemAlert problem={settings.problem} onRetry={settings.reload} />
        {!settings.data && !settings.problem && <Loading />}
        {settings.data && (
          <>
            <Settings {...settings.data} kind={kind} sends={mailbox.rights !== 'read'} />
            <details>
              <summary>{t.settings.records}</summary>
              <pre className="cl-pre">
                <code>{settings.data.records.join('\n')}</code>
              </pre>
            </details>
          </>
        )}
      </section>
      <List passwords={passwords} />
    </>
  )
}

type Made = Reply<'POST /account/devices'>

const ThisDevice = ({ onMade }: { readonly onMade: () => void }) => {
  const t = useProgramTexts()
  const kind = thisDevice()
  // A profile sets up sending too.
  const { rights } = useAccount().mailbox
  const profile = takesProfile(kind) && rights !== 'read'
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [made, setMade] = useState<Made>()
  const setUp = useAction(async () => {
    const called = profile ? t.kinds[kind] : name.trim()
    const answer = await ask('POST /account/devices', { body: { name: called, profile } })
    setMade(answer)
    onMade()
    if (answer.ticket) location.assign(addressOf('/profiles/:ticket', { ticket: answer.ticket }))
  })
  const works = useWaitFor(made?.id, async () => {
    const now = await call('GET /account/app-passwords/:appPassword', { params: { appPassword: made!.id } })
    if (now.lastUsedAt !== undefined) onMade()
    return now.lastUsedAt !== undefined
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!profile && name.trim() === '') document.getElementById('program-name')?.focus()
    else void setUp.run()
  }
  return (
    <section className="cl-card" aria-labelledby="here-title">
      <h2 id="here-title">{t.here.title(t.kinds[kind])}</h2>
      <p>{profile ? t.here.profile : t.here.password}</p>
      <ProblemAlert problem={setUp.problem} />
      {made ? (
        <>
          {made.secret && <Secret secret={made.secret} />}
          {made.ticket && <Alert kind="info">{t.here.after[kind as 'iphone' | 'ipad' | 'mac']}</Alert>}
          <FirstLogin works={works} />
        </>
      ) : (
        <form onSubmit={submit} noValidate>
          {!profile && (
            <TextField
              id="program-name"
              label={t.here.name}
              hint={t.here.nameHint}
              maxLength={60}
              value={name}
              error={tried && name.trim() === '' ? t.here.nameMissing : undefined}
              onChange={setName}
            />
          )}
          <Button type="submit" busy={setUp.busy}>
            {profile ? t.here.profileGo(t.kinds[kind]) : t.here.passwordGo}
          </Button>
        </form>
      )}
    </section>
  )
}

type Handover = Reply<'POST /account/handovers'>

const ToPhone = ({ onMade }: { readonly onMade: () => void }) => {
  const t = useProgramTexts()
  const [handover, setHandover] = useState<Handover>()
  const [claimed, setClaimed] = useState(false)
  const [over, setOver] = useState(false)
  const begin = useAction(async () => {
    setClaimed(false)
    setOver(false)
    setHandover(await ask('POST /account/handovers'))
  })
  const works = useWaitFor(handover?.token, async () => {
    try {
      const now = await call('POST /handovers/watch', { body: { token: handover!.token } })
      if (now.claimed && !claimed) onMade()
      setClaimed(now.claimed)
      if (now.signedInAt !== undefined) onMade()
      return now.signedInAt !== undefined
    } catch (error) {
      if (Date.parse(handover!.expiresAt) < Date.now()) setOver(true)
      throw error
    }
  })
  return (
    <section className="cl-card" aria-labelledby="phone-title">
      <h2 id="phone-title">{t.phone.title}</h2>
      <p>{t.phone.lead}</p>
      <ProblemAlert problem={begin.problem} />
      {handover && !over && !claimed && (
        <>
          <p>
            <img
              className="cl-qr"
              src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(handover.qrSvg)}`}
              alt={t.phone.alt}
              width={220}
              height={220}
            />
          </p>
          <p>{t.phone.once}</p>
        </>
      )}
      {claimed && !works && <p role="status">{t.phone.claimed}</p>}
      {works && <FirstLogin works />}
      {(!handover || over) && (
        <Button look="outline-primary" busy={begin.busy} onClick={() => void begin.run()}>
          {over ? t.phone.again : t.phone.go}
        </Button>
      )}
    </section>
  )
}

/** When a password ends, or ended: where the provider wants it to. */
const Expiry = ({ at }: { readonly at: string }) => {
  const t = useProgramTexts().list
  const over = Date.parse(at) <= Date.now()
  return (
    <>
      <br />
      {over ? <strong>{t.expired(showDay(at))}</strong> : <small className="cl-muted">{t.expires(showDay(at))}</small>}
    </>
  )
}

const List = ({ passwords: { data, problem, reload } }: { readonly passwords: Passwords }) => {
  const t = useProgramTexts().list
  const [removed, setRemoved] = useState(false)
  const remove = useAction(async (appPassword: string) => {
    await ask('DELETE /account/app-passwords/:appPassword', { params: { appPassword } })
    setRemoved(true)
    reload()
  })
  return (
    <section aria-labelledby="programs-title">
      <h2 id="programs-title">{t.title}</h2>
      <ProblemAlert problem={problem ?? remove.problem} onRetry={problem && reload} />
      <div role="status">{removed && !remove.busy && <Alert kind="success">{t.removed}</Alert>}</div>
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.title}
          empty={t.none}
          rows={data.items}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              label: t.name,
              heading: true,
              cell: (row) => (
                <>
                  {row.name}
                  <br />
                  <small className="cl-muted">{row.scopes.map((one) => t.services[one]).join(', ')}</small>
                </>
              ),
            },
            {
              key: 'made',
              label: t.made,
              cell: (row) => (
                <>
                  {showInstant(row.createdAt)}
                  {row.expiresAt && <Expiry at={row.expiresAt} />}
                </>
              ),
            },
            { key: 'used', label: t.used, cell: (row) => (row.lastUsedAt ? showInstant(row.lastUsedAt) : t.never) },
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
    </section>
  )
}

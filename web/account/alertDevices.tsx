// Part of the page of alerts: devices that show them.
import { type FormEvent, useEffect, useState } from 'react'
import { deviceOf } from '../staff/userAgent.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { CheckField, TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Badge, Dialog, Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { ownHash, pushAbility, subscribe } from './push.ts'
import { useAlertTexts } from './texts/alerts.ts'

type Devices = Reply<'GET /account/alerts/devices'>
type Device = Devices['items'][number]
type Trial = Reply<'POST /account/alerts/devices/:device/trials'>

/** What may be said on a device, and what it is called. */
type Choice = { readonly name: string; readonly showSender: boolean; readonly showSubject: boolean }

export const DeviceSection = () => {
  const t = useAlertTexts().devices
  const { data, problem, reload } = useResource('alert-devices', (signal) =>
    ask('GET /account/alerts/devices', { signal }),
  )
  const [own, setOwn] = useState<string>()
  const [trial, setTrial] = useState<Trial>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list that is new may have this browser in it
  useEffect(() => {
    ownHash().then(setOwn, () => {})
  }, [data])
  const here = data?.items.find((one) => one.endpointHash === own)
  const added = (result: Trial): void => {
    setTrial(result)
    reload()
  }
  return (
    <section aria-labelledby="devices-title">
      <h2 id="devices-title">{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      <div role="status">{trial && <TrialWord trial={trial} />}</div>
      {data && !here && <ThisDevice serverKey={data.serverKey} onAdded={added} />}
      {data && <List devices={data} own={own} onTried={setTrial} onChanged={reload} />}
    </section>
  )
}

const TrialWord = ({ trial }: { readonly trial: Trial }) => {
  const t = useAlertTexts().devices
  return trial.delivered ? (
    <Alert kind="success">{t.tried}</Alert>
  ) : (
    <Alert kind="warning" title={t.notTried}>
      <p>{t.notTriedWhy}</p>
    </Alert>
  )
}

const ThisDevice = ({
  serverKey,
  onAdded,
}: {
  readonly serverKey: string | undefined
  readonly onAdded: (trial: Trial) => void
}) => {
  const t = useAlertTexts().devices
  const ability = pushAbility()
  if (serverKey === undefined) return <Alert kind="info">{t.off}</Alert>
  if (ability === 'unable') return <Alert kind="info">{t.unable}</Alert>
  if (ability === 'blocked') return <Blocked />
  if (ability === 'homeScreen') {
    return (
      <Alert kind="info" title={t.homeScreen.title}>
        <ol>
          {t.homeScreen.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Alert>
    )
  }
  return <SwitchOn serverKey={serverKey} onAdded={onAdded} />
}

const Blocked = () => {
  const t = useAlertTexts().devices
  return (
    <Alert kind="warning" title={t.blocked.title}>
      <p>{t.blocked.what}</p>
    </Alert>
  )
}

const SwitchOn = ({ serverKey, onAdded }: { readonly serverKey: string; readonly onAdded: (trial: Trial) => void }) => {
  const t = useAlertTexts().devices
  const language = useLanguage()
  const [choice, setChoice] = useState<Choice>({
    name: deviceOf(navigator.userAgent) ?? '',
    showSender: false,
    showSubject: false,
  })
  const [refused, setRefused] = useState<'blocked' | 'failed'>()
  const [tried, setTried] = useState(false)
  const add = useAction(async () => {
    setRefused(undefined)
    const subscribed = await subscribe(serverKey)
    if (typeof subscribed === 'string') {
      setRefused(subscribed)
      return
    }
    const { id } = await ask('POST /account/alerts/devices', {
      body: { ...choice, name: choice.name.trim(), language, ...subscribed },
    })
    onAdded(await ask('POST /account/alerts/devices/:device/trials', { params: { device: id } }))
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (choice.name.trim() === '') document.getElementById('device-name')?.focus()
    else void add.run()
  }
  return (
    <form className="cl-card" onSubmit={submit} noValidate aria-labelledby="device-here">
      <h3 id="device-here">{t.hereTitle}</h3>
      <Choices id="device-name" choice={choice} tried={tried} onChange={setChoice} />
      {refused === 'blocked' && <Blocked />}
      {refused === 'failed' && (
        <Alert kind="warning" title={t.failed.title} live>
          <p>{t.failed.what}</p>
        </Alert>
      )}
      <ProblemAlert problem={add.problem} />
      <Button type="submit" busy={add.busy}>
        {t.go}
      </Button>
    </form>
  )
}

const Choices = ({
  id,
  choice,
  tried,
  onChange,
}: {
  readonly id: string
  readonly choice: Choice
  readonly tried: boolean
  readonly onChange: (choice: Choice) => void
}) => {
  const t = useAlertTexts()
  const { name, showSender, showSubject } = choice
  return (
    <>
      <TextField
        id={id}
        label={t.devices.name}
        maxLength={60}
        value={name}
        error={tried && name.trim() === '' ? t.devices.nameMissing : undefined}
        onChange={(changed) => onChange({ ...choice, name: changed })}
      />
      <fieldset className="cl-group">
        <legend>{t.shownLegend}</legend>
        <p className="cl-hint">{t.devices.shownHint}</p>
        <CheckField
          label={t.sender}
          checked={showSender}
          onChange={(changed) => onChange({ ...choice, showSender: changed })}
        />
        <CheckField
          label={t.subject}
          checked={showSubject}
          onChange={(changed) => onChange({ ...choice, showSubject: changed })}
        />
      </fieldset>
    </>
  )
}

const List = ({
  devices: { items },
  own,
  onTried,
  onChanged,
}: {
  readonly devices: Devices
  readonly own: string | undefined
  readonly onTried: (trial: Trial | undefined) => void
  readonly onChanged: () => void
}) => {
  const t = useAlertTexts().devices
  const [changing, setChanging] = useState<Device>()
  const test = useAction(async (device: string) => {
    onTried(undefined)
    onTried(await ask('POST /account/alerts/devices/:device/trials', { params: { device } }))
    onChanged()
  })
  const remove = useAction(async (device: string) => {
    onTried(undefined)
    await ask('DELETE /account/alerts/devices/:device', { params: { device } })
    onChanged()
  })
  if (items.length === 0) return null
  return (
    <>
      <ProblemAlert problem={test.problem ?? remove.problem} />
      <Table
        caption={t.title}
        rows={items}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'name',
            label: t.device,
            heading: true,
            cell: (row) => (
              <>
                {row.name} {row.endpointHash === own && <Badge kind="ok">{t.here}</Badge>}
              </>
            ),
          },
          {
            key: 'shows',
            label: t.shows,
            cell: ({ showSender, showSubject }) => t.shown(showSender, showSubject),
          },
          {
            key: 'last',
            label: t.last,
            cell: ({ lastOkAt, lastFailedAt }) => (
              <>
                {lastOkAt ? showInstant(lastOkAt) : t.never}
                {lastFailedAt && <div className="cl-error">{t.lastFailed(showInstant(lastFailedAt))}</div>}
              </>
            ),
          },
          {
            key: 'do',
            label: t.what,
            cell: (row) => (
              <div className="cl-actions">
                <RowButton of={row.name} label={t.test} busy={test.busy} onClick={() => void test.run(row.id)} />
                <RowButton of={row.name} label={t.change} onClick={() => setChanging(row)} />
                <RowButton of={row.name} label={t.remove} busy={remove.busy} onClick={() => void remove.run(row.id)} />
              </div>
            ),
          },
        ]}
      />
      <Dialog open={changing !== undefined} title={t.changeTitle} onClose={() => setChanging(undefined)}>
        {changing && (
          <Change
            device={changing}
            onDone={() => {
              setChanging(undefined)
              onChanged()
            }}
          />
        )}
      </Dialog>
    </>
  )
}

const RowButton = ({
  of,
  label,
  busy,
  onClick,
}: {
  readonly of: string
  readonly label: string
  readonly busy?: boolean
  readonly onClick: () => void
}) => (
  <Button look="outline-primary" small busy={busy} onClick={onClick}>
    {label}
    <span className="visually-hidden"> {of}</span>
  </Button>
)

const Change = ({ device, onDone }: { readonly device: Device; readonly onDone: () => void }) => {
  const t = useAlertTexts()
  const { id, name, showSender, showSubject } = device
  const [choice, setChoice] = useState<Choice>({ name, showSender, showSubject })
  const save = useAction(async () => {
    const body = { ...choice, name: choice.name.trim() }
    await ask('PUT /account/alerts/devices/:device', { params: { device: id }, body })
    onDone()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (choice.name.trim() === '') document.getElementById('device-changed-name')?.focus()
    else void save.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Choices id="device-changed-name" choice={choice} tried onChange={setChoice} />
      <ProblemAlert problem={save.problem} />
      <Button type="submit" busy={save.busy}>
        {t.save}
      </Button>
    </form>
  )
}

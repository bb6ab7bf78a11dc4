// What the holder is told of by e-mail, and when.
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { CheckField, RadioGroup, SelectField } from '../ui/Field.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { DeviceSection } from './alertDevices.tsx'
import { WebhookSection } from './alertWebhook.tsx'
import { ask } from './ask.ts'
import { useAlertTexts } from './texts/alerts.ts'

type View = Reply<'GET /account/alerts'>

/** The night, for those who want quiet and have not said when. */
const NIGHT = { fromHour: 22, toHour: 7 }

export const AlertsPage = () => {
  const t = useAlertTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('alerts', (signal) => ask('GET /account/alerts', { signal }))
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && <Choices given={data} />}
      <DeviceSection />
      <WebhookSection />
    </div>
  )
}

const Where = ({ email }: { readonly email: string | undefined }) => {
  const t = useAlertTexts()
  return email ? (
    <>
      <Facts items={[{ label: t.to, value: email }]} />
      <p>
        <LinkButton href="/riferimento" small look="outline-primary">
          {t.change}
        </LinkButton>
      </p>
    </>
  ) : (
    <Alert kind="warning" title={t.noneTitle}>
      <p>{t.none}</p>
      <LinkButton href="/riferimento" small>
        {t.add}
      </LinkButton>
    </Alert>
  )
}

type Part = { readonly view: View; readonly change: (changes: Partial<View>) => void }

const Choices = ({ given }: { readonly given: View }) => {
  const t = useAlertTexts()
  const [view, setView] = useState(given)
  const [word, setWord] = useState(false)
  const same = view.quiet !== undefined && view.quiet.fromHour === view.quiet.toHour
  const save = useAction(async () => {
    const { referenceEmail: _, seenBy: __, ...body } = view
    setView(await ask('PUT /account/alerts', { body }))
    setWord(true)
  })
  const change = (changes: Partial<View>): void => {
    setWord(false)
    setView({ ...view, ...changes })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (same) document.getElementById('alerts-quiet-to')?.focus()
    else void save.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <h2>{t.byEmail}</h2>
      <Where email={view.referenceEmail} />
      <CheckField label={t.email} checked={view.email} onChange={(email) => change({ email })} />
      {view.email && <Message view={view} change={change} />}
      <h2>{t.whenTitle}</h2>
      <Quiet view={view} change={change} same={same} />
      <fieldset className="cl-group">
        <legend>{t.alsoLegend}</legend>
        <CheckField label={t.unread} checked={view.unread} onChange={(unread) => change({ unread })} />
        <CheckField label={t.filling} checked={view.filling} onChange={(filling) => change({ filling })} />
      </fieldset>
      <p>{t.expiry}</p>
      {view.seenBy && <p>{t.seenBy(view.seenBy)}</p>}
      <p>{t.law}</p>
      <ProblemAlert problem={save.problem} />
      <div role="status">{word && <Alert kind="success">{t.saved}</Alert>}</div>
      <Button type="submit" busy={save.busy}>
        {t.save}
      </Button>
    </form>
  )
}

const useHours = () => {
  const t = useAlertTexts()
  return Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: t.hour(hour) }))
}

const Message = ({ view, change }: Part) => {
  const t = useAlertTexts()
  const hours = useHours()
  return (
    <>
      <fieldset className="cl-group">
        <legend>{t.shownLegend}</legend>
        <p className="cl-hint">{t.shownHint}</p>
        <CheckField label={t.sender} checked={view.showSender} onChange={(showSender) => change({ showSender })} />
        <CheckField label={t.subject} checked={view.showSubject} onChange={(showSubject) => change({ showSubject })} />
      </fieldset>
      <RadioGroup
        legend={t.timing}
        name="timing"
        value={view.timing}
        choices={[
          { value: 'now', label: t.now },
          { value: 'digest', label: t.digest },
        ]}
        onChange={(timing) => change({ timing: timing === 'digest' ? 'digest' : 'now' })}
      />
      {view.timing === 'digest' && (
        <SelectField
          label={t.digestHour}
          value={String(view.digestHour)}
          choices={hours}
          onChange={(hour) => change({ digestHour: Number(hour) })}
        />
      )}
    </>
  )
}

const Quiet = ({ view, change, same }: Part & { readonly same: boolean }) => {
  const t = useAlertTexts()
  const hours = useHours()
  const { quiet } = view
  return (
    <>
      <CheckField
        label={t.quiet}
        checked={quiet !== undefined}
        onChange={(on) => change({ quiet: on ? NIGHT : undefined })}
      />
      {quiet && (
        <>
          <p className="cl-hint">{t.quietHint}</p>
          <SelectField
            label={t.from}
            value={String(quiet.fromHour)}
            choices={hours}
            onChange={(hour) => change({ quiet: { ...quiet, fromHour: Number(hour) } })}
          />
          <SelectField
            id="alerts-quiet-to"
            label={t.until}
            value={String(quiet.toHour)}
            choices={hours}
            error={same ? t.quietSame : undefined}
            onChange={(hour) => change({ quiet: { ...quiet, toHour: Number(hour) } })}
          />
        </>
      )}
    </>
  )
}

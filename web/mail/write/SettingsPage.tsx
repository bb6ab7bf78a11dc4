// The settings of the webmail: signature, receipt, time to call back, colours, templates, saved searches, alerts.
import { useState } from 'react'
import { Link } from 'wouter'
import type { PecSettings } from '../../../src/core/jmap/pec.ts'
import { Alert, ProblemAlert } from '../../ui/Alert.tsx'
import { Button } from '../../ui/Button.tsx'
import { RadioGroup, SelectField, TextArea, TextField } from '../../ui/Field.tsx'
import { useAction, usePage, useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { listAddress, writeAddress } from '../addresses.ts'
import { call, maySend } from '../jmap/client.ts'
import type { Done, Identity } from '../jmap/types.ts'
import { tellChange } from '../store/live.ts'
import { tell } from '../store/notices.ts'
import { useWriteTexts } from '../texts/write.ts'
import { forgetIdentities, identities } from './identities.ts'
import { ReceiptChoice } from './ReceiptChoice.tsx'
import { changeSettings, mayChangeSettings, mostDelaySeconds, useSettings } from './settings.ts'

/** Seconds to choose from, within what servers allow. */
const UNDO = [0, 5, 10, 20, 30, 60]

const SettingsPage = () => {
  const t = useWriteTexts()
  const heading = usePage(t.settings.title)
  const isMine = mayChangeSettings()
  return (
    <div className="cw-page cw-settings">
      <h1 ref={heading} tabIndex={-1}>
        {t.settings.title}
      </h1>
      {!isMine && (
        <Alert kind="info">
          <p>{t.settings.onlyHolder}</p>
        </Alert>
      )}
      {maySend() && isMine && <Signature />}
      <Choices isMine={isMine} />
      {isMine && <Templates />}
      <Searches isMine={isMine} />
      <section>
        <h2>{t.settings.alerts}</h2>
        <p>{t.settings.alertsLead}</p>
        <p>
          <a href="/casella/avvisi">{t.settings.alertsLink}</a>
        </p>
      </section>
    </div>
  )
}
export default SettingsPage

const Signature = () => {
  const t = useWriteTexts()
  const { data, problem, reload } = useResource('identities', identities)
  return (
    <section>
      <h2>{t.settings.signature}</h2>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data?.[0] && <SignatureForm identity={data[0]} />}
    </section>
  )
}

const SignatureForm = ({ identity }: { readonly identity: Identity }) => {
  const t = useWriteTexts()
  const [name, setName] = useState(identity.name)
  const [signature, setSignature] = useState(identity.textSignature)
  const save = useAction(async () => {
    const patch = { name: name.trim(), textSignature: signature.trimEnd() }
    const { notUpdated } = await call<Done>('Identity/set', { update: { [identity.id]: patch } })
    if (notUpdated?.[identity.id]) throw new Error(notUpdated[identity.id]!.type)
    forgetIdentities()
    tellChange(['Identity'])
    tell(t.settings.saved)
  })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <ProblemAlert problem={save.problem} />
      <TextField
        label={t.settings.senderName}
        value={name}
        maxLength={200}
        autoComplete="name"
        optional
        onChange={setName}
      />
      <TextArea
        label={t.settings.signature}
        hint={t.settings.signatureHint}
        value={signature}
        rows={5}
        maxLength={5_000}
        optional
        onChange={setSignature}
      />
      <Button type="submit" busy={save.busy}>
        {t.settings.saveSignature}
      </Button>
    </form>
  )
}

const Choices = ({ isMine }: { readonly isMine: boolean }) => {
  const t = useWriteTexts()
  const settings = useSettings()
  const change = useAction(changeSettings)
  const seconds = [...new Set([...UNDO, settings.undoSeconds])].sort((a, b) => a - b)
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({ value, label: t.settings[value] }))
  return (
    <section>
      <ProblemAlert problem={change.problem} />
      {isMine && maySend() && (
        <>
          <ReceiptChoice
            name="default-receipt"
            legend={t.settings.receipt}
            hint={t.settings.receiptHint}
            value={settings.receiptType}
            onChange={(receiptType) => void change.run({ receiptType })}
          />
          {mostDelaySeconds() > 0 && (
            <SelectField
              label={t.settings.undo}
              hint={t.settings.undoHint}
              value={String(settings.undoSeconds)}
              choices={seconds.map((one) => ({ value: String(one), label: t.settings.undoSeconds(one) }))}
              onChange={(value) => void change.run({ undoSeconds: Number(value) })}
            />
          )}
        </>
      )}
      <RadioGroup
        legend={t.settings.theme}
        name="theme"
        value={settings.theme}
        choices={themes}
        onChange={(theme) => void change.run({ theme: theme as PecSettings['theme'] })}
      />
    </section>
  )
}

const Templates = () => {
  const t = useWriteTexts()
  const { templates } = useSettings()
  const change = useAction(changeSettings)
  const remove = (name: string): void => {
    const before = templates
    void change
      .run({ templates: templates.filter((one) => one.name !== name) })
      .then(() => tell(t.templates.deleted, () => changeSettings({ templates: before })))
  }
  return (
    <section>
      <h2>{t.templates.title}</h2>
      <ProblemAlert problem={change.problem} />
      {templates.length === 0 && <p>{t.templates.none}</p>}
      <ul className="cw-kept">
        {templates.map(({ name, subject }) => (
          <TemplateItem
            key={name}
            name={name}
            subject={subject}
            onRename={(next) =>
              void change.run({
                templates: templates
                  .filter((one) => one.name === name || one.name !== next)
                  .map((one) => (one.name === name ? { ...one, name: next } : one)),
              })
            }
            onRemove={() => remove(name)}
          />
        ))}
      </ul>
    </section>
  )
}

const TemplateItem = ({
  name,
  subject,
  onRename,
  onRemove,
}: {
  readonly name: string
  readonly subject: string
  readonly onRename: (name: string) => void
  readonly onRemove: () => void
}) => {
  const t = useWriteTexts()
  const [next, setNext] = useState<string>()
  if (next !== undefined)
    return (
      <li>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (next.trim() !== '') onRename(next.trim())
            setNext(undefined)
          }}
        >
          <TextField label={t.templates.name} value={next} maxLength={100} onChange={setNext} />
          <Button type="submit" small>
            {t.templates.rename}
          </Button>
        </form>
      </li>
    )
  return (
    <li>
      <p>
        <strong>{name}</strong>
        {subject && <span className="cw-muted"> {subject}</span>}
      </p>
      <div className="cw-row">
        {maySend() && (
          <Link className="btn btn-outline-primary btn-small" href={writeAddress({ kind: 'new', template: name })}>
            {t.templates.write}
          </Link>
        )}
        <Button look="link" onClick={() => setNext(name)}>
          {t.templates.rename}
          <span className="visually-hidden"> {name}</span>
        </Button>
        <Button look="link" onClick={onRemove}>
          {t.templates.delete}
          <span className="visually-hidden"> {name}</span>
        </Button>
      </div>
    </li>
  )
}

const Searches = ({ isMine }: { readonly isMine: boolean }) => {
  const t = useWriteTexts()
  const { savedSearches } = useSettings()
  const change = useAction(changeSettings)
  return (
    <section>
      <h2>{t.settings.searches}</h2>
      <ProblemAlert problem={change.problem} />
      {savedSearches.length === 0 && <p>{t.settings.noSearches}</p>}
      <ul className="cw-kept">
        {savedSearches.map(({ name, query }) => (
          <li key={name}>
            <p>
              <Link href={listAddress({ kind: 'search', query })}>{name}</Link>
            </p>
            {isMine && (
              <Button
                look="link"
                onClick={() => void change.run({ savedSearches: savedSearches.filter((one) => one.name !== name) })}
              >
                {t.templates.delete}
                <span className="visually-hidden"> {t.settings.deleteSearch(name)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

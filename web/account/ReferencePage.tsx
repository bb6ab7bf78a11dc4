// The reference e-mail: what it is, its change, the time in which a change can be undone.
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { useRecoveryTexts } from './texts/recovery.ts'

type View = Reply<'GET /account/reference'>
type Part = { readonly view: View; readonly onView: (view: View, word?: string) => void }

export const ReferencePage = () => {
  const t = useRecoveryTexts().reference
  const heading = usePage(t.title)
  const [word, setWord] = useState<string>()
  const { data, problem, reload, set } = useResource('reference', (signal) => ask('GET /account/reference', { signal }))
  const onView = (view: View, said?: string): void => {
    set(view)
    setWord(said)
  }
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      <div role="status">{word && <Alert kind="success">{word}</Alert>}</div>
      {data && (
        <>
          <Facts items={[{ label: t.now, value: data.email ?? t.none }]} />
          {data.cooling ? (
            <Cooling view={data} onView={onView} />
          ) : data.asked ? (
            <Confirm view={data} onView={onView} />
          ) : (
            <Change view={data} onView={onView} />
          )}
        </>
      )}
    </div>
  )
}

const Cooling = ({ view, onView }: Part) => {
  const t = useRecoveryTexts().reference
  const undo = useAction(async () => onView(await ask('POST /account/reference/undo'), t.undone))
  const { oldEmail, until } = view.cooling!
  return (
    <>
      <Alert kind="info" title={t.coolingTitle}>
        <p>{t.cooling(showInstant(until))}</p>
      </Alert>
      <ProblemAlert problem={undo.problem} />
      {oldEmail && (
        <Button look="outline-primary" busy={undo.busy} onClick={() => void undo.run()}>
          {t.undo(oldEmail)}
        </Button>
      )}
    </>
  )
}

const Change = ({ onView }: Part) => {
  const t = useRecoveryTexts()
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const empty = email.trim() === ''
  const send = useAction(async () => onView(await ask('POST /account/reference', { body: { email: email.trim() } })))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (empty) document.getElementById('reference-email')?.focus()
    else void send.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={send.problem} />
      <TextField
        id="reference-email"
        label={t.reference.label}
        hint={t.reference.hint}
        type="email"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        value={email}
        error={tried && empty ? t.required : undefined}
        onChange={setEmail}
      />
      <Button type="submit" busy={send.busy}>
        {t.reference.send}
      </Button>
    </form>
  )
}

const Confirm = ({ view, onView }: Part) => {
  const t = useRecoveryTexts()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const empty = code.trim() === ''
  const { email, expiresAt } = view.asked!
  const confirm = useAction(async () =>
    onView(await ask('POST /account/reference/code', { body: { code } }), t.reference.changed),
  )
  const drop = useAction(async () => onView(await ask('DELETE /account/reference/asked')))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (empty) document.getElementById('reference-code')?.focus()
    else void confirm.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Alert kind="info" title={t.reference.sentTitle(email)} live>
        <p>{t.reference.sent(showInstant(expiresAt))}</p>
      </Alert>
      <ProblemAlert problem={confirm.problem ?? drop.problem} />
      <TextField
        id="reference-code"
        label={t.reference.code}
        hint={t.reference.codeHint}
        short
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        value={code}
        error={tried && empty ? t.required : undefined}
        onChange={setCode}
      />
      <div className="cl-actions">
        <Button type="submit" busy={confirm.busy}>
          {t.reference.confirm}
        </Button>
        <Button look="outline-primary" busy={drop.busy} onClick={() => void drop.run()}>
          {t.reference.drop}
        </Button>
      </div>
    </form>
  )
}

/** On the first page: whether the reference e-mail is still theirs, once a year. */
export const ReferencePrompt = () => {
  const t = useRecoveryTexts().reference
  const { data, set } = useResource('reference', (signal) => ask('GET /account/reference', { signal }))
  const [said, setSaid] = useState(false)
  const yes = useAction(async () => {
    set(await ask('POST /account/reference/check'))
    setSaid(true)
  })
  if (said) {
    return (
      <Alert kind="success" live>
        <p>{t.thanks}</p>
      </Alert>
    )
  }
  if (!data?.checkDue) return null
  return (
    <Alert kind="warning" title={data.email ? t.checkTitle : t.noneTitle}>
      <p>{data.email ? t.check(data.email) : t.checkNone}</p>
      <ProblemAlert problem={yes.problem} />
      <div className="cl-actions">
        {data.email && (
          <Button small busy={yes.busy} onClick={() => void yes.run()}>
            {t.yes}
          </Button>
        )}
        <LinkButton href="/riferimento" small look={data.email ? 'outline-primary' : 'primary'}>
          {data.email ? t.no : t.add}
        </LinkButton>
      </div>
    </Alert>
  )
}

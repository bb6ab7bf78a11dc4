// The request to change a dead reference e-mail: begun without a sign-in, gone on with by the link that the new e-mail gets.
import download from 'icon:download'
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { addressOf, call, isSessionLost, type Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { FileField } from '../ui/FileField.tsx'
import { Frame } from '../ui/Frame.tsx'
import { showBytes } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { useToken } from '../ui/token.ts'
import { upload } from '../ui/upload.ts'
import { useAccountTexts } from './texts/account.ts'
import { useRequestTexts } from './texts/request.ts'

type View = Reply<'GET /recovery'>
type Part = { readonly view: View; readonly onView: (view: View) => void }
const LIMIT_BYTES = 15 * 1024 * 1024

const load = async (token: string, signal: AbortSignal): Promise<View | 'none'> => {
  if (token) return call('POST /recoveries/open', { body: { token }, signal })
  try {
    return await call('GET /recovery', { signal })
  } catch (error) {
    if (isSessionLost(error)) return 'none'
    throw error
  }
}

export const RequestPage = () => {
  const tagline = useAccountTexts().tagline
  const t = useRequestTexts()
  const heading = usePage(t.title)
  const token = useToken()
  const { data, problem, reload, set } = useResource(`recovery ${token}`, (signal) => load(token, signal))
  // A link that is no longer good keeps nobody from beginning anew.
  const none = data === 'none' || (!data && problem?.code === 'linkInvalid')
  return (
    <Frame tagline={tagline} home="/casella">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <ProblemAlert problem={problem} onRetry={problem?.code === 'linkInvalid' ? undefined : reload} />
        {!data && !problem && <Loading />}
        {none && <Begin onView={set} />}
        {data && data !== 'none' && <Request view={data} onView={set} onLeft={() => set('none')} />}
      </div>
    </Frame>
  )
}

const Begin = ({ onView }: { readonly onView: (view: View) => void }) => {
  const t = useRequestTexts()
  const [address, setAddress] = useState('')
  const [fiscalCode, setFiscalCode] = useState('')
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const start = useAction(async () =>
    onView(await call('POST /recoveries', { body: { address: address.trim(), fiscalCode, email: email.trim() } })),
  )
  const missing = (text: string): string | undefined => (tried && text.trim() === '' ? t.required : undefined)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const empty = Object.entries({ 'request-address': address, 'request-code': fiscalCode, 'request-email': email })
    const first = empty.find(([, text]) => text.trim() === '')
    if (first) document.getElementById(first[0])?.focus()
    else void start.run()
  }
  const plain = {
    type: 'email',
    inputMode: 'email',
    autoCapitalize: 'none',
    spellCheck: false,
    maxLength: 254,
  } as const
  return (
    <form onSubmit={submit} noValidate>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={start.problem} />
      <TextField
        {...plain}
        id="request-address"
        label={t.address}
        hint={t.addressHint}
        autoComplete="username"
        value={address}
        error={missing(address)}
        onChange={setAddress}
      />
      <TextField
        id="request-code"
        label={t.fiscalCode}
        upper
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
        value={fiscalCode}
        error={missing(fiscalCode)}
        onChange={setFiscalCode}
      />
      <TextField
        {...plain}
        id="request-email"
        label={t.email}
        hint={t.emailHint}
        autoComplete="email"
        value={email}
        error={missing(email)}
        onChange={setEmail}
      />
      <Button type="submit" busy={start.busy}>
        {t.start}
      </Button>
    </form>
  )
}

const Request = ({ view, onView, onLeft }: Part & { readonly onLeft: () => void }) => {
  const t = useRequestTexts()
  const leave = useAction(async () => {
    await call('DELETE /recovery')
    onLeft()
  })
  const { caseNumber, address, fiscalCode, newEmail, state, reason } = view
  const open = state === 'draft' || state === 'awaitingDocument'
  return (
    <>
      <p className="lead">{t.number(caseNumber)}</p>
      <Facts
        items={[
          { label: t.facts.address, value: address },
          { label: t.facts.fiscalCode, value: fiscalCode },
          { label: t.facts.email, value: newEmail },
        ]}
      />
      {state === 'awaitingReview' && (
        <Alert kind="success" title={t.sentTitle} live>
          <p>{t.sent(newEmail)}</p>
        </Alert>
      )}
      {state === 'awaitingDocument' && (
        <Alert kind="warning" title={t.askedTitle}>
          <p>{reason}</p>
        </Alert>
      )}
      {state === 'approved' && (
        <Alert kind="success" title={t.approvedTitle}>
          <p>{t.approved}</p>
          <LinkButton href="/nuova-password" small>
            {t.toReset}
          </LinkButton>
        </Alert>
      )}
      {state === 'refused' && (
        <Alert kind="danger" title={t.refusedTitle}>
          <p>{reason}</p>
        </Alert>
      )}
      {state === 'lapsed' && (
        <Alert kind="warning" title={t.lapsedTitle}>
          <p>{t.lapsed}</p>
        </Alert>
      )}
      {open && <Steps view={view} onView={onView} />}
      <p className="cl-after">
        <Button look="link" busy={leave.busy} onClick={() => void leave.run()}>
          {t.other}
        </Button>
      </p>
    </>
  )
}

const Steps = ({ view, onView }: Part) => {
  const t = useRequestTexts()
  const [tried, setTried] = useState(false)
  const submit = useAction(async () => onView(await call('POST /recovery/submission')))
  return (
    <>
      <Confirmation view={view} onView={onView} />
      <h2>{t.steps.form}</h2>
      <p>{t.steps.formLead}</p>
      <p>
        <LinkButton look="outline-primary" icon={download} href={addressOf('/recovery/form.pdf')} download>
          {t.steps.download}
        </LinkButton>
      </p>
      <Paper kind="module" label={t.steps.signed} hint={t.steps.signedHint} view={view} onView={onView} />
      <h2>{t.steps.document}</h2>
      <Paper kind="front" label={t.steps.front} hint={t.steps.frontHint} view={view} onView={onView} />
      <Paper kind="back" label={t.steps.back} hint={t.steps.backHint} view={view} onView={onView} />
      {tried && view.missing.length > 0 && (
        <Alert kind="warning" title={t.missingTitle} live>
          <ul>
            {view.missing.map((lack) => (
              <li key={lack}>{t.missing[lack]}</li>
            ))}
          </ul>
        </Alert>
      )}
      <ProblemAlert problem={submit.problem} />
      <Button
        busy={submit.busy}
        onClick={() => {
          setTried(true)
          if (view.missing.length === 0) void submit.run()
        }}
      >
        {t.submit}
      </Button>
    </>
  )
}

const Confirmation = ({ view, onView }: Part) => {
  const t = useRequestTexts().steps
  const again = useAction(async () => {
    await call('POST /recovery/link')
    return true
  })
  const [sent, setSent] = useState(false)
  const look = useAction(async () => onView(await call('GET /recovery')))
  return (
    <>
      <h2>{t.confirm}</h2>
      {view.emailConfirmed ? (
        <Alert kind="success">{t.confirmed}</Alert>
      ) : (
        <>
          <p>{t.confirmLead(view.newEmail)}</p>
          <ProblemAlert problem={again.problem ?? look.problem} />
          <div role="status">{sent && <p>{t.sentAgain}</p>}</div>
          <div className="cl-actions">
            <Button small busy={look.busy} onClick={() => void look.run()}>
              {t.look}
            </Button>
            <Button
              look="outline-primary"
              small
              busy={again.busy}
              onClick={() => void again.run().then((done) => setSent(done === true))}
            >
              {t.again}
            </Button>
          </div>
        </>
      )}
    </>
  )
}

const Paper = ({
  kind,
  label,
  hint,
  view,
  onView,
}: Part & { readonly kind: 'front' | 'back' | 'module'; readonly label: string; readonly hint: string }) => {
  const t = useRequestTexts()
  const found = view.documents.find((one) => one.kind === kind)
  return (
    <FileField
      id={`request-${kind}`}
      label={label}
      hint={hint}
      limitBytes={LIMIT_BYTES}
      kept={
        found && {
          description: t.pages(found.pages, showBytes(found.sizeBytes)),
          warnings: found.warnings.map((one) => t.warnings[one] ?? one),
        }
      }
      send={(blob, onProgress) => {
        const sent = upload<View>('/recovery/documents/:kind', { kind }, blob, onProgress)
        void sent.done.then(onView, () => {})
        return sent
      }}
      remove={() => void call('DELETE /recovery/documents/:kind', { params: { kind } }).then(onView, () => {})}
    />
  )
}

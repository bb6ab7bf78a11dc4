// A new password for who has forgotten it: the letter is asked for, its code typed or its link opened, the password set.
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { CheckField, TextField } from '../ui/Field.tsx'
import { Frame } from '../ui/Frame.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useToken } from '../ui/token.ts'
import { NewPassword } from './NewPassword.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useRecoveryTexts } from './texts/recovery.ts'

export const ResetPage = () => {
  const tagline = useAccountTexts().tagline
  const t = useRecoveryTexts().reset
  const heading = usePage(t.title)
  const link = useToken()
  // The link that was opened may be spent: then the page begins anew.
  const [spent, setSpent] = useState('')
  const [given, setGiven] = useState('')
  const token = given || (link === spent ? '' : link)
  return (
    <Frame tagline={tagline} home="/casella">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        {token ? (
          <Choice
            key={token}
            token={token}
            onAgain={() => {
              setSpent(link)
              setGiven('')
            }}
          />
        ) : (
          <Request onToken={setGiven} />
        )}
      </div>
    </Frame>
  )
}

const Request = ({ onToken }: { readonly onToken: (token: string) => void }) => {
  const t = useRecoveryTexts()
  const [address, setAddress] = useState('')
  const [sent, setSent] = useState<{ readonly address: string; readonly ticket: string }>()
  const [tried, setTried] = useState(false)
  const empty = address.trim() === ''
  const send = useAction(async () => {
    const { ticket } = await call('POST /account/resets', { body: { address: address.trim() } })
    setSent({ address: address.trim(), ticket })
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (empty) document.getElementById('reset-address')?.focus()
    else void send.run()
  }
  return (
    <>
      {sent ? (
        <>
          <Alert kind="info" title={t.reset.sentTitle} live>
            <p>{t.reset.sent(sent.address)}</p>
          </Alert>
          <Code ticket={sent.ticket} onToken={onToken} />
          <p className="cl-muted cl-after">{t.reset.notArrived}</p>
          <ProblemAlert problem={send.problem} />
          <div className="cl-actions">
            <Button look="outline-primary" busy={send.busy} onClick={() => void send.run()}>
              {t.reset.again}
            </Button>
            <Button look="link" onClick={() => setSent(undefined)}>
              {t.reset.other}
            </Button>
          </div>
        </>
      ) : (
        <form onSubmit={submit} noValidate>
          <p className="lead">{t.reset.lead}</p>
          <ProblemAlert problem={send.problem} />
          <TextField
            id="reset-address"
            label={t.reset.address}
            hint={t.reset.addressHint}
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            value={address}
            error={tried && empty ? t.required : undefined}
            onChange={setAddress}
          />
          <Button type="submit" busy={send.busy}>
            {t.reset.send}
          </Button>
        </form>
      )}
      <p className="cl-after">
        {t.reset.dead} <a href="/recupero">{t.reset.deadLink}</a>.
      </p>
    </>
  )
}

const Code = ({ ticket, onToken }: { readonly ticket: string; readonly onToken: (token: string) => void }) => {
  const t = useRecoveryTexts()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const empty = code.trim() === ''
  const give = useAction(async () =>
    onToken((await call('POST /account/resets/code', { body: { ticket, code } })).token),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (empty) document.getElementById('reset-code')?.focus()
    else void give.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={give.problem} />
      <TextField
        id="reset-code"
        label={t.reset.code}
        hint={t.reset.codeHint}
        short
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        value={code}
        error={tried && empty ? t.required : undefined}
        onChange={setCode}
      />
      <Button type="submit" busy={give.busy}>
        {t.reset.goOn}
      </Button>
    </form>
  )
}

const Choice = ({ token, onAgain }: { readonly token: string; readonly onAgain: () => void }) => {
  const t = useRecoveryTexts().reset
  const [done, setDone] = useState(false)
  const [ends, setEnds] = useState(false)
  const { data, problem, reload } = useResource(`reset ${token}`, (signal) =>
    call('POST /account/resets/look', { body: { token }, signal }),
  )
  if (done) {
    return (
      <>
        <Alert kind="success" title={t.doneTitle} live>
          <p>{t.done}</p>
        </Alert>
        <LinkButton href="/casella/accesso">{t.enter}</LinkButton>
      </>
    )
  }
  if (!data) {
    return problem ? (
      <>
        <ProblemAlert problem={problem} onRetry={problem.code === 'linkInvalid' ? undefined : reload} />
        <Button onClick={onAgain}>{t.askAgain}</Button>
      </>
    ) : (
      <Loading />
    )
  }
  return (
    <>
      <p className="lead">{t.forAddress(data.address)}</p>
      <p className="cl-muted">{t.until(showInstant(data.expiresAt))}</p>
      <NewPassword
        given={data}
        address={data.address}
        label={t.save}
        save={async (password) => {
          await call('POST /account/resets/password', { body: { token, password, endAppPasswords: ends } })
          setDone(true)
        }}
      >
        <p>{t.all}</p>
        <CheckField label={t.programs} checked={ends} onChange={setEnds} />
      </NewPassword>
    </>
  )
}

// The set-up of the second factor: the QR, the first code, the recovery codes to save.
import download from 'icon:download'
import print from 'icon:print'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import type { SessionView } from '../ui/contract.ts'
import { CheckField, TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { keepFile } from './ask.ts'
import { useStaffTexts } from './texts/staff.ts'

type Begun = Reply<'POST /session/second-factor/setup'>
type Confirmed = Reply<'POST /session/second-factor/confirmation'>

/** `JBSW Y3DP …`: in fours, as one copies them. */
const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')

export const SetUpFactor = ({
  email,
  onDone,
}: {
  readonly email: string
  readonly onDone: (session: SessionView) => void
}) => {
  const t = useStaffTexts()
  const [begun, setBegun] = useState<Begun>()
  const [confirmed, setConfirmed] = useState<Confirmed>()
  const begin = useAction(async () => setBegun(await call('POST /session/second-factor/setup')))
  if (confirmed)
    return <RecoveryCodes email={email} codes={confirmed.recoveryCodes} onDone={() => onDone(confirmed.session)} />
  if (begun) return <FirstCode begun={begun} onConfirmed={setConfirmed} />
  return (
    <>
      <p>{t.setUp.lead}</p>
      <ProblemAlert problem={begin.problem} />
      <Button busy={begin.busy} onClick={() => void begin.run()}>
        {t.setUp.begin}
      </Button>
    </>
  )
}

const FirstCode = ({
  begun,
  onConfirmed,
}: {
  readonly begun: Begun
  readonly onConfirmed: (confirmed: Confirmed) => void
}) => {
  const t = useStaffTexts()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const confirm = useAction(async () =>
    onConfirmed(await call('POST /session/second-factor/confirmation', { body: { code: code.replace(/\s/g, '') } })),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') document.getElementById('first-code')?.focus()
    else void confirm.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ol className="cl-list">
        <li>
          {t.setUp.step1}
          <p>
            <img
              className="cl-qr"
              src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(begun.qrSvg)}`}
              alt={t.setUp.qr}
              width={220}
              height={220}
            />
          </p>
          <p>
            {t.setUp.byHand} <strong className="cl-code">{inFours(begun.secret)}</strong>
          </p>
        </li>
        <li>{t.setUp.step2}</li>
      </ol>
      <ProblemAlert problem={confirm.problem} />
      <TextField
        id="first-code"
        label={t.second.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        short
        maxLength={12}
        value={code}
        error={tried && code.trim() === '' ? t.second.missing : undefined}
        onChange={setCode}
      />
      <Button type="submit" busy={confirm.busy}>
        {t.setUp.confirm}
      </Button>
    </form>
  )
}

export const RecoveryCodes = ({
  email,
  codes,
  onDone,
}: {
  readonly email: string
  readonly codes: readonly string[]
  readonly onDone: () => void
}) => {
  const t = useStaffTexts()
  const [saved, setSaved] = useState(false)
  const [tried, setTried] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const text = `${t.setUp.fileTitle} ${email}\n\n${codes.join('\n')}\n`
  return (
    <section aria-labelledby="recovery-title">
      <h2 id="recovery-title" tabIndex={-1} ref={heading}>
        {t.setUp.savedTitle}
      </h2>
      <p>{t.setUp.savedLead}</p>
      <ul className="cl-codes">
        {codes.map((code) => (
          <li key={code} className="cl-code">
            {code}
          </li>
        ))}
      </ul>
      <div className="cl-row">
        <Button
          look="outline-primary"
          icon={download}
          onClick={() => keepFile(new Blob([text], { type: 'text/plain' }), t.setUp.fileName)}
        >
          {t.setUp.download}
        </Button>
        <Button look="outline-primary" icon={print} onClick={() => window.print()}>
          {t.setUp.print}
        </Button>
      </div>
      <CheckField
        label={t.setUp.saved}
        checked={saved}
        error={tried && !saved ? t.setUp.savedMissing : undefined}
        onChange={setSaved}
      />
      <Button onClick={() => (saved ? onDone() : setTried(true))}>{t.setUp.goOn}</Button>
    </section>
  )
}

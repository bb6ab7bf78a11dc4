// What a phone shows that has read the QR: the box, one button, and whether it works. No sign-in: the link is the proof.
import { useState } from 'react'
import { takesProfile } from '../../src/core/mailbox/programs/devices.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { addressOf, call, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useToken } from '../ui/token.ts'
import { FirstLogin, Secret, Settings, thisDevice, useWaitFor } from './programParts.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useProgramTexts } from './texts/programs.ts'

export const ConnectPage = () => {
  const t = useProgramTexts()
  const { tagline } = useAccountTexts()
  const heading = usePage(t.connect.title)
  const token = useToken()
  const { data, problem, reload } = useResource(`handover ${token}`, (signal) =>
    call('POST /handovers/look', { body: { token }, signal }),
  )
  const gone = problem?.code === 'linkInvalid' || problem?.code === 'badRequest'
  return (
    <Frame tagline={tagline} home="/casella/accesso">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.connect.title}
        </h1>
        {data ? (
          <Connect token={token} {...data} />
        ) : gone ? (
          <Alert kind="warning">{t.connect.invalid}</Alert>
        ) : problem ? (
          <ProblemAlert problem={problem} onRetry={reload} />
        ) : (
          <Loading />
        )}
      </div>
    </Frame>
  )
}

const Connect = ({
  token,
  address,
  sends,
}: {
  readonly token: string
  readonly address: string
  readonly sends: boolean
}) => {
  const t = useProgramTexts()
  const kind = thisDevice()
  // A profile sets up sending too.
  const profile = takesProfile(kind) && sends
  const [claimed, setClaimed] = useState<Reply<'POST /handovers/claim'>>()
  const claim = useAction(async () => {
    const answer = await call('POST /handovers/claim', { body: { token, name: t.kinds[kind], profile } })
    setClaimed(answer)
    if (answer.ticket) location.assign(addressOf('/profiles/:ticket', { ticket: answer.ticket }))
  })
  const works = useWaitFor(claimed && token, async () => {
    const now = await call('POST /handovers/watch', { body: { token } })
    return now.signedInAt !== undefined
  })
  if (!claimed) {
    return (
      <>
        <p className="lead">{t.connect.lead(address)}</p>
        <p>{profile ? t.here.profile : t.here.password}</p>
        <ProblemAlert problem={claim.problem} />
        <Button busy={claim.busy} onClick={() => void claim.run()}>
          {profile ? t.connect.profileGo : t.connect.passwordGo}
        </Button>
      </>
    )
  }
  return (
    <>
      {claimed.ticket && <Alert kind="info">{t.here.after[kind as 'iphone' | 'ipad' | 'mac']}</Alert>}
      {claimed.secret && (
        <>
          <Secret secret={claimed.secret} />
          <h2>{t.settings.title}</h2>
          <Settings address={address} servers={claimed.servers} kind={kind} sends={sends} />
        </>
      )}
      <FirstLogin works={works} />
    </>
  )
}

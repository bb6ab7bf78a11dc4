// The button that asks the browser for a passkey, and hands what it signed to the server.
import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser'
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { useAction } from '../ui/hooks.ts'
import type { AccountSession } from './area.tsx'
import { useSecurityTexts } from './texts/security.ts'

/** What the browser answers where the person has cancelled, waited too long, or there is no such passkey. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof Error && ['NotAllowedError', 'AbortError', 'InvalidStateError', 'SecurityError'].includes(error.name)

type Start = Parameters<typeof startAuthentication>[0]['optionsJSON']

const enter = async (): Promise<AccountSession> => {
  const { options } = await call('POST /account/session/passkey/options')
  const credential = await startAuthentication({ optionsJSON: options as unknown as Start })
  return call('POST /account/session/passkey', { body: { credential: credential as never } })
}
const prove = async (): Promise<AccountSession> => {
  const { options } = await call('POST /account/session/proof/passkey/options')
  const credential = await startAuthentication({ optionsJSON: options as unknown as Start })
  return call('POST /account/session/proof/passkey', { body: { credential: credential as never } })
}

export const PasskeyButton = ({
  to,
  label,
  onDone,
  first,
}: {
  readonly to: 'enter' | 'prove'
  readonly label: string
  readonly onDone: (session: AccountSession) => void
  /** What is expected of the person. */
  readonly first?: boolean | undefined
}) => {
  const t = useSecurityTexts()
  const [cancelled, setCancelled] = useState(false)
  const use = useAction(async () => {
    setCancelled(false)
    try {
      onDone(await (to === 'enter' ? enter() : prove()))
    } catch (error) {
      if (!isCancelled(error)) throw error
      setCancelled(true)
    }
  })
  if (!browserSupportsWebAuthn()) return null
  return (
    <div className="cl-after">
      <ProblemAlert problem={use.problem} />
      {cancelled && <Alert kind="warning" title={t.passkeyCancelled} live />}
      <Button look={first ? 'primary' : 'outline-primary'} busy={use.busy} onClick={() => void use.run()}>
        {label}
      </Button>
    </div>
  )
}

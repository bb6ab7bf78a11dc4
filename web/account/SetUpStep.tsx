// The step of a sign-in in which a second factor is set up, where the provider requires one: nothing else is open before it.
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { useAction, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import type { AccountSession } from './area.tsx'
import { AddPasskey, Factor } from './securityParts.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useSecurityTexts } from './texts/security.ts'

export const SetUpStep = ({
  session,
  onDone,
}: {
  readonly session: AccountSession
  readonly onDone: (session: AccountSession) => void
}) => {
  const t = useSecurityTexts()
  const { leave } = useAccountTexts()
  const { data, problem, reload } = useResource('security', (signal) => call('GET /account/security', { signal }))
  const goOn = useAction(async () => onDone(await call('GET /account/session')))
  const end = useAction(async () => {
    await call('DELETE /account/session')
    location.assign('/casella/accesso')
  })
  return (
    <>
      <h2>{t.setUp.title}</h2>
      <p>{t.setUp.lead(session.signInName)}</p>
      <p>{t.factor.programs}</p>
      <ProblemAlert problem={problem ?? goOn.problem ?? end.problem} onRetry={problem && reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <section className="cl-card mt-4">
            <h3>{t.passkeys.title}</h3>
            <p>{t.setUp.passkey}</p>
            <AddPasskey onAdded={() => void goOn.run()} />
          </section>
          <Factor data={data} reload={() => void goOn.run()} asked />
        </>
      )}
      <p className="cl-after mt-5">
        <Button look="link" busy={end.busy} onClick={() => void end.run()}>
          {leave}
        </Button>
      </p>
    </>
  )
}

// Who is signed in: loaded once for a console, and asked for again in a dialog where the session is lost.
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import type { Permission } from '../../src/core/identity/permissions.ts'
import { may } from '../../src/core/identity/permissions.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call, isSessionLost } from '../ui/api.ts'
import type { SessionView } from '../ui/contract.ts'
import { asProblem, useResource } from '../ui/hooks.ts'
import { Dialog, Loading } from '../ui/Parts.tsx'
import { setGate } from './ask.ts'
import { SignInFlow } from './SignInFlow.tsx'
import { useStaffTexts } from './texts/staff.ts'

const Context = createContext<{ session: SessionView; refresh: () => void } | undefined>(undefined)

/** Who is signed in; inside of StaffArea. */
export const useSession = (): SessionView => useContext(Context)!.session

/** Loads the session again, after the second factor or the password has changed. */
export const useRefreshSession = (): (() => void) => useContext(Context)!.refresh

/** What the person may do here, by the table that the API uses; undefined where allowed, else why not. */
export const useMay = (order?: string): ((permission: Permission) => string | undefined) => {
  const session = useSession()
  const t = useStaffTexts()
  const grants = session.grants.map((grant) => ({ role: grant.role, order: grant.order?.code }))
  const here = grants.find((grant) => grant.order === order)?.role ?? 'none'
  return (permission) => (may(grants, permission, order) ? undefined : t.forbidden.action(t.roles[here] ?? here))
}

/** The address of the sign-in, which leads back here. */
export const signInAddress = (): string => {
  const here = location.pathname + location.search
  return `/accesso?poi=${encodeURIComponent(here)}`
}

/** The dialog in which one signs in again: what is on the page behind it stays. */
const SignInAgain = ({
  email,
  onSession,
}: {
  readonly email: string
  readonly onSession: (s: SessionView) => void
}) => {
  const t = useStaffTexts()
  const [open, setOpen] = useState(false)
  const answer = useRef<(given: boolean) => void>(undefined)
  useEffect(
    () =>
      setGate(
        () =>
          new Promise<boolean>((resolve) => {
            answer.current = resolve
            setOpen(true)
          }),
      ),
    [],
  )
  const close = (given: boolean): void => {
    setOpen(false)
    answer.current?.(given)
    answer.current = undefined
  }
  return (
    <Dialog open={open} title={t.again.title} onClose={() => close(false)}>
      <p>{t.again.lead}</p>
      <SignInFlow
        email={email}
        onDone={(session) => {
          onSession(session)
          close(true)
        }}
      />
      <p>
        <a href={signInAddress()}>{t.again.leave}</a>
      </p>
    </Dialog>
  )
}

const here = async (signal: AbortSignal): Promise<SessionView | 'signedOut'> => {
  try {
    return await call('GET /session', { signal })
  } catch (error) {
    if (isSessionLost(error)) return 'signedOut'
    throw asProblem(error)
  }
}

/** What is shown to those who are signed in, in full; others are led to the sign-in. */
export const StaffArea = ({ children }: { readonly children: ReactNode }) => {
  const { data, problem, reload, set } = useResource('session', here)
  const away = data === 'signedOut' || (data !== undefined && data.stage !== 'full')
  useEffect(() => {
    if (away) location.replace(signInAddress())
  }, [away])
  if (problem && !data) {
    return (
      <main id="main" className="cl-container">
        <ProblemAlert problem={problem} onRetry={reload} />
      </main>
    )
  }
  if (data === undefined || data === 'signedOut' || data.stage !== 'full') {
    return (
      <main id="main" className="cl-container">
        <Loading />
      </main>
    )
  }
  return (
    <Context value={{ session: data, refresh: reload }}>
      {children}
      <SignInAgain
        email={data.email}
        onSession={(session) => {
          // Another person has signed in meanwhile: nothing of this page is theirs.
          if (session.email !== data.email) location.reload()
          else set(session)
        }}
      />
    </Context>
  )
}

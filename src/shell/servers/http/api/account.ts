// Endpoints of the account: sign-in to a box, sessions, proofs.
import type { AccountArrival } from '../../../identity/account/devices.ts'
import { DEVICE_MS, findAccountSession, listAccountSessions } from '../../../identity/account/sessions.ts'
import {
  type AccountBegun,
  accountSessionView,
  endOwnAccountSession,
  proveByPassword,
  signInToAccount,
  signOutOfAccount,
} from '../../../identity/account/signIn.ts'
import { type Call, handler } from './handler.ts'

type Session = 'signInToAccount' | 'giveAccountCode' | 'signInByPasskey'

/** From where somebody comes to an account, with the secret of the session that begins. */
export const accountArrivalOf = ({
  client,
  cookies,
  newToken,
}: Pick<Call<Session>, 'client' | 'cookies' | 'newToken'>): AccountArrival => ({
  remoteAddress: client.remoteAddress,
  userAgent: client.userAgent,
  newToken: newToken('account'),
  oldToken: cookies.given('account'),
  newDevice: newToken('device'),
  oldDevice: cookies.given('device'),
})

const iso = (at: number): string => new Date(at).toISOString()

/** Sets the cookie of a session that has begun, and shows it. */
export const shownAccount = ({ office, cookies }: Pick<Call<Session>, 'office' | 'cookies'>, begun: AccountBegun) => {
  cookies.set('account', begun.token, begun.expiresAt - office.clock.now())
  if (begun.session.stage === 'full') cookies.set('device', begun.device, DEVICE_MS)
  return accountSessionView(office, begun.session)
}

export const accountHandlers = {
  signInToAccount: handler<'signInToAccount'>(async (call) => {
    const outcome = await signInToAccount(call.office, call.body, accountArrivalOf(call))
    return 'refusal' in outcome ? outcome : shownAccount(call, outcome)
  }),
  getAccountSession: handler<'getAccountSession'>(async ({ office, cookies }) => {
    const token = cookies.given('account')
    const session = token === undefined ? undefined : await findAccountSession(office.db, token, office.clock.now())
    return session ? accountSessionView(office, session) : { refusal: 'accountSignInNeeded' }
  }),
  signOutOfAccount: handler<'signOutOfAccount'>(async ({ office, cookies, client }) => {
    await signOutOfAccount(office, cookies.given('account'), client.remoteAddress)
    cookies.clear('account')
    return undefined
  }),
  proveByPassword: handler<'proveByPassword'>(async ({ office, caller, body, client }) => {
    const refused = await proveByPassword(office, caller, body.password, client.remoteAddress)
    return refused ?? accountSessionView(office, { ...caller, provedAt: office.clock.now() })
  }),
  listAccountSessions: handler<'listAccountSessions'>(async ({ office, caller }) => ({
    items: (await listAccountSessions(office.db, caller.accountId, office.clock.now())).map((row) => ({
      ...row,
      current: row.id === caller.sessionId,
      createdAt: iso(row.createdAt),
      seenAt: iso(row.seenAt),
    })),
  })),
  endAccountSession: handler<'endAccountSession'>(async ({ office, caller, params, client }) =>
    (await endOwnAccountSession(office, caller, params.session, client.remoteAddress))
      ? undefined
      : { refusal: 'notFound' },
  ),
}

// Endpoints of sign-in: session, second factor, sessions, password, invitations.

import { askPasswordLink } from '../../../identity/staff/forgotten.ts'
import { acceptInvitation, lookAtInvitation } from '../../../identity/staff/invitations.ts'
import { endOwnSession } from '../../../identity/staff/ownSessions.ts'
import { changePassword } from '../../../identity/staff/password.ts'
import { findSession, listSessions } from '../../../identity/staff/sessions.ts'
import {
  type Arrival,
  type Begun,
  beginSecondFactor,
  confirmSecondFactor,
  giveSecondFactor,
  renewRecoveryCodes,
  sessionView,
  signIn,
  signOut,
} from '../../../identity/staff/signIn.ts'
import { type Call, handler } from './handler.ts'

type Session = 'signIn' | 'giveSecondFactor' | 'confirmSecondFactor' | 'acceptInvitation'

const arrivalOf = ({ client, cookies, newToken }: Pick<Call<Session>, 'client' | 'cookies' | 'newToken'>): Arrival => ({
  remoteAddress: client.remoteAddress,
  userAgent: client.userAgent,
  newToken: newToken('staff'),
  oldToken: cookies.given('staff'),
})

const iso = (at: number): string => new Date(at).toISOString()

/** Sets the cookie of a session that has begun, and shows it. */
const shown = async ({ office, cookies }: Pick<Call<Session>, 'office' | 'cookies'>, begun: Begun) => {
  cookies.set('staff', begun.token, begun.expiresAt - office.clock.now())
  return sessionView(office, begun.session)
}

export const sessionHandlers = {
  signIn: handler<'signIn'>(async (call) => {
    const outcome = await signIn(call.office, call.body, arrivalOf(call))
    return 'refusal' in outcome ? outcome : shown(call, outcome)
  }),
  giveSecondFactor: handler<'giveSecondFactor'>(async (call) => {
    const outcome = await giveSecondFactor(call.office, call.body.code, arrivalOf(call))
    return 'refusal' in outcome ? outcome : shown(call, outcome)
  }),
  getSecondFactorSetup: handler<'getSecondFactorSetup'>(async ({ office, cookies }) =>
    beginSecondFactor(office, cookies.given('staff')),
  ),
  confirmSecondFactor: handler<'confirmSecondFactor'>(async (call) => {
    const outcome = await confirmSecondFactor(call.office, call.body.code, arrivalOf(call))
    if ('refusal' in outcome) return outcome
    return { session: await shown(call, outcome), recoveryCodes: [...outcome.recoveryCodes] }
  }),
  getSession: handler<'getSession'>(async ({ office, cookies }) => {
    const token = cookies.given('staff')
    const session = token === undefined ? undefined : await findSession(office.db, token, office.clock.now())
    return session ? sessionView(office, session) : { refusal: 'signInNeeded' }
  }),
  signOut: handler<'signOut'>(async ({ office, cookies, client }) => {
    await signOut(office, cookies.given('staff'), client.remoteAddress)
    cookies.clear('staff')
    return undefined
  }),
  listSessions: handler<'listSessions'>(async ({ office, caller }) => ({
    items: (await listSessions(office.db, caller.staffId, office.clock.now())).map((row) => ({
      ...row,
      current: row.id === caller.sessionId,
      createdAt: iso(row.createdAt),
      seenAt: iso(row.seenAt),
    })),
  })),
  endSession: handler<'endSession'>(async ({ office, caller, params, client }) =>
    (await endOwnSession(office, caller, params.session, client.remoteAddress)) ? undefined : { refusal: 'notFound' },
  ),
  changePassword: handler<'changePassword'>(({ office, caller, body, client }) =>
    changePassword(office, caller, body, client.remoteAddress),
  ),
  requestPassword: handler<'requestPassword'>(async ({ office, body }) => {
    await askPasswordLink(office, body.email)
    return { sent: 'ifThereIsOne' }
  }),
  renewRecoveryCodes: handler<'renewRecoveryCodes'>(async ({ office, caller, body, client }) => {
    const outcome = await renewRecoveryCodes(office, caller, body.code, client.remoteAddress)
    return 'refusal' in outcome ? outcome : { recoveryCodes: [...outcome.recoveryCodes] }
  }),
  getInvitation: handler<'getInvitation'>(async ({ office, body }) => {
    const found = await lookAtInvitation(office, body.token)
    if ('refusal' in found) return found
    const { email, name, role, orderName, again } = found.invitation
    const order = orderName === null ? {} : { order: orderName }
    return { email, name, role, ...order, hasAccount: found.hasAccount, newPassword: again }
  }),
  acceptInvitation: handler<'acceptInvitation'>(async (call) => {
    const outcome = await acceptInvitation(call.office, call.body, arrivalOf(call))
    return 'refusal' in outcome ? outcome : shown(call, outcome)
  }),
}

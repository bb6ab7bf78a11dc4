// Endpoints of collaborators: the holder's, the collaborator's own, and the link of an invitation.
import { PLAIN_PASSWORD_POLICY } from '../../../../core/identity/accountRecovery.ts'
import { acceptCollaboration, lookAtCollaboration } from '../../../identity/account/acceptance.ts'
import { listCollaborators, listInvitations } from '../../../identity/account/collaboratorStore.ts'
import {
  changeCollaborator,
  inviteCollaborator,
  leaveBox,
  revokeCollaborator,
  sendInvitationAgain,
  withdrawInvitation,
} from '../../../identity/account/collaborators.ts'
import { type ActRow, listActs, listOwnBoxes, switchBox } from '../../../identity/account/ownBoxes.ts'
import { findAccountSession } from '../../../identity/account/sessions.ts'
import { accountSessionView } from '../../../identity/account/signIn.ts'
import type { Office } from '../../../office.ts'
import { accountArrivalOf, shownAccount } from './account.ts'
import { type AccountCaller, handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const view = async (office: Office, { mailbox }: AccountCaller) => {
  const now = office.clock.now()
  const [collaborators, invitations] = await Promise.all([
    listCollaborators(office.db, mailbox.id, now),
    listInvitations(office.db, mailbox.id),
  ])
  return {
    collaborators: collaborators.map(({ since, lastUsedAt, endedAt, ...row }) => ({
      ...row,
      since: iso(since),
      ...(lastUsedAt === null ? {} : { lastUsedAt: iso(lastUsedAt) }),
      ...(endedAt === null ? {} : { endedAt: iso(endedAt) }),
    })),
    invitations: invitations.map(({ id, name, email, rights, sentAt, expiresAt }) => ({
      id,
      name,
      email,
      rights,
      sentAt: iso(sentAt),
      expiresAt: iso(expiresAt),
      expired: expiresAt <= now,
    })),
  }
}

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : undefined

const shownAct = ({ remoteAddress, details, at, ...row }: ActRow) => {
  const { recipients, recipientCount, name: program } = details
  const to = texts(recipients)
  return {
    ...row,
    at: iso(at),
    ...(remoteAddress === null ? {} : { remoteAddress }),
    ...(to === undefined ? {} : { recipients: to }),
    ...(typeof recipientCount === 'number' ? { recipientCount } : {}),
    ...(typeof program === 'string' ? { program } : {}),
  }
}

export const accountCollaboratorHandlers = {
  listCollaborators: handler<'listCollaborators'>(({ office, caller }) => view(office, caller)),
  inviteCollaborator: handler<'inviteCollaborator'>(
    async ({ office, caller, body, client }) =>
      (await inviteCollaborator(office, caller, body, client.remoteAddress)) ?? view(office, caller),
  ),
  sendInvitationAgain: handler<'sendInvitationAgain'>(
    async ({ office, caller, params, client }) =>
      (await sendInvitationAgain(office, caller, params.invitation, client.remoteAddress)) ?? view(office, caller),
  ),
  withdrawInvitation: handler<'withdrawInvitation'>(
    async ({ office, caller, params, client }) =>
      (await withdrawInvitation(office, caller, params.invitation, client.remoteAddress)) ?? view(office, caller),
  ),
  changeCollaborator: handler<'changeCollaborator'>(
    async ({ office, caller, params, body, client }) =>
      (await changeCollaborator(office, caller, params.collaborator, body.rights, client.remoteAddress)) ??
      view(office, caller),
  ),
  revokeCollaborator: handler<'revokeCollaborator'>(
    async ({ office, caller, params, client }) =>
      (await revokeCollaborator(office, caller, params.collaborator, client.remoteAddress)) ?? view(office, caller),
  ),
  listActs: handler<'listActs'>(async ({ office, caller, query: { cursor, limit, ...filter } }) => {
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) return { refusal: 'badRequest' }
    const before = cursor === undefined ? undefined : Number(cursor)
    const rows = await listActs(office.db, caller.mailbox, { ...filter, before, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return { items: items.map(shownAct), ...(rows.length > limit ? { next: String(items.at(-1)!.id) } : {}) }
  }),
  listOwnBoxes: handler<'listOwnBoxes'>(async ({ office, caller }) => ({
    items: (await listOwnBoxes(office.db, caller.accountId)).map(({ id, ...box }) => ({
      ...box,
      current: id === caller.mailbox.id,
    })),
  })),
  switchBox: handler<'switchBox'>(async ({ office, caller, body, client, cookies }) => {
    const refused = await switchBox(office, caller, body.address, client.remoteAddress)
    if (refused) return refused
    const session = await findAccountSession(office.db, cookies.given('account') ?? '', office.clock.now())
    return session ? accountSessionView(office, session) : { refusal: 'accountSignInNeeded' }
  }),
  leaveBox: handler<'leaveBox'>(({ office, caller, body, client }) =>
    leaveBox(office, caller, body.address, client.remoteAddress),
  ),
  lookAtCollaboration: handler<'lookAtCollaboration'>(async ({ office, body, cookies }) => {
    const found = await lookAtCollaboration(office, body.token, cookies.given('account'))
    if ('refusal' in found) return found
    const { address, holder, name, email, rights, expiresAt, hasAccount, signedIn } = found
    const policy = PLAIN_PASSWORD_POLICY
    return { address, holder, name, email, rights, expiresAt: iso(expiresAt), hasAccount, signedIn, policy }
  }),
  acceptCollaboration: handler<'acceptCollaboration'>(async (call) => {
    const outcome = await acceptCollaboration(call.office, call.body, accountArrivalOf(call))
    if ('refusal' in outcome) return outcome
    return 'token' in outcome ? shownAccount(call, outcome) : accountSessionView(call.office, outcome.session)
  }),
}

// Collaborators of a box: invitations, rights, what they did; and the boxes that somebody is let into.
import Type from 'typebox'
import { ACTS, DELEGATE_RIGHTS } from '../identity/delegation.ts'
import { AccountSessionView } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, Id, OneOf, Page, PageQuery, PasswordPolicySchema, Text, Uuid } from './shared.ts'

const Rights = OneOf(...DELEGATE_RIGHTS)
const Address = Text(254, { minLength: 1 })
const Token = Text(100)

export const CollaboratorsView = Type.Object({
  collaborators: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      email: Type.String(),
      rights: Rights,
      since: At,
      /** In the browser or by a program. */
      lastUsedAt: Type.Optional(At),
      /** Passwords of programs that are good. */
      programs: Type.Integer(),
      /** Of one who is let in no more. */
      endedAt: Type.Optional(At),
    }),
  ),
  invitations: Type.Array(
    Type.Object({
      id: Uuid,
      name: Type.String(),
      email: Type.String(),
      rights: Rights,
      sentAt: At,
      expiresAt: At,
      expired: Type.Boolean(),
    }),
  ),
})

const own = { kind: 'account' } as const
const proved = { kind: 'account', proof: true } as const
const any = { kind: 'account', delegates: 'read' } as const

export const accountCollaboratorEndpoints = {
  listCollaborators: {
    method: 'GET',
    path: '/account/collaborators',
    summary: 'Who uses the box beside its holder, who did, and who is invited',
    tag: 'account',
    access: own,
    reply: CollaboratorsView,
  },
  inviteCollaborator: {
    method: 'POST',
    path: '/account/collaborators/invitations',
    summary: 'Invites somebody to the box, by a link sent to their e-mail',
    tag: 'account',
    access: proved,
    body: Closed({ email: Address, name: Text(80, { minLength: 1 }), rights: Rights }),
    reply: CollaboratorsView,
    idempotent: true,
    refusals: [
      'emailInvalid',
      'emailCertified',
      'nameInvalid',
      'alreadyInvited',
      'alreadyCollaborator',
      'tooManyCollaborators',
      'tooManyInvitations',
    ],
  },
  sendInvitationAgain: {
    method: 'POST',
    path: '/account/collaborators/invitations/:invitation/sendings',
    summary: 'Sends an invitation again, with a new link and as much time; the former link opens nothing any more',
    tag: 'account',
    access: proved,
    params: Closed({ invitation: Uuid }),
    reply: CollaboratorsView,
    refusals: ['tooManyInvitations', 'tooManyCollaborators'],
  },
  withdrawInvitation: {
    method: 'DELETE',
    path: '/account/collaborators/invitations/:invitation',
    summary: 'Withdraws an invitation: its link opens nothing any more',
    tag: 'account',
    access: proved,
    params: Closed({ invitation: Uuid }),
    reply: CollaboratorsView,
  },
  changeCollaborator: {
    method: 'PUT',
    path: '/account/collaborators/:collaborator',
    summary: 'Changes what a collaborator may do',
    tag: 'account',
    access: proved,
    params: Closed({ collaborator: Id }),
    body: Closed({ rights: Rights }),
    reply: CollaboratorsView,
  },
  revokeCollaborator: {
    method: 'DELETE',
    path: '/account/collaborators/:collaborator',
    summary: 'Lets a collaborator in no more: sessions, passwords of programs and open connections end at once',
    tag: 'account',
    access: proved,
    params: Closed({ collaborator: Id }),
    reply: CollaboratorsView,
  },
  listActs: {
    method: 'GET',
    path: '/account/acts',
    summary: 'What collaborators did at the box, newest first',
    tag: 'account',
    access: own,
    query: Closed({
      ...PageQuery,
      collaborator: Type.Optional(Id),
      /** Days in Italy, both included. */
      from: Type.Optional(Type.String({ format: 'date', maxLength: 10 })),
      to: Type.Optional(Type.String({ format: 'date', maxLength: 10 })),
    }),
    reply: Page(
      Type.Object({
        id: Id,
        at: At,
        act: OneOf(...ACTS),
        collaborator: Id,
        name: Type.String(),
        remoteAddress: Type.Optional(Type.String()),
        /** Of a message that was sent: to whom; of many the first ones. */
        recipients: Type.Optional(Type.Array(Type.String())),
        recipientCount: Type.Optional(Type.Integer()),
        /** What the person calls the program. */
        program: Type.Optional(Type.String()),
      }),
    ),
  },
  listOwnBoxes: {
    method: 'GET',
    path: '/account/boxes',
    summary: 'The boxes that the caller may use',
    tag: 'account',
    access: any,
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          address: Type.String(),
          holder: Type.String(),
          rights: OneOf('own', 'send', 'read'),
          current: Type.Boolean(),
        }),
      ),
    }),
  },
  switchBox: {
    method: 'PUT',
    path: '/account/boxes/current',
    summary: 'Looks at another of the boxes that the caller may use, in this session',
    tag: 'account',
    access: any,
    body: Closed({ address: Address }),
    reply: AccountSessionView,
  },
  leaveBox: {
    method: 'POST',
    path: '/account/boxes/leave',
    summary: 'Gives up the access to a box of another; who was signed in to it is signed out',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', proof: true },
    body: Closed({ address: Address }),
  },
  lookAtCollaboration: {
    method: 'POST',
    path: '/collaborations/look',
    summary: 'What a link invites to; it spends nothing',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Token }),
    reply: Type.Object({
      address: Type.String(),
      holder: Type.String(),
      name: Type.String(),
      email: Type.String(),
      rights: Rights,
      expiresAt: At,
      /** Whether the person has a password here, and is signed in with it in this browser. */
      hasAccount: Type.Boolean(),
      signedIn: Type.Boolean(),
      policy: PasswordPolicySchema,
    }),
    refusals: ['linkInvalid'],
  },
  acceptCollaboration: {
    method: 'POST',
    path: '/collaborations/acceptance',
    summary: 'Accepts: who is new gives a name and sets a password, others give theirs or are signed in; good once',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Token, name: Type.Optional(Text(80)), password: Type.Optional(Text(256)) }),
    reply: AccountSessionView,
    refusals: ['linkInvalid', 'nameInvalid', 'passwordWeak', 'passwordWrong', 'tooManyAttempts'],
  },
} as const satisfies Record<string, Endpoint>

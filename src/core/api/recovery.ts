// Requests to change a dead reference e-mail: whoever makes one, and the operator who judges it.
import Type from 'typebox'
import { DOCUMENT_REFUSALS } from '../enrolment/documentKinds.ts'
import { RECOVERY_STATES } from '../identity/recoveryMachine.ts'
import type { Endpoint } from './endpoint.ts'
import { DocumentSummary } from './enrolment.ts'
import { At, CaseParams, Closed, EventSchema, OneOf, Text, Uuid } from './shared.ts'

const State = OneOf(...RECOVERY_STATES)

export const RecoveryView = Type.Object({
  caseNumber: Type.String(),
  state: State,
  address: Type.String(),
  fiscalCode: Type.String(),
  newEmail: Type.String(),
  emailConfirmed: Type.Boolean(),
  documents: Type.Array(DocumentSummary),
  /** What is missing before it can be sent. */
  missing: Type.Array(OneOf('email', 'module', 'front')),
  /** What the operator wrote. */
  reason: Type.Optional(Type.String()),
  submittedAt: Type.Optional(At),
})

export const RecoveryRow = Type.Object({
  caseNumber: Type.String(),
  state: State,
  version: Type.Integer(),
  address: Type.String(),
  submittedAt: Type.Optional(At),
  firstApproval: Type.Boolean(),
})

export const RecoveryCaseView = Type.Object({
  case: RecoveryRow,
  fiscalCode: Type.String(),
  newEmail: Type.String(),
  emailConfirmed: Type.Boolean(),
  /** How the box stands to what was typed. */
  match: OneOf('right', 'noSuchBox', 'otherPerson', 'noFiscalCode'),
  holder: Type.Optional(
    Type.Object({
      name: Type.String(),
      fiscalCode: Type.Optional(Type.String()),
      referenceEmail: Type.Optional(Type.String()),
    }),
  ),
  secondPairOfEyes: Type.Boolean(),
  documents: Type.Array(Type.Intersect([DocumentSummary, Type.Object({ id: Uuid, superseded: Type.Boolean() })])),
  events: Type.Array(EventSchema),
  coolingUntil: Type.Optional(At),
})

const at = (permission: 'cases.read' | 'cases.decide' | 'documents.view') => ({ kind: 'provider', permission }) as const
const recovery = { kind: 'recovery' } as const
const KindParams = Closed({ kind: OneOf('front', 'back', 'module') })
const Look = Closed({ version: Type.Integer() })
const Decision = Closed({ version: Type.Integer(), reason: Text(2000, { minLength: 5 }) })

export const recoveryEndpoints = {
  startRecovery: {
    method: 'POST',
    path: '/recoveries',
    summary:
      'Opens a request to change a reference e-mail that is dead; the same answer whether there is such a box or not',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ address: Text(254), fiscalCode: Text(40), email: Text(254) }),
    reply: RecoveryView,
    idempotent: true,
    refusals: ['emailInvalid', 'emailCertified', 'fiscalCodeInvalid', 'tooManyMessages'],
  },
  openRecovery: {
    method: 'POST',
    path: '/recoveries/open',
    summary: 'Opens a request by the link that its new e-mail received, which confirms that e-mail',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: RecoveryView,
    refusals: ['linkInvalid'],
  },
  getRecovery: {
    method: 'GET',
    path: '/recovery',
    summary: 'The request of this browser',
    tag: 'account',
    access: recovery,
    reply: RecoveryView,
  },
  leaveRecovery: {
    method: 'DELETE',
    path: '/recovery',
    summary: 'Forgets the request on this browser',
    tag: 'account',
    access: { kind: 'public' },
  },
  sendRecoveryLink: {
    method: 'POST',
    path: '/recovery/link',
    summary: 'Sends the link to the new e-mail once more',
    tag: 'account',
    access: recovery,
    refusals: ['tooManyMessages'],
  },
  getRecoveryForm: {
    method: 'GET',
    path: '/recovery/form.pdf',
    summary: 'The form to sign, with the QR of the request',
    tag: 'account',
    access: recovery,
    reply: { binary: true, types: ['application/pdf'] },
  },
  putRecoveryDocument: {
    method: 'PUT',
    path: '/recovery/documents/:kind',
    summary: 'Uploads the signed form or a side of the identity document',
    tag: 'account',
    access: recovery,
    params: KindParams,
    body: { binary: true, limitBytes: 15 * 1024 * 1024 },
    reply: RecoveryView,
    refusals: ['notInThisState', ...DOCUMENT_REFUSALS],
  },
  deleteRecoveryDocument: {
    method: 'DELETE',
    path: '/recovery/documents/:kind',
    summary: 'Takes an upload back',
    tag: 'account',
    access: recovery,
    params: KindParams,
    reply: RecoveryView,
    refusals: ['notInThisState'],
  },
  submitRecovery: {
    method: 'POST',
    path: '/recovery/submission',
    summary: 'Sends the request to be judged',
    tag: 'account',
    access: recovery,
    reply: RecoveryView,
    refusals: ['notInThisState', 'recoveryIncomplete'],
  },
  listRecoveries: {
    method: 'GET',
    path: '/operator/recoveries',
    summary: 'Requests to change a reference e-mail: those that wait, oldest first, or the latest',
    tag: 'operator',
    access: at('cases.read'),
    query: Closed({ which: OneOf('waiting', 'all') }),
    reply: Type.Object({ items: Type.Array(RecoveryRow) }),
  },
  getRecoveryCase: {
    method: 'GET',
    path: '/operator/recoveries/:case',
    summary: 'A request with all that helps to decide it',
    tag: 'operator',
    access: at('cases.read'),
    params: CaseParams,
    reply: RecoveryCaseView,
    refusals: ['caseUnknown'],
  },
  viewRecoveryDocument: {
    method: 'GET',
    path: '/operator/recoveries/:case/documents/:document/pages/:page',
    summary: 'A page of a paper of a request: each look is written down',
    tag: 'operator',
    access: at('documents.view'),
    params: Closed({ case: Text(40), document: Uuid, page: Type.Integer({ minimum: 0, maximum: 100 }) }),
    reply: { binary: true, types: ['image/jpeg', 'image/png', 'application/pdf'] },
  },
  approveRecovery: {
    method: 'POST',
    path: '/operator/recoveries/:case/approval',
    summary: 'Approves: the reference e-mail changes; where two must approve, with the second one',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Look,
    reply: RecoveryCaseView,
    idempotent: true,
    refusals: ['caseUnknown', 'caseChanged', 'notInThisState', 'samePerson', 'recoveryMismatch'],
  },
  askRecoveryAgain: {
    method: 'POST',
    path: '/operator/recoveries/:case/request',
    summary: 'Asks for something to be mended',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Decision,
    reply: RecoveryCaseView,
    idempotent: true,
    refusals: ['caseUnknown', 'caseChanged', 'notInThisState'],
  },
  refuseRecovery: {
    method: 'POST',
    path: '/operator/recoveries/:case/refusal',
    summary: 'Refuses, with a reason that a person wrote',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Decision,
    reply: RecoveryCaseView,
    idempotent: true,
    refusals: ['caseUnknown', 'caseChanged', 'notInThisState'],
  },
  liftRecoveryCooling: {
    method: 'POST',
    path: '/operator/recoveries/:case/lift',
    summary: 'Lets the new e-mail open a new password at once',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    reply: RecoveryCaseView,
    refusals: ['caseUnknown', 'notInThisState'],
  },
} as const satisfies Record<string, Endpoint>

// Schemas that many endpoints share.
import Type, { type TSchema } from 'typebox'

/** An object that takes no other properties than these. */
export const Closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

export const Text = (maxLength: number, more: Record<string, unknown> = {}) => Type.String({ maxLength, ...more })
export const At = Type.String({ description: 'Instant, RFC 3339 in UTC' })
export const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: 'Civil date, YYYY-MM-DD' })
export const Cents = Type.Integer({ description: 'Euro cents' })
export const Bytes = Type.Integer({ minimum: 0, description: 'Bytes' })
export const Uuid = Type.String({ format: 'uuid', maxLength: 36 })
export const Id = Type.Integer({ minimum: 1 })
/** One of some words, typed as them. */
export const OneOf = <const T extends readonly string[]>(...words: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words] })

export const OrderParams = Closed({ order: Text(64) })
export const MemberParams = Closed({ order: Text(64), member: Id })
export const CaseParams = Closed({ case: Text(40) })

/** Pages by a cursor that the page before gave; never by number, so that nothing is skipped while rows come. */
export const PageQuery = {
  cursor: Type.Optional(Text(300)),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
}
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) })

export const PasswordPolicySchema = Type.Object({
  minLength: Type.Integer(),
  maxLength: Type.Integer(),
  letters: Type.Boolean(),
  digits: Type.Boolean(),
  symbols: Type.Boolean(),
  notPersonal: Type.Boolean(),
  notCommon: Type.Boolean(),
})

const MailServerSchema = Type.Object({ host: Type.String(), port: Type.Integer(), security: OneOf('tls') })
/** What a mail program is told to reach a box. */
export const MailServersSchema = Type.Object({
  imap: MailServerSchema,
  pop3: MailServerSchema,
  smtp: MailServerSchema,
})

export const PayerRuleSchema = OneOf('order', 'member', 'split')
export const SectionSchema = OneOf('physician', 'dentist', 'both')
export const MemberStatusSchema = OneOf('active', 'suspended', 'cancelled', 'transferred', 'deceased')
export const EnrolmentStateSchema = OneOf(
  'draft',
  'awaitingReview',
  'awaitingDocument',
  'approved',
  'active',
  'refused',
  'withdrawn',
  'lapsed',
  'ended',
)
export const TermStateSchema = OneOf('active', 'suspended', 'expired', 'closed', 'purged')

/** What happened, for trackers and consoles. */
export const EventSchema = Type.Object({
  at: At,
  event: Type.String(),
  actor: OneOf('applicant', 'staff', 'system'),
  staff: Type.Optional(Type.String({ description: 'Name; to staff only' })),
  reason: Type.Optional(Type.String()),
})

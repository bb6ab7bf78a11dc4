// States of the types that clients are told of when they change (RFC 8620 §7.1, RFC 8621 §1.5, RFC 9425 §3).

export const PUSH_TYPES = [
  'Email',
  'Mailbox',
  'Thread',
  /** Moves when mail is delivered, and by nothing else (RFC 8621 §1.5). */
  'EmailDelivery',
  'EmailSubmission',
  'PecSubmission',
  'PecSettings',
  'Identity',
  'Quota',
] as const
export type PushType = (typeof PUSH_TYPES)[number]
export type TypeStates = Readonly<Record<PushType, string>>

/** How far a box has come: modseqs by kind of what changes, and what it holds. */
export type BoxPosition = {
  readonly modseq: number
  readonly delivered: number
  readonly submissions: number
  readonly identities: number
  readonly settings: number
  readonly usedBytes: number
  readonly limitBytes: number
  readonly messages: number
}

/** What was sent changes with its rows, and with the receipts that are delivered. */
export const submissionsAt = ({ submissions, delivered }: Pick<BoxPosition, 'submissions' | 'delivered'>): number =>
  Math.max(submissions, delivered)

/** Says what the quotas are: flags and folders do not move it. */
export const quotaState = ({
  usedBytes,
  messages,
  limitBytes,
}: Pick<BoxPosition, 'usedBytes' | 'messages' | 'limitBytes'>): string => `${usedBytes}.${messages}.${limitBytes}`

export const isQuotaState = (text: string): boolean => /^\d{1,16}\.\d{1,16}\.\d{1,16}$/.test(text)

export const typeStates = (box: BoxPosition): TypeStates => {
  const all = String(box.modseq)
  return {
    Email: all,
    Mailbox: all,
    Thread: all,
    EmailDelivery: String(box.delivered),
    EmailSubmission: String(submissionsAt(box)),
    PecSubmission: String(submissionsAt(box)),
    PecSettings: String(box.settings),
    Identity: String(box.identities),
    Quota: quotaState(box),
  }
}

/** All states as one word, by which a client that comes back says what it knows (RFC 8887 §4.3.5.1). */
export const printPushState = (states: TypeStates): string => PUSH_TYPES.map((type) => states[type]).join('-')

/** The states that a word of ours stands for; undefined where it is none. */
export const readPushState = (text: string): TypeStates | undefined => {
  const parts = text.split('-')
  if (parts.length !== PUSH_TYPES.length || text.length > 300 || !parts.every((one) => /^[\d.]+$/.test(one)))
    return undefined
  return Object.fromEntries(PUSH_TYPES.map((type, at) => [type, parts[at]!])) as TypeStates
}

/** States of the wanted types that are other than they were. `wanted`: undefined for all. */
export const changedStates = (
  before: Readonly<Partial<TypeStates>>,
  now: TypeStates,
  wanted: ReadonlySet<string> | undefined,
): Readonly<Partial<TypeStates>> =>
  Object.fromEntries(
    Object.entries(now).filter(([type, state]) => (wanted?.has(type) ?? true) && before[type as PushType] !== state),
  )

/** RFC 8620 §7.1 */
export const stateChange = (accountId: string, changed: Readonly<Partial<TypeStates>>) => ({
  '@type': 'StateChange' as const,
  changed: { [accountId]: changed },
})

// Sending later: the parameters by which a client asks for it (RFC 4865 FUTURERELEASE, RFC 8621 §7), and what may become of it.
import { DAY, type Instant, SECOND } from '../lib/instant.ts'
import { machine } from '../lib/machine.ts'
import { isDate, isRecord } from './args.ts'

/** The furthest that a message may be put off: a year and a day. */
export const MAX_DELAYED_SEND_SECONDS = (366 * DAY) / SECOND

/** Messages that one box may have waiting. */
export const MOST_WAITING = 1_000

/** RFC 8621 §7 */
export type UndoStatus = 'pending' | 'final' | 'canceled'

/** `release`: it was handed to the access point. `refuse`: when its time came it could not be. */
export const undoMachine = machine<UndoStatus, 'release' | 'cancel' | 'refuse'>('pending', {
  pending: { release: 'final', cancel: 'canceled', refuse: 'canceled' },
  final: {},
  canceled: {},
})

/** Why a message that waited did not leave when its time had come. */
export type NotSent =
  /** The box is suspended, closed, or over its term. */
  | 'boxMayNotSend'
  /** Who asked for it was let into the box, and is no more, or may only read now. */
  | 'rightEnded'
  /** The password of the program that asked for it was taken away. */
  | 'passwordRevoked'
  /** It could not be certified for a day. */
  | 'failing'

/** What the recipients' delivery status says of it, as a reply of SMTP (RFC 5248 codes). */
export const NOT_SENT_REPLIES: Readonly<Record<NotSent, string>> = {
  boxMayNotSend: '550 5.7.1 Not sent: this mailbox may not send any more',
  rightEnded: '550 5.7.1 Not sent: who scheduled it may not send from this mailbox any more',
  passwordRevoked: '550 5.7.8 Not sent: the password by which it was scheduled was revoked',
  failing: '451 4.3.0 Not sent: it could not be certified for a day after its time',
}

/** Parameters of MAIL FROM and RCPT TO that clients copy from SMTP, and that change nothing here. */
const PASSED_OVER = new Set(['SIZE', 'BODY', 'SMTPUTF8', 'AUTH'])

/** When a message is to leave; undefined for at once. `wrong`: what is not right, in English for who writes clients. */
export type Release = { readonly at: Instant | undefined } | { readonly wrong: string }

const byName = (parameters: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (parameters === null || parameters === undefined) return new Map()
  if (!isRecord(parameters)) return undefined
  const all = new Map(Object.entries(parameters).map(([name, value]) => [name.toUpperCase(), value]))
  return all.size === Object.keys(parameters).length ? all : undefined
}

/** Reads the parameters of a sender: at most one of HOLDFOR and HOLDUNTIL (RFC 4865 §4). */
export const readRelease = (parameters: unknown, now: Instant): Release => {
  const given = byName(parameters)
  if (!given) return { wrong: 'parameters must be an object, each name once' }
  for (const name of given.keys())
    if (name !== 'HOLDFOR' && name !== 'HOLDUNTIL' && !PASSED_OVER.has(name))
      return { wrong: `the parameter ${name.slice(0, 40)} is not known here` }
  const [holdFor, holdUntil] = [given.get('HOLDFOR'), given.get('HOLDUNTIL')]
  if (holdFor === undefined && holdUntil === undefined) return { at: undefined }
  if (holdFor !== undefined && holdUntil !== undefined) return { wrong: 'HOLDFOR and HOLDUNTIL exclude each other' }
  if (holdFor !== undefined) {
    if (typeof holdFor !== 'string' || !/^[1-9]\d{0,8}$/.test(holdFor))
      return { wrong: 'HOLDFOR is a number of seconds, as a string' }
    return within(now + Number(holdFor) * SECOND, now)
  }
  // RFC 3339 with any offset: RFC 4865 as its erratum 2040 has it
  if (typeof holdUntil !== 'string' || !isDate(holdUntil)) return { wrong: 'HOLDUNTIL is a date and time of RFC 3339' }
  return within(Date.parse(holdUntil), now)
}

/** What leaves cannot be called back: a time that is past is an error of somebody, and is told as one. */
const within = (at: Instant, now: Instant): Release => {
  if (at <= now) return { wrong: 'the time to send is past' }
  if (at - now > MAX_DELAYED_SEND_SECONDS * SECOND)
    return { wrong: `no message is kept for more than ${MAX_DELAYED_SEND_SECONDS} seconds` }
  return { at }
}

/** Whether the parameters of a recipient will do: none here means anything. */
export const areRecipientParameters = (parameters: unknown): boolean => byName(parameters)?.size === 0

// Turns what a handler throws into a reply: a fault of the world 451, a bug 451 with a reference.
import { randomBytes } from 'node:crypto'
import { Fault } from '../../../core/lib/refusal.ts'
import { type Reply, reply } from '../../../core/mail/smtp/reply.ts'
import { TransferLost } from '../wire/stream.ts'
import type { SmtpEvent } from './options.ts'
import { TransferRefused } from './refused.ts'

const TRY_LATER = reply(451, '4.3.0', 'Try again later')

type Context = { readonly log: (event: SmtpEvent) => void }

/** The reply for what was thrown, after it was logged. */
export const replyToError = (context: Context, id: string, error: unknown): Reply => {
  if (error instanceof TransferRefused) return error.reply
  if (error instanceof TransferLost) return TRY_LATER
  if (error instanceof Fault) {
    context.log({ kind: 'smtpFault', id, error })
    return TRY_LATER
  }
  const reference = randomBytes(6).toString('hex')
  context.log({ kind: 'smtpBug', id, reference, error })
  return reply(451, '4.3.0', `Something went wrong here, try again later (reference ${reference})`)
}

/** Does a handler's work; gives what it gives, or the reply for what it throws. */
export const attempt = async <T>(context: Context, id: string, work: () => Promise<T>): Promise<T | Reply> => {
  try {
    return await work()
  } catch (error) {
    return replyToError(context, id, error)
  }
}

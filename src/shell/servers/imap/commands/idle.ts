// IDLE (RFC 9051 §6.3.13): the client waits, and is told of changes as they happen.
import { badStatus, bye, ok, type Status } from '../../../../core/mail/imap/status.ts'
import { ENDED } from '../ended.ts'
import type { Outcome } from '../execute.ts'
import { Gone, type Session } from '../session.ts'

const STILL_HERE = ok('Still here')
const TOO_LONG = bye('Idle for too long, closing')
const SHUTTING_DOWN = bye('Service is going down, come back', { kind: 'UNAVAILABLE' })
const BROKEN = bye('What follows cannot be told apart, closing')
/** Longest line in IDLE: DONE. */
const MAX_LINE = 100

/** Begins it. The waiting is the connection's: thousands wait, and what each has on its stack counts. */
export const idle = (session: Session, tag: string): Outcome => {
  session.say({ kind: 'continue', text: 'idling' })
  session.idle = { tag, silentMs: 0 }
  return {}
}

const said = (session: Session): Status | undefined => {
  const line = session.wire.reader.nextLine(MAX_LINE)
  if (line.kind === 'more') return undefined
  if (line.kind === 'broken') return BROKEN
  return line.kind === 'line' && line.text.toUpperCase() === 'DONE' ? ok('IDLE done') : badStatus('IDLE: expected DONE')
}

/** Tells the news, and waits for more of it or for the client. Gives the answer to IDLE, or BYE, once it is over. */
export const idleOn = async (session: Session): Promise<Status | undefined> => {
  const { wire, context } = session
  const { stillHereMs, idleMs } = context.limits
  // Before anything is told: who waits for hours may have been let in no more meanwhile.
  const over = await session.whyEnded()
  if (over) return ENDED[over]
  session.news = false
  session.tellNews({ mayGo: true })
  const answer = said(session)
  if (answer) return answer
  if (session.closing) return SHUTTING_DOWN
  wire.flush()
  if (wire.congested) await session.drain()
  if (session.news) return undefined
  // One length for all: such timers cost next to nothing.
  const waited = await wire.wait(stillHereMs)
  if (waited === 'gone' && wire.reader.pendingBytes === 0) throw new Gone('the client has gone')
  if (waited !== 'timeout') return undefined
  session.idle!.silentMs += stillHereMs
  if (session.idle!.silentMs >= idleMs) return TOO_LONG
  const ended = await session.whyEnded()
  if (ended) return ENDED[ended]
  session.note(STILL_HERE)
  return undefined
}

// IDLE (RFC 9051 §6.3.13): the client waits, and is told of changes as they happen.
import { badStatus, bye, ok } from '../../../../core/mail/imap/status.ts'
import type { Outcome } from '../execute.ts'
import { Gone, type Session } from '../session.ts'

const STILL_HERE = ok('Still here')
const TOO_LONG = bye('Idle for too long, closing')
const SHUTTING_DOWN = bye('Service is going down, come back', { kind: 'UNAVAILABLE' })
const SUSPENDED = bye('Casella sospesa. The mailbox is suspended', { kind: 'EXPIRED' })
/** Longest line in IDLE: DONE. */
const MAX_LINE = 100

const said = (session: Session): Outcome | undefined => {
  const line = session.wire.reader.nextLine(MAX_LINE)
  if (line.kind === 'more') return undefined
  if (line.kind === 'line' && line.text.toUpperCase() === 'DONE') return ok('IDLE done')
  return line.kind === 'broken' ? { why: line.why } : badStatus('IDLE: expected DONE')
}

export const idle = async (session: Session): Promise<Outcome> => {
  session.say({ kind: 'continue', text: 'idling' })
  session.idling = true
  try {
    return await wait(session)
  } finally {
    session.idling = false
  }
}

const leave = (session: Session, last: typeof TOO_LONG, why: string): Outcome => {
  session.note(last)
  return { why }
}

const wait = async (session: Session): Promise<Outcome> => {
  const { wire, context, login } = session
  const { stillHereMs, idleMs } = context.limits
  let silentMs = 0
  for (;;) {
    session.news = false
    session.tellNews({ mayGo: true })
    const outcome = said(session)
    if (outcome) return outcome
    if (session.closing) return leave(session, SHUTTING_DOWN, 'shutdown')
    wire.flush()
    await session.drain()
    if (session.news) continue
    const waited = await wire.wait(stillHereMs)
    if (waited === 'gone' && wire.reader.pendingBytes === 0) throw new Gone('the client has gone')
    if (waited !== 'timeout') continue
    silentMs += stillHereMs
    if (silentMs >= idleMs) return leave(session, TOO_LONG, 'idle')
    if (!(await context.options.mayGoOn(login!))) return leave(session, SUSPENDED, 'suspended')
    session.note(STILL_HERE)
  }
}

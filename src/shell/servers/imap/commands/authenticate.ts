// AUTHENTICATE and LOGIN: who signs in (RFC 9051 §6.2.2, §6.2.3).
import type { Command } from '../../../../core/mail/imap/command.ts'
import { badStatus, no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import { MAX_SASL_LINE } from '../../../../core/mail/sasl/exchange.ts'
import { mechanismsOf, runSasl, type SaslOutcome } from '../../../identity/sasl.ts'
import type { Mailbox } from '../../../mailstore/mailboxes.ts'
import type { Session } from '../session.ts'
import { capabilityNames } from './capability.ts'

type Of<K extends Command['kind']> = Extract<Command, { readonly kind: K }>

const PRIVACY = no('Dire prima STARTTLS. Say STARTTLS first', { kind: 'PRIVACYREQUIRED' })
const TOO_MANY = no('Troppe connessioni per questa casella. Too many connections of this mailbox', { kind: 'LIMIT' })
const NOT_IN: Readonly<Record<Extract<SaslOutcome<unknown>, { refusal: string }>['refusal'], Status>> = {
  bad: no('Nome o password errati. Name or password is wrong', { kind: 'AUTHENTICATIONFAILED' }),
  throttled: no('Troppi tentativi, riprovare. Too many failures, try later', { kind: 'UNAVAILABLE' }),
  malformed: badStatus('Malformed authentication data'),
  cancelled: badStatus('Authentication cancelled'),
  gone: badStatus('Authentication cancelled'),
}

export const login = async (session: Session, { user, password }: Of<'login'>): Promise<Status> => {
  if (!session.secure) return PRIVACY
  const { remoteAddress } = session
  return signedIn(session, await session.context.options.desk.authenticate({ username: user, password, remoteAddress }))
}

export const authenticate = async (
  session: Session,
  { mechanism: name, initial }: Of<'authenticate'>,
): Promise<Status> => {
  if (!session.secure) return PRIVACY
  const { desk } = session.context.options
  const mechanism = mechanismsOf(desk).find((one) => one === name)
  if (!mechanism) return no('This mechanism is not on offer', { kind: 'CANNOT' })
  const { remoteAddress } = session
  const ask = (challenge: string): Promise<string | undefined> => {
    session.say({ kind: 'continue', text: challenge })
    return session.line(MAX_SASL_LINE)
  }
  // SASL-IR writes an empty response `=`, which the grammar has read as none.
  const request = { mechanism, initial: initial === '' ? '=' : initial, remoteAddress }
  return signedIn(session, await runSasl(desk, request, ask))
}

const signedIn = (session: Session, outcome: SaslOutcome<Mailbox>): Status => {
  const { id, remoteAddress, context } = session
  const told = (said: 'taken' | 'bad' | 'throttled' | 'tooMany'): void =>
    context.log({ kind: 'imapLogin', id, remoteAddress, outcome: said })
  if ('refusal' in outcome) {
    const { refusal } = outcome
    if (refusal === 'bad' || refusal === 'throttled') {
      session.failedLogins++
      told(refusal)
    }
    return NOT_IN[refusal]
  }
  const leave = context.seats.take(outcome.login.id)
  if (!leave) {
    told('tooMany')
    return TOO_MANY
  }
  told('taken')
  session.leaveSeat = leave
  session.begin(outcome.login)
  session.failedLogins = 0
  return ok('Signed in', { kind: 'CAPABILITY', capabilities: capabilityNames(session) })
}

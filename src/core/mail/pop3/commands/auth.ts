// AUTH (RFC 5034): a SASL mechanism, perhaps with its initial response. Without any, the mechanisms are told.
import { MAX_SASL_LINE, type SaslMechanism } from '../../sasl/exchange.ts'
import { type CommandGrammar, words } from '../grammar.ts'
import { err } from '../response.ts'

/** LOGIN is left to SMTP: who speaks it has USER and PASS here. */
export const MECHANISMS: readonly SaslMechanism[] = ['SCRAM-SHA-256', 'PLAIN']

export const auth: CommandGrammar = {
  name: 'AUTH',
  phases: ['authorization'],
  maxLineBytes: MAX_SASL_LINE,
  read: (argument) => {
    const [name, initial, ...more] = words(argument)
    // What some clients ask from before RFC 5034, and most servers answer
    if (name === undefined) return { kind: 'mechanisms' }
    const mechanism = MECHANISMS.find((one) => one === name.toUpperCase())
    if (mechanism === undefined) return err(`Mechanisms here are ${MECHANISMS.join(' ')}`)
    return more.length > 0 ? err('Say AUTH mechanism [initial-response]') : { kind: 'auth', mechanism, initial }
  },
}

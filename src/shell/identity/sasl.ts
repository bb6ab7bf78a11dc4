// Runs a SASL exchange for a server of any protocol: the server carries lines, this says who has come in.
import { randomBytes } from 'node:crypto'
import {
  beginSasl,
  continueSasl,
  continueWithKeys,
  type SaslMechanism,
  type SaslStep,
} from '../../core/mail/sasl/exchange.ts'
import type { ScramKeys } from '../../core/mail/sasl/scram.ts'

/** `bad`: name or password. `throttled`: not looked at, for there were too many failures. */
export type SignIn<Login> = { readonly login: Login } | { readonly refusal: 'bad' | 'throttled' }

export type Credentials = { readonly username: string; readonly password: string; readonly remoteAddress: string }
export type Claimed = Omit<Credentials, 'password'>

/** Where a server asks who signs in. Each verb may throw a Fault. */
export type SignInDesk<Login> = {
  readonly authenticate: (credentials: Credentials) => Promise<SignIn<Login>>
  /** Where SCRAM is on offer. */
  readonly scram?: ScramDesk<Login> | undefined
}

export type ScramDesk<Login> = {
  /** The keys of a name, or a decoy's. */
  readonly keys: (claimed: Claimed) => Promise<ScramKeys | { readonly refusal: 'throttled' }>
  /** Whether a proof may be looked at, asked right before it is. */
  readonly mayJudge: (claimed: Claimed) => boolean
  /** Told of a proof; what is counted is counted before the first wait. */
  readonly judged: (claimed: Claimed, proved: boolean) => Promise<SignIn<Login>>
}

/** How an exchange ends. `gone`: `ask` gave no line. `identity`: to act for another is not on offer. */
export type SaslOutcome<Login> =
  | { readonly login: Login }
  | { readonly refusal: 'bad' | 'throttled' | 'malformed' | 'cancelled' | 'gone' }

/** The mechanisms that a desk can do, in the order in which they are told. LOGIN is for SMTP, where old programs want it. */
export const mechanismsOf = (desk: Pick<SignInDesk<unknown>, 'scram'>): readonly SaslMechanism[] =>
  desk.scram ? ['SCRAM-SHA-256', 'PLAIN'] : ['PLAIN']

/**
 * Runs one exchange. `ask` sends a challenge (base64, perhaps empty) and gives the client's next line without its
 * CRLF, or undefined where none comes. `initial` as it came with the command, `=` for an empty one.
 */
export const runSasl = async <Login>(
  desk: SignInDesk<Login>,
  request: {
    readonly mechanism: SaslMechanism
    readonly initial?: string | undefined
    readonly remoteAddress: string
  },
  ask: (challenge: string) => Promise<string | undefined>,
): Promise<SaslOutcome<Login>> => {
  const { remoteAddress } = request
  const { scram } = desk
  let step: SaslStep = beginSasl(request.mechanism, request.initial)
  for (;;) {
    switch (step.kind) {
      case 'refused':
        if (step.why === 'malformed' || step.why === 'cancelled') return { refusal: step.why }
        return { refusal: 'bad' }
      case 'password':
        return desk.authenticate({ username: step.username, password: step.password, remoteAddress })
      case 'proved':
      case 'disproved':
        return scram!.judged({ username: step.username, remoteAddress }, step.kind === 'proved')
      case 'keys': {
        if (!scram) return { refusal: 'malformed' }
        const keys = await scram.keys({ username: step.first.username, remoteAddress })
        if ('refusal' in keys) return keys
        step = continueWithKeys(step.first, keys, randomBytes(18).toString('base64'))
        break
      }
      case 'challenge': {
        const { exchange } = step
        const line = await ask(step.challenge)
        if (line === undefined) return { refusal: 'gone' }
        if (exchange.kind === 'scramProof') {
          const claimed = { username: exchange.pending.username, remoteAddress }
          if (!scram!.mayJudge(claimed)) return { refusal: 'throttled' }
        }
        step = continueSasl(exchange, line)
      }
    }
  }
}

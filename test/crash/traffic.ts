// The traffic that the server is killed under: every kind of message, drawn by chance, several connections at once.
import { randomUUID } from 'node:crypto'
import { dataOf, openSubmission, type Submission } from '../../src/shell/sandbox/submission.ts'
import { DOMAINS, PASSWORD, type Sandbox, type Side } from '../support/client/sandbox.ts'
import type { Ledger, MessageFate, Sent } from './ledger.ts'
import type { Random } from './random.ts'

/** Accounts user1…userN at each provider. */
export const USERS = 4
const CONNECTIONS: readonly Side[] = ['alfa', 'alfa', 'alfa', 'alfa', 'beta', 'beta']
/** The harmless file that every scanner takes for a virus, in two halves so that this file is not taken for one. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const LINE = 'Lorem ipsum dolor sit amet, consectetur adipisci elit, sed do eiusmod tempor.\r\n'
const PLAIN_BYTES = 3_000
const LARGE_BYTES = 60_000

type Shape = 'local' | 'remote' | 'several' | 'unknown' | 'virus' | 'formal' | 'large'
/** How many of a hundred messages are of each shape. */
const SHAPES: Readonly<Record<Shape, number>> = {
  local: 26,
  remote: 26,
  several: 14,
  unknown: 10,
  virus: 6,
  formal: 8,
  large: 10,
}
const DRAWN: readonly Shape[] = Object.entries(SHAPES).flatMap(([shape, share]) => Array(share).fill(shape as Shape))

const FATES: Readonly<Partial<Record<Shape, MessageFate>>> = { virus: 'virusNonAcceptance', formal: 'nonAcceptance' }

const other = (side: Side): Side => (side === 'alfa' ? 'beta' : 'alfa')
const user = (side: Side, n: number): string => `user${n}@${DOMAINS[side]}`

const recipientsOf = (shape: Shape, side: Side, random: Random): Sent['recipients'] => {
  const someone = (at: Side) => ({ address: user(at, random.between(1, USERS)), fate: 'delivery' as const })
  const nobody = (at: Side) => ({
    address: `nessuno${random.between(1, 99)}@${DOMAINS[at]}`,
    fate: 'nonDelivery' as const,
  })
  switch (shape) {
    case 'remote':
      return [someone(other(side))]
    case 'several': {
      const here = random.between(1, USERS - 1)
      const there = random.between(1, USERS - 1)
      const at = (of: Side, n: number) => ({ address: user(of, n), fate: 'delivery' as const })
      return [at(side, here), at(side, here + 1), at(other(side), there), at(other(side), there + 1)]
    }
    case 'unknown':
      return random.next() < 0.5 ? [nobody(side), someone(side)] : [nobody(other(side)), someone(other(side))]
    case 'local':
      return [someone(side)]
    default:
      return [someone(random.next() < 0.5 ? side : other(side))]
  }
}

const compose = (sent: Sent, shape: Shape): Buffer => {
  // A message whose To does not name the recipient is not accepted (RFC 6109 §3.1.1).
  const to = shape === 'formal' ? [`altri@${DOMAINS.alfa}`] : sent.recipients.map((one) => one.address)
  const text = LINE.repeat(Math.ceil((shape === 'large' ? LARGE_BYTES : PLAIN_BYTES) / LINE.length))
  return dataOf(
    `From: <${sent.from}>\r\nTo: ${to.map((address) => `<${address}>`).join(',\r\n ')}\r\n` +
      `Subject: Prova ${shape} ${sent.id.slice(1, 9)}\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n` +
      `Message-ID: ${sent.id}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n` +
      `${shape === 'virus' ? `${EICAR}\r\n` : ''}${text}`,
  )
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export type Traffic = {
  /** 250 heard since the start. */
  readonly answered: () => number
  /** Replies other than 250 and 4xx: nothing of this traffic deserves one. */
  readonly refusals: () => readonly string[]
  /** Lets each connection end its message, or lose it, and stops. */
  readonly stop: () => Promise<void>
}

export type TrafficOptions = {
  readonly sandbox: () => Sandbox
  readonly ledger: Ledger
  readonly random: Random
  readonly round: () => number
}

/** Starts sending; it goes on over deaths and restarts until told to stop. */
export const startTraffic = (options: TrafficOptions): Traffic => {
  const { ledger, random } = options
  let stopping = false
  let answered = 0
  const refusals: string[] = []

  const sendOne = async (connection: Submission, side: Side, from: string): Promise<void> => {
    const shape = random.pick(DRAWN)
    const sent: Sent = {
      kind: 'sent',
      id: `<${randomUUID()}@crash.localhost>`,
      round: options.round(),
      from,
      fate: FATES[shape] ?? 'acceptance',
      recipients: recipientsOf(shape, side, random),
    }
    await ledger.write(sent)
    const recipients = sent.recipients.map((one) => one.address)
    const { code, text } = await connection.send({ from, recipients, data: compose(sent, shape) })
    await ledger.write({ kind: 'answered', id: sent.id, code, text })
    if (code === 250) answered++
    else if (code >= 500) refusals.push(`${shape}: ${code} ${text}`)
  }

  const worker = async (side: Side, n: number): Promise<void> => {
    const from = user(side, (n % USERS) + 1)
    let connection: Submission | undefined
    while (!stopping) {
      try {
        const port = options.sandbox().port(side, 'tls')
        connection ??= await openSubmission({
          port,
          security: 'tls',
          user: from,
          password: PASSWORD,
          timeoutMs: 20_000,
        })
        await sendOne(connection, side, from)
      } catch {
        // The server is gone, or going: nobody knows what became of the message under way.
        connection?.destroy()
        connection = undefined
        await pause(50)
      }
    }
    await connection?.quit()
  }

  const workers = CONNECTIONS.map(worker)
  return {
    answered: () => answered,
    refusals: () => refusals,
    stop: async () => {
      stopping = true
      await Promise.all(workers)
    },
  }
}

// The timers of RFC 6109 §3.1.6 between two providers, on the wire and with a clock that the test moves.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../src/core/lib/instant.ts'
import { delivery, factsOf, keysOf, seal, takeInCharge } from './support/forge.ts'
import { handOver, message, send } from './support/mail.ts'
import {
  dataOf,
  identifierOf,
  journalOf,
  kindsOf,
  statesOf,
  textOf,
  unreachable,
  waitingFor,
} from './support/observe.ts'
import { startOrdinary } from './support/ordinary.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let sender: string
let from: string
let to: string
let comeBack: () => void

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
  comeBack = unreachable(pair, 'pec.beta.example')
})
afterEach(async () => {
  comeBack()
  alfa.signing.down = false
  beta.scanner.down = false
  // what is left of this test's outage must not speak in the next one
  pair.clock.advance(2 * HOUR)
  await pair.settle()
})

/** Submits to recipients of Beta and gives the PEC msgid. */
const submit = async (recipients: readonly string[] = [to]): Promise<string> => {
  const reply = await send(alfa, sender, recipients, message({ to: recipients.join(', ') }))
  expect(reply.code).toBe(250)
  await pair.settle()
  return identifierOf(reply)
}
const pass = async (ms: number): Promise<void> => {
  pair.clock.advance(ms)
  await pair.settle()
}
const inbox = (): Promise<readonly string[]> => kindsOf(alfa, from)
/** What the n-th message of the sender's inbox certifies. */
const certified = async (index: number) => dataOf(await alfa.bytes((await alfa.inbox(from))[index]!))
const factsAbout = (identifier: string) => factsOf(alfa, from, [to], { identifier })

describe('RFC 6109 §3.1.6: three scenarios', () => {
  it('no word at all: both notices, each in its time, and nothing after them', async () => {
    const identifier = await submit()
    await pass(12 * HOUR - MINUTE)
    expect(await inbox()).toEqual(['acceptance'])
    await pass(MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'warned' })
    await pass(10 * HOUR)
    expect(await inbox()).toHaveLength(2)
    // the last one not before 22 hours and by 24
    await pass(2 * HOUR - MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'timeoutFinal'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired' })
    // the transfer gives up at 24 hours: the sender has had his final word already
    await pass(2 * HOUR)
    expect(await inbox()).toHaveLength(3)
    expect(await waitingFor(pair, alfa, identifier)).toEqual([])

    for (const [index, words] of [
      [1, 'prime dodici ore'],
      [2, 'ventiquattro ore'],
    ] as const) {
      const data = await certified(index)
      expect(data).toMatchObject({ kind: 'timeoutNotice', error: 'other', identifier, deliveryTo: to, sender: from })
      const text = await textOf(alfa, (await alfa.inbox(from))[index]!)
      expect(text).toContain('X-Ricevuta: preavviso-errore-consegna')
      expect(text).toContain('SUP. TEMPO MASSIMO')
      expect(text.replaceAll('=\r\n', '')).toContain(words)
      expect(text).not.toContain('postacert.eml')
    }
    expect((await certified(2)).extendedError).toMatch(/^5\.4\.1/)
  })

  it('take-in-charge in time and no delivery: the last notice only', async () => {
    const identifier = await submit()
    const service = 'ricevute@pec.alfa.example'
    const taken = takeInCharge(beta, pair.clock.now(), factsAbout(identifier), [to], service)
    const bytes = await seal(taken, keysOf(beta))
    expect((await handOver(alfa, 'posta-certificata@pec.beta.example', [service], bytes)).code).toBe(250)
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'taken' })
    await pass(12 * HOUR)
    expect(await inbox()).toEqual(['acceptance'])
    await pass(12 * HOUR - MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutFinal'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired' })
  })

  it('no take-in-charge, but a delivery between 12 and 24 hours: the first notice only', async () => {
    const identifier = await submit()
    await pass(12 * HOUR)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning'])
    await pass(3 * HOUR)
    const receipt = delivery(beta, pair.clock.now(), factsAbout(identifier), to)
    await handOver(alfa, receipt.reversePath, [from], await seal(receipt, keysOf(beta)))
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'deliveryConcise'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'delivered' })
    await pass(10 * HOUR)
    expect(await inbox()).toHaveLength(3)
    expect(await waitingFor(pair, alfa, identifier)).toEqual([])
  })

  it('the other provider comes back after fifteen hours: its own receipts end the wait', async () => {
    const identifier = await submit()
    await pass(12 * HOUR)
    comeBack()
    await pass(3 * HOUR)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    await pass(10 * HOUR)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'deliveryComplete'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'delivered' })
  })
})

describe('after the last notice', () => {
  it('a late delivery receipt is filed and changes nothing', async () => {
    const identifier = await submit()
    await pass(12 * HOUR)
    await pass(11 * HOUR + 45 * MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'timeoutFinal'])
    comeBack()
    await pass(14 * MINUTE)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'timeoutFinal', 'deliveryComplete'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired' })
    await pass(5 * HOUR)
    expect(await inbox()).toHaveLength(4)
  })

  it('each recipient has his own clock: one delivered, one of another domain expired', async () => {
    const local = `vicino${n}@pec.alfa.example`
    await alfa.mailbox(local)
    const identifier = await submit([to, local])
    await pass(12 * HOUR)
    await pass(12 * HOUR)
    expect(await inbox()).toEqual(['acceptance', 'deliveryComplete', 'timeoutWarning', 'timeoutFinal'])
    expect((await certified(3)).deliveryTo).toBe(to)
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired', [local]: 'delivered' })
  })

  it('an ordinary recipient has no timers: after a day of silence one failure notice', async () => {
    const ordinary = await startOrdinary(pair, 'posta.example')
    await ordinary.close()
    const identifier = await submit(['mario@posta.example'])
    await pass(12 * HOUR)
    await pass(11 * HOUR + 45 * MINUTE)
    expect(await inbox()).toEqual(['acceptance'])
    await pass(HOUR)
    expect(await inbox()).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(await textOf(alfa, (await alfa.inbox(from))[1]!)).toContain('Final-Recipient: rfc822; mario@posta.example')
    expect(await waitingFor(pair, alfa, identifier)).toEqual([])
  })
})

describe('restarts', () => {
  it('timers fire after a restart of the provider', async () => {
    const identifier = await submit()
    await alfa.restart()
    await pass(12 * HOUR)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning'])
    await alfa.restart()
    await pass(11 * HOUR + 45 * MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'timeoutFinal'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired' })
  })

  it('down for more than a day, transfer and timer due at once: exactly one final outcome', async () => {
    const identifier = await submit()
    await alfa.restart({}, () => pair.clock.advance(25 * HOUR))
    await pair.settle()
    // whichever came second found the facts changed, and looked again
    await pass(MINUTE)
    const told = await inbox()
    expect(told).toHaveLength(2)
    expect(['nonDelivery', 'timeoutFinal']).toContain(told[1])
    expect(await waitingFor(pair, alfa, identifier)).toEqual([])
    const entries = (await journalOf(alfa, identifier)).map((entry) => entry.event)
    expect(entries.filter((event) => event === 'timeoutNotified' || event === 'undeliverable')).toHaveLength(1)
  })
})

describe('faults of our own back off', () => {
  it('the key does not answer: the notice waits, is tried again, and comes once', async () => {
    const identifier = await submit()
    alfa.signing.down = true
    await pass(12 * HOUR)
    expect(await inbox()).toEqual(['acceptance'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'pending' })
    const [timer] = (await waitingFor(pair, alfa, identifier)).filter((job) => job.kind === 'timeout')
    expect(timer).toMatchObject({ attempts: 1 })
    expect(timer!.dueInMs).toBeLessThanOrEqual(10 * SECOND)
    await pass(MINUTE)
    await pass(MINUTE)
    const [later] = (await waitingFor(pair, alfa, identifier)).filter((job) => job.kind === 'timeout')
    expect(later).toMatchObject({ attempts: 3 })
    expect(later!.dueInMs).toBeGreaterThan(20 * SECOND)
    alfa.signing.down = false
    await pass(10 * MINUTE)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning'])
  })

  it('the key does not answer at the receiver: the envelope is refused for now, then delivered once', async () => {
    comeBack()
    beta.signing.down = true
    const identifier = await submit()
    expect(await kindsOf(beta, to)).toEqual([])
    expect((await waitingFor(pair, alfa, identifier)).find((job) => job.kind === 'transfer')).toMatchObject({
      attempts: 1,
    })
    beta.signing.down = false
    await pass(MINUTE)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await inbox()).toEqual(['acceptance', 'deliveryComplete'])
  })

  it('the key does not answer at submission: 451, nothing accepted, nothing charged to the sender', async () => {
    alfa.signing.down = true
    const reply = await send(alfa, sender, [to], message({ to }))
    expect(reply.code).toBe(451)
    expect(await inbox()).toEqual([])
  })

  it('the receiver’s scanner is down for a day: one final outcome for the sender, no delivery', async () => {
    comeBack()
    beta.scanner.down = true
    const identifier = await submit()
    await pass(12 * HOUR)
    await pass(11 * HOUR + 45 * MINUTE)
    await pass(HOUR)
    expect(await inbox()).toEqual(['acceptance', 'timeoutWarning', 'timeoutFinal'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'expired' })
    expect(await waitingFor(pair, alfa, identifier)).toEqual([])
    beta.scanner.down = false
    await pass(2 * HOUR)
    expect(await kindsOf(beta, to)).toEqual([])
  })
})

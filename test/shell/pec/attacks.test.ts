// What somebody may do to two providers so that a message, or a receipt, is lost, doubled or put where it does not belong.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../../src/core/lib/bytes.ts'
import { HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import { takeInCharge } from '../../../src/core/pec/drafts.ts'
import { setMailboxState } from '../../../src/shell/mailstore/mailboxes.ts'
import type { Job } from '../../../src/shell/outbox/outbox.ts'
import { bounceInto } from '../../../src/shell/pec/bounce.ts'
import { noChanges } from '../../../src/shell/pec/changes.ts'
import { loadSubmission } from '../../../src/shell/pec/store.ts'
import { transfer } from '../../../src/shell/pec/transfer.ts'
import type { World } from '../../../src/shell/pec/world.ts'
import { dataOf, openSubmission } from '../../../src/shell/sandbox/submission.ts'
import { by, factsOf, keysOf, seal } from '../../journeys/support/forge.ts'
import { handOver, kinds, message, send } from '../../journeys/support/mail.ts'
import { type OrdinaryServer, startOrdinary } from '../../journeys/support/ordinary.ts'
import { PASSWORD, type Pair, startPair, type TestProvider } from '../../journeys/support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let ordinary: OrdinaryServer
let n = 0
let sender: string
let from: string
const PROVIDER_BETA = 'posta-certificata@pec.beta.example'

beforeAll(async () => {
  pair = await startPair({ algorithm: 'p256' })
  ;({ alfa, beta } = pair)
  ordinary = await startOrdinary(pair, 'posta.example')
})
afterAll(async () => {
  await ordinary?.close()
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  await alfa.mailbox(from)
})

/** A new mailbox. */
const newBox = async (of: TestProvider): Promise<string> => {
  const address = `casella${++n}@${of.domain}`
  await of.mailbox(address)
  return address
}
const jobsOf = async (provider: TestProvider, kind: string): Promise<number> =>
  (await provider.world.db.query('test-jobs', 'select 1 from outbox where kind = $1', [kind])).length

describe('the same recipient said twice at RCPT', () => {
  it.each(['alfa', 'beta'] as const)('within the session, at %s: delivered once, receipted once', async (side) => {
    const to = await newBox(pair[side])
    await send(alfa, sender, [to, to.toUpperCase(), to], message({ to }))
    await pair.settle()
    expect(kinds(await pair[side].inbox(to))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete'])
    expect(await jobsOf(alfa, 'arrive')).toBe(0)
  })
  it('an envelope handed to the incoming point with it: delivered once', async () => {
    const to = await newBox(beta)
    const mute = 'muto@posta.example'
    const route = pair.routes['pec.beta.example']!
    pair.routes['pec.beta.example'] = { ...route, tlsName: 'mx.falso.example' }
    await send(alfa, sender, [to, mute], message({ to: `${to}, ${mute}` }))
    await pair.settle()
    pair.routes['pec.beta.example'] = route
    expect((await handOver(beta, from, [to, to.toUpperCase()], ordinary.taken.at(-1)!.content)).code).toBe(250)
    pair.clock.advance(HOUR)
    await pair.settle()
    expect(kinds(await beta.inbox(to))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete'])
  })
})

describe('an envelope of ours that comes back from outside before it was delivered here', () => {
  it('takes nothing from the other recipients, and nobody gets it twice', async () => {
    const [first, second] = [await newBox(alfa), await newBox(alfa)]
    const mute = 'muto@posta.example'
    await alfa.outbox.stop()
    await send(alfa, sender, [first, second, mute], message({ to: `${first}, ${second}, ${mute}` }))
    // the envelope as the ordinary recipient gets it
    const [row] = await alfa.world.db.query<{ id: string; size: number }>(
      'test-envelope',
      `select envelope_id as id, c.size_bytes as size from submission s join content c on c.id = envelope_id
       order by accepted_at desc limit 1`,
    )
    const envelope = await alfa.world.contents.bytes(
      [{ kind: 'range', content: row!.id, offset: 0, length: row!.size }],
      1e6,
    )
    expect((await handOver(alfa, from, [first], envelope)).code).toBe(250)
    alfa.outbox.start()
    pair.clock.advance(HOUR)
    await pair.settle()
    expect(kinds(await alfa.inbox(first))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(second))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete', 'deliveryComplete'])
    expect(await jobsOf(alfa, 'arrive')).toBe(0)
  })
})

describe('large but lawful', () => {
  it('a header longer than a row holds is accepted and delivered', async () => {
    const to = await newBox(beta)
    const extra = Array.from({ length: 60 }, (_, i) => `X-Nota-${i}: ${'a'.repeat(900)}`)
    expect((await send(alfa, sender, [to], message({ to, extra }))).code).toBe(250)
    await pair.settle()
    expect(kinds(await beta.inbox(to))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete'])
  })
  it('a failure notice longer than a row holds reaches the sender', async () => {
    await send(alfa, sender, ['mario@posta.example'], message({ to: 'mario@posta.example' }))
    await pair.settle()
    const [accepted] = await alfa.inbox(from)
    const known = await loadSubmission(alfa.world.db, accepted!.msgid)
    const failures = Array.from({ length: 300 }, (_, i) => ({
      address: `nessuno${i}@posta.example`,
      code: '5.1.1',
      reply: '550 no such user here',
    }))
    const changes = noChanges()
    await bounceInto(alfa.world, changes, known!, failures, pair.clock.now())
    expect(await alfa.world.committer.commit(changes)).toBe('committed')
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'anomalyEnvelope'])
    const [, notice] = await alfa.inbox(from)
    expect(toLatin1(await alfa.bytes(notice!))).toContain('Final-Recipient: rfc822; nessuno299@posta.example')
  })
})

describe('a genuine receipt handed to whom it is not for', () => {
  /** A message of Alfa to Beta whose delivery receipt is held back; the receipt's bytes. */
  const heldReceipt = async (): Promise<{ receipt: Uint8Array; release: () => void }> => {
    const to = await newBox(beta)
    const route = pair.routes['pec.alfa.example']!
    pair.routes['pec.alfa.example'] = { ...route, tlsName: 'mx.falso.example' }
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    const jobs = await beta.world.db.query<{ payload: { content: string; sizeBytes: number; forwardPaths: string[] } }>(
      'test-held',
      `select payload from outbox where kind = 'transfer'`,
    )
    const { payload } = jobs.find((job) => job.payload.forwardPaths[0] === from)!
    const rope = [{ kind: 'range', content: payload.content, offset: 0, length: payload.sizeBytes }] as const
    const receipt = await beta.world.contents.bytes(rope, 1e6)
    return {
      receipt,
      release: () => {
        pair.routes['pec.alfa.example'] = route
        pair.clock.advance(2 * HOUR)
      },
    }
  }
  it.each(['another user', 'the service mailbox', 'nobody'])(
    '%s: it reaches its own sender all the same',
    async (who) => {
      const { receipt, release } = await heldReceipt()
      const victim =
        who === 'another user'
          ? await newBox(alfa)
          : who === 'nobody'
            ? 'assente@pec.alfa.example'
            : 'ricevute@pec.alfa.example'
      const before = (await alfa.inbox(victim)).length
      await handOver(alfa, PROVIDER_BETA, [victim], receipt)
      expect(kinds((await alfa.inbox(victim)).slice(before)).filter((kind) => kind.startsWith('delivery'))).toEqual([])
      release()
      await pair.settle()
      expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete'])
    },
  )
})

describe('a sender suspended while a session is open', () => {
  it('sends nothing more', async () => {
    const to = await newBox(alfa)
    const client = await openSubmission({
      port: alfa.ports.submission,
      security: 'tls',
      user: from,
      password: PASSWORD,
    })
    const text = toLatin1(message({ from, to }))
    try {
      expect((await client.send({ from, recipients: [to], data: dataOf(text) })).code).toBe(250)
      await setMailboxState(alfa.world.db, from, 'suspended')
      pair.clock.advance(MINUTE)
      expect((await client.send({ from, recipients: [to], data: dataOf(text) })).code).toBeGreaterThanOrEqual(400)
    } finally {
      await client.quit()
    }
    await pair.settle()
    expect(await alfa.inbox(to)).toHaveLength(1)
  })
})

describe('certification data that name what no index can hold', () => {
  const endless = 'a'.repeat(5000)
  const cases: [string, Parameters<typeof factsOf>[3]][] = [
    ['a sender', { sender: `${endless}@pec.alfa.example` }],
    ['an identifier', { identifier: `${endless}@pec.alfa.example` }],
    ['an identifier of two lines', { identifier: 'a\nb@pec.alfa.example' }],
    ['a recipient', { recipients: [{ address: `${endless}@pec.beta.example`, certified: true }] }],
  ]
  it.each(cases)('%s: refused with a reason, not put off as a bug of ours', async (_, more) => {
    const taken = 'giulia.neri@pec.beta.example'
    const service = 'ricevute@pec.alfa.example'
    const facts = factsOf(beta, from, [taken], more)
    const draft = takeInCharge(facts, by(beta, pair.clock.now()), { takenFor: [taken], to: service })
    const reply = await handOver(alfa, PROVIDER_BETA, [service], await seal(draft, keysOf(beta)))
    expect(reply.code).toBe(554)
  })
})

describe('a receipt that comes between the outcome of a transfer and its commit', () => {
  it('the outcome is told once, and nothing is sent again', async () => {
    const to = 'giulia.neri@pec.beta.example'
    await alfa.outbox.stop()
    await send(alfa, sender, [to], message({ to }))
    const [accepted] = await alfa.inbox(from)
    const jobs = await alfa.world.db.query<Job & { payload: { identifier: string } }>(
      'test-transfer',
      `select id, kind, payload, attempts from outbox where kind = 'transfer'`,
    )
    const job = jobs.find((one) => one.payload.identifier === accepted!.msgid)!
    let sent = 0
    let commits = 0
    const world: World = {
      ...alfa.world,
      transport: {
        ...alfa.world.transport,
        send: async () => {
          sent++
          return new Map([[to, { kind: 'permanent', code: '5.7.1', reply: 'no' }]])
        },
      },
      committer: {
        commit: async (changes) => {
          if (++commits === 1) {
            const taken = `update recipient set state = 'taken' where identifier = $1`
            await alfa.world.db.query('test-taken', taken, [accepted!.msgid])
          }
          return alfa.world.committer.commit(changes)
        },
      },
    }
    await transfer(world, job)
    alfa.outbox.start()
    expect([sent, commits]).toEqual([1, 2])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'nonDelivery'])
    expect((await loadSubmission(alfa.world.db, accepted!.msgid))!.recipients[0]!.state).toBe('failed')
  })
})

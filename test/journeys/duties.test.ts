// Duties of RFC 6109 that no row of the flow tables shows, between two providers over the real wire.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { DAY, HOUR } from '../../src/core/lib/instant.ts'
import { bytesPiece, rangePiece } from '../../src/core/lib/rope.ts'
import { parseMime } from '../../src/core/mail/mime.ts'
import * as drafts from '../../src/core/pec/drafts.ts'
import type { Draft, JournalEvent, MessageFacts } from '../../src/core/pec/model.ts'
import type { Signer } from '../../src/core/ports.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { openSigner } from '../../src/shell/adapters/signer.ts'
import { exportJournal, type JournalRow } from '../../src/shell/journal/store.ts'
import { seal } from '../../src/shell/pec/seal.ts'
import { handOver, kinds, message, send } from './support/mail.ts'
import { type OrdinaryServer, startOrdinary } from './support/ordinary.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let busy: OrdinaryServer
let n = 0

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
  busy = await startOrdinary(pair, 'lenta.example', () => ({ code: 450, enhanced: '4.2.0', text: 'come back later' }))
})
afterAll(async () => {
  await busy?.close()
  await pair?.stop()
})
afterEach(() => {
  alfa.scanner.blind = false
})

/** A new account of Alfa and a new mailbox of Beta. */
const people = async (): Promise<{ local: string; from: string; to: string }> => {
  const local = `mittente${++n}`
  const from = `${local}@pec.alfa.example`
  const to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
  return { local, from, to }
}
const identifierOf = (reply: { readonly text: string }): string => /queued as (\S+)/.exec(reply.text)?.[1] ?? ''
const journalOf = async (provider: TestProvider, msgid: string, event: JournalEvent): Promise<readonly JournalRow[]> =>
  (await Array.fromAsync(exportJournal(provider.world.db, { from: 0, to: 4e12 }))).filter(
    (row) => row.msgid === msgid && row.event === event,
  )
const address = (domain: string) => ({
  serviceAddress: `posta-certificata@${domain}`,
  serviceMailbox: `ricevute@${domain}`,
})
/** Facts of a message that nobody submitted. */
const factsOf = (from: string, to: string): MessageFacts => ({
  identifier: `ce${n}.1@pec.alfa.example`,
  sender: from,
  recipients: [{ address: to, certified: true }],
  replyTo: from,
  subject: 'Prova',
})
/** A draft made by a provider, with a signature: its own unless said. */
const signed = async (
  provider: TestProvider,
  draft: Draft,
  signer: Signer = provider.world.signer,
): Promise<Uint8Array> => {
  const [sealed] = await seal({ ...provider.world, signer }, [draft])
  const { id, sizeBytes } = sealed!.row
  return provider.world.contents.bytes([rangePiece(id, 0, sizeBytes)], 1e8)
}

describe('RFC 6109 §2.2.5, §2.1.1.1.1 the service mailbox', () => {
  it('takes no envelope: the sender is told that there is no such mailbox', async () => {
    const { local, from } = await people()
    const to = 'ricevute@pec.beta.example'
    const before = (await beta.inbox(to)).length
    await send(alfa, local, [to], message({ to }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'nonDelivery'])
    expect(await beta.inbox(to)).toHaveLength(before)
  })

  it('take-in-charge is never filed in the mailbox of a user, nor a delivery receipt in the service mailbox', async () => {
    const { from, to } = await people()
    const facts = factsOf(from, to)
    const sealing = { provider: beta.config.provider, at: pair.clock.now() }
    const service = 'ricevute@pec.alfa.example'
    const before = (await alfa.inbox(service)).length
    const taken = drafts.takeInCharge(facts, sealing, { takenFor: [to], to: from })
    const delivered = drafts.delivery(facts, sealing, { recipient: to, requested: 'concise', form: 'concise' })
    const sender = beta.config.provider.serviceAddress
    expect((await handOver(alfa, sender, [from], await signed(beta, taken))).code).toBe(250)
    expect((await handOver(alfa, sender, [service], await signed(beta, delivered))).code).toBe(250)
    expect(await alfa.inbox(from)).toEqual([])
    expect(await alfa.inbox(service)).toHaveLength(before)
    expect(await journalOf(alfa, facts.identifier, 'discarded')).toHaveLength(2)
  })
})

describe('RFC 6109 §2.2.3 unmodified', () => {
  it('the envelope lies in the mailbox byte for byte as its provider signed it, under one trace field', async () => {
    const { local, to } = await people()
    const reply = await send(alfa, local, [to], message({ to }))
    await pair.settle()
    const [sent] = await alfa.world.db.query<{ id: string; size_bytes: number }>(
      'test-sent-envelope',
      'select c.id, c.size_bytes from submission s join content c on c.id = s.envelope_id where s.identifier = $1',
      [identifierOf(reply)],
    )
    const envelope = toLatin1(await alfa.world.contents.bytes([rangePiece(sent!.id, 0, Number(sent!.size_bytes))], 1e8))
    const stored = toLatin1(await beta.bytes((await beta.inbox(to))[0]!))
    expect(stored.endsWith(envelope)).toBe(true)
    expect(stored.slice(0, -envelope.length)).toMatch(/^Received: (?:[^\r]|\r\n[ \t])*\r\n$/)
  })
})

describe('RFC 6109 §2.2.2, §2.2.3 what is no valid envelope', () => {
  it('signed by one whom the directory does not hold: wrapped as ordinary mail, and no receipt is made', async () => {
    const { from, to } = await people()
    const stranger = { name: 'Gestore Gamma', domain: 'pec.gamma.example', ...address('pec.gamma.example') }
    const keys = await pair.authority.issueProviderCertificate({
      providerName: stranger.name,
      serviceAddress: stranger.serviceAddress,
      algorithm: 'p256',
    })
    const original = message({ from, to })
    const facts = factsOf(from, to)
    const envelope = drafts.transportEnvelope(
      facts,
      { provider: stranger, at: pair.clock.now() },
      {
        originalFields: parseMime(original).root.fields,
        returnPath: from,
        receiptType: 'complete',
        postacert: [bytesPiece(original)],
        forwardPaths: [to],
      },
    )
    const bytes = await signed(alfa, envelope, openSigner(keys))
    expect((await handOver(beta, from, [to], bytes)).code).toBe(250)
    await pair.settle()
    const inbox = await beta.inbox(to)
    expect(kinds(inbox)).toEqual(['anomalyEnvelope'])
    expect(toLatin1(await beta.bytes(inbox[0]!))).toContain('firmatario non presente')
    for (const event of ['takenInCharge', 'delivered', 'sent'] as const) {
      expect(await journalOf(beta, facts.identifier, event)).toEqual([])
    }
    expect(await alfa.inbox(from)).toEqual([])
  })
})

describe('RFC 6109 §2.2.2 a message that stays idle', () => {
  it('is given up after twenty-four hours, and its sender gets an error', async () => {
    const { local, from } = await people()
    const to = 'qualcuno@lenta.example'
    await send(alfa, local, [to], message({ to }))
    await pair.settle()
    pair.clock.advance(23 * HOUR)
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance'])
    pair.clock.advance(DAY - 22 * HOUR)
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(toLatin1(await alfa.bytes((await alfa.inbox(from))[1]!))).toContain('come back later')
  })
})

describe('RFC 6109 §2.2.2 a virus that our own check let through', () => {
  it('is told to the operator, who must find out why', async () => {
    const { local, to } = await people()
    alfa.scanner.blind = true
    await send(alfa, local, [to], message({ to, body: `${EICAR}\r\n` }))
    const raise = vi.spyOn(alfa.world.alarm, 'raise')
    await pair.settle()
    expect(raise).toHaveBeenCalledWith('virusMissedAtAccess', expect.objectContaining({ signer: 'Gestore Beta' }))
    raise.mockRestore()
  })
})

describe('RFC 6109 §2.3 the log', () => {
  it('holds of a transfer who wrote what to whom, and what was sent', async () => {
    const { local, from, to } = await people()
    const msgid = identifierOf(await send(alfa, local, [to], message({ to, subject: 'Riunione' })))
    await pair.settle()
    const common = { msgid, sender: from, subject: 'Riunione', clientMsgid: '<prova-1@client.example>' }
    const sent = await journalOf(alfa, msgid, 'sent')
    expect(sent).toMatchObject([{ ...common, recipients: [to], related: [msgid], provider: 'Gestore Alfa' }])
    const receipts = await journalOf(beta, msgid, 'sent')
    expect(receipts).toHaveLength(2)
    for (const row of receipts) expect(row).toMatchObject({ ...common, provider: 'Gestore Beta' })
  })

  it('has the same instant as the header of what was made', async () => {
    const { local, from, to } = await people()
    const msgid = identifierOf(await send(alfa, local, [to], message({ to })))
    const [row] = await journalOf(alfa, msgid, 'accepted')
    const text = toLatin1(await alfa.bytes((await alfa.inbox(from))[0]!))
    const date = /^Date: (.*)$/m.exec(text)?.[1] ?? ''
    expect(Math.floor(row!.at / 1000) * 1000).toBe(Date.parse(date))
    await pair.settle()
  })

  it('says that something came again, which is neither delivered nor answered twice', async () => {
    const { local, from, to } = await people()
    const msgid = identifierOf(await send(alfa, local, [to], message({ to })))
    await pair.settle()
    const envelope = await beta.bytes((await beta.inbox(to))[0]!)
    expect((await handOver(beta, from, [to], envelope)).code).toBe(250)
    await pair.settle()
    expect(await beta.inbox(to)).toHaveLength(1)
    expect(await alfa.inbox(from)).toHaveLength(2)
    expect(await journalOf(beta, msgid, 'discarded')).toMatchObject([{ detail: 'duplicate', recipients: [to] }])
  })
})

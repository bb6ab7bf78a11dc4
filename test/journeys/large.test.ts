// Many recipients of both providers, and large messages through the blob store: byte for byte what was sent.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { needs } from '../support/judges.ts'
import { judge } from './support/judges.ts'
import { message, send } from './support/mail.ts'
import { allOf, attachedOf, dataOf, identifierOf, kindsOf, originalAsSent, statesOf } from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})

const judged = async (messages: readonly Uint8Array[]): Promise<void> => {
  if (needs('openssl') || needs('xmllint')) return
  for (const one of messages) await judge(pair, one)
}

describe('fifty recipients, in To and in Cc, of both providers', () => {
  it('each has one delivery and one receipt of the right form', async () => {
    const sender = 'cinquanta@pec.alfa.example'
    await alfa.mailbox(sender)
    const box = (i: number): string => `casella${i}@${i % 2 === 0 ? alfa.domain : beta.domain}`
    const all = Array.from({ length: 50 }, (_, i) => box(i))
    for (const [i, address] of all.entries()) await (i % 2 === 0 ? alfa : beta).mailbox(address)
    const to = all.slice(0, 20)
    const cc = all.slice(20)
    const reply = await send(alfa, 'cinquanta', all, message({ to: to.join(',\r\n '), cc: cc.join(',\r\n ') }))
    await pair.settle()
    const identifier = identifierOf(reply)
    expect(new Set(Object.values(await statesOf(alfa, identifier)))).toEqual(new Set(['delivered']))

    const notices = await allOf(alfa, sender)
    expect(notices).toHaveLength(51)
    const receipts = notices.map(dataOf).filter((data) => data.kind === 'delivery')
    expect(receipts.map((data) => data.deliveryTo).toSorted()).toEqual(all.toSorted())
    for (const data of receipts) expect(data.recipients.map((one) => one.address)).toEqual(all)
    for (const notice of notices) {
      const data = dataOf(notice)
      if (data.kind === 'delivery') expect(attachedOf(notice) !== undefined).toBe(to.includes(data.deliveryTo!))
    }
    for (const [i, address] of all.entries())
      expect(await kindsOf(i % 2 === 0 ? alfa : beta, address)).toEqual(['transportEnvelope'])
    // one take-in-charge for each provider's transaction, together for all of them
    const taken = (await alfa.inbox('ricevute@pec.alfa.example')).filter((one) => one.msgid === identifier)
    const takenFor = (await Promise.all(taken.map((one) => alfa.bytes(one)))).map((bytes) => dataOf(bytes).takenFor)
    expect(takenFor.flat().toSorted()).toEqual(all.toSorted())
    expect(taken).toHaveLength(2)
    await judged([notices[0]!, notices[1]!, notices.at(-1)!])
  })
})

describe('large messages', () => {
  /** Base64 lines that never repeat, of about so many bytes. */
  const body = (bytes: number): string => {
    const lines: string[] = []
    for (let size = 0, i = 0; size < bytes; i++) {
      const line = createHash('sha384').update(String(i)).digest('base64')
      lines.push(line)
      size += line.length + 2
    }
    return `${lines.join('\r\n')}\r\n`
  }
  const attachment = (bytes: number): { extra: readonly string[]; body: string } => ({
    extra: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    body:
      '--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nPerché no? ✉\r\n' +
      '--b\r\nContent-Type: application/octet-stream; name="dati.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
      `${body(bytes)}--b--\r\n`,
  })
  const sizes: [string, number, 'alfa' | 'beta'][] = [
    ['60 KB to the other provider', 60_000, 'beta'],
    ['60 KB within the provider', 60_000, 'alfa'],
    ['5 MB to the other provider', 5_000_000, 'beta'],
    ['5 MB within the provider', 5_000_000, 'alfa'],
  ]
  it.each(sizes)('%s: envelope and complete receipt carry what was sent', async (name, bytes, side) => {
    const local = `grande${sizes.findIndex(([one]) => one === name)}`
    const from = `${local}@pec.alfa.example`
    const to = `${local}.arrivo@${pair[side].domain}`
    await alfa.mailbox(from)
    await pair[side].mailbox(to)
    const content = message({ from, to, ...attachment(bytes) })
    const reply = await send(alfa, local, [to], content)
    await pair.settle()
    const identifier = identifierOf(reply)
    const [envelope] = await allOf(pair[side], to)
    const [acceptance, receipt] = await allOf(alfa, from)
    const sent = toLatin1(content)
    for (const carrier of [envelope!, receipt!]) {
      const { trace, message: got } = originalAsSent(attachedOf(carrier)!, identifier)
      expect(trace).toMatch(/^Received: /)
      expect(got.length).toBe(sent.length)
      expect(got === sent).toBe(true)
    }
    // the same bytes in both, the new Message-ID included
    expect(Buffer.compare(attachedOf(envelope!)!, attachedOf(receipt!)!)).toBe(0)
    expect(attachedOf(acceptance!)).toBeUndefined()
    await judged([envelope!, acceptance!, receipt!])
  })

  it('a brief receipt of 5 MB carries the hash and not the bytes', async () => {
    const from = 'breve@pec.alfa.example'
    const to = 'breve@pec.beta.example'
    await alfa.mailbox(from)
    await beta.mailbox(to)
    const { extra, body: whole } = attachment(5_000_000)
    await send(alfa, 'breve', [to], message({ from, to, extra: [...extra, 'X-TipoRicevuta: breve'], body: whole }))
    await pair.settle()
    const [, receipt] = await allOf(alfa, from)
    expect(receipt!.length).toBeLessThan(20_000)
    const encoded = whole.slice(whole.indexOf('base64\r\n\r\n') + 10, whole.lastIndexOf('\r\n--b--'))
    expect(toLatin1(receipt!)).toContain(createHash('sha1').update(encoded).digest('hex'))
    await judged([receipt!])
  })

  it('within the provider envelope and receipt name one blob: the bytes are stored once', async () => {
    const local = 'grande3'
    const stored = [
      ...(await alfa.inbox(`${local}@pec.alfa.example`)),
      ...(await alfa.inbox(`${local}.arrivo@pec.alfa.example`)),
    ]
    expect(stored.filter((one) => one.sizeBytes > 5_000_000)).toHaveLength(2)
    const rows = await alfa.world.db.query<{ blob: string; named: number }>(
      'test-blobs',
      `select encode(blob, 'hex') as blob, count(*)::int as named from content_blob
       where content = any($1::uuid[]) group by blob`,
      [stored.map((one) => one.content)],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]!.named).toBe(2)
  })
})

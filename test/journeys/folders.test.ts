// Certified mail in folders: keywords by kind, what was sent in Sent once, receipts apart, deleted and brought back.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../src/core/lib/bytes.ts'
import { bytesPiece, rangePiece } from '../../src/core/lib/rope.ts'
import { NO_FLAGS, SEEN } from '../../src/core/mail/flags.ts'
import { findMailboxes, setReceiptsApart } from '../../src/shell/mailstore/mailboxes.ts'
import { kinds, message, send } from './support/mail.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let sender: string
let from: string
const GIULIA = 'giulia.neri@pec.beta.example'

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(() => pair?.stop())
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  await alfa.mailbox(from)
})

const mailboxId = async (provider: TestProvider, address: string): Promise<number> =>
  (await findMailboxes(provider.world.db, [address])).get(address)!.id
/** A folder of a mailbox: flags, keywords and contents of its messages. */
const folder = async (provider: TestProvider, address: string, name: string) => {
  const found = (await provider.mailstore.folder(await mailboxId(provider, address), name))!
  const open = (await provider.mailstore.open(found.id, () => {}))!
  const state = open.state()
  const messages = Array.from({ length: state.count }, (_, at) => ({
    uid: state.uids[at]!,
    system: state.system(at),
    keywords: state.keywords(at),
    thread: state.thread(at),
    rope: [rangePiece(state.content(at), 0, state.sizeBytes(at))],
  }))
  open.close()
  return { id: found.id, messages }
}
const sendOne = async (messageId: string) => {
  const bytes = message({ from, to: GIULIA, messageId })
  expect((await send(alfa, sender, [GIULIA], bytes)).code).toBe(250)
  await pair.settle()
  return bytes
}

it('receipts and envelopes carry the keyword of their kind, and one thread with what was sent', async () => {
  const original = await sendOne(`<k${n}@client.example>`)
  const inbox = await folder(alfa, from, 'INBOX')
  expect(inbox.messages.map(({ keywords }) => keywords)).toEqual([['$PECAcceptance'], ['$PECDelivery']])
  const arrived = (await folder(beta, GIULIA, 'INBOX')).messages.at(-1)!
  expect([arrived.system, arrived.keywords]).toEqual([0, ['$PECEnvelope']])
  const sent = await folder(alfa, from, 'Sent')
  expect(sent.messages.map(({ system, keywords }) => [system, keywords])).toEqual([[SEEN, []]])
  const [copy] = sent.messages
  // just what the client sent: no trace field of ours
  expect(toLatin1(await alfa.world.contents.bytes(copy!.rope, 1e6))).toBe(toLatin1(original))
  expect(new Set([...inbox.messages, copy!].map(({ thread }) => thread)).size).toBe(1)
})

it('a reply goes on the conversation, and so do its receipts, for both', async () => {
  await sendOne(`<c${n}@client.example>`)
  const arrived = (await folder(beta, GIULIA, 'INBOX')).messages.at(-1)!
  /** Message-ID of the envelope that came to somebody last: what a program answers. */
  const lastId = async (provider: TestProvider, address: string): Promise<string> => {
    const envelopes = (await folder(provider, address, 'INBOX')).messages.filter(({ keywords }) =>
      keywords.includes('$PECEnvelope'),
    )
    const text = toLatin1(await provider.world.contents.bytes(envelopes.at(-1)!.rope, 1e6))
    return /^Message-ID: (<[^>]+>)/im.exec(text)![1]!
  }
  const answer = async (provider: TestProvider, local: string, by: string, to: string): Promise<void> => {
    // A program that names the last message only.
    const extra = [`In-Reply-To: ${await lastId(provider, by)}`]
    const reply = message({ from: by, to, messageId: `<${local}${n}@client.example>`, extra })
    expect((await send(provider, local, [to], reply)).code).toBe(250)
    await pair.settle()
    const first = (await folder(alfa, from, 'Sent')).messages[0]!
    const mine = [...(await folder(alfa, from, 'INBOX')).messages, ...(await folder(alfa, from, 'Sent')).messages]
    expect(new Set(mine.map(({ thread }) => thread))).toEqual(new Set([first.thread]))
    const hers = (await folder(beta, GIULIA, 'Sent')).messages.at(-1)!
    expect(hers.thread).toBe(arrived.thread)
    expect((await folder(beta, GIULIA, 'INBOX')).messages.at(-1)!.thread).toBe(arrived.thread)
  }
  await answer(beta, 'giulia.neri', GIULIA, from)
  await answer(alfa, sender, from, GIULIA)
})

it('what is refused is not in Sent', async () => {
  expect((await send(alfa, sender, [GIULIA], message({ from, to: GIULIA, bcc: 'x@y.example' }))).code).toBe(250)
  await pair.settle()
  expect(kinds(await alfa.inbox(from))).toEqual(['nonAcceptance'])
  expect((await folder(alfa, from, 'Sent')).messages).toEqual([])
})

it.each(['before', 'after'])('a client that files its own copy %s it sends finds one, its own', async (when) => {
  const messageId = `<own${n}@client.example>`
  const { id } = await folder(alfa, from, 'Sent')
  const own = async () => {
    const { contents } = alfa.world
    const text = `Message-ID: ${messageId}\r\nX-Own: 1\r\n\r\n`
    const content = contents.row(contents.newId(), [bytesPiece(fromLatin1(text))])
    await alfa.mailstore.append(await mailboxId(alfa, from), id, [{ content, flags: NO_FLAGS, receivedAt: 0 }])
  }
  if (when === 'before') await own()
  await sendOne(messageId)
  if (when === 'after') await own()
  const { messages } = await folder(alfa, from, 'Sent')
  expect(messages).toHaveLength(1)
  expect(toLatin1(await alfa.world.contents.bytes(messages[0]!.rope, 1e6))).toContain('X-Own: 1')
})

it('receipts go to a folder of their own where the mailbox wants that', async () => {
  await setReceiptsApart(alfa.world.db, from, true)
  await sendOne(`<r${n}@client.example>`)
  expect((await folder(alfa, from, 'INBOX')).messages).toEqual([])
  const { messages } = await folder(alfa, from, 'Ricevute')
  expect(messages.map(({ keywords }) => keywords)).toEqual([['$PECAcceptance'], ['$PECDelivery']])
})

it('deleted receipts are brought back byte for byte', async () => {
  await sendOne(`<d${n}@client.example>`)
  const before = await folder(alfa, from, 'INBOX')
  const bytes = await Promise.all(before.messages.map(({ rope }) => alfa.world.contents.bytes(rope, 1e6)))
  await alfa.mailstore.expunge(before.id, [1, 2])
  expect(kinds(await alfa.inbox(from))).toEqual([])
  expect(await alfa.mailstore.restore(await mailboxId(alfa, from), 0)).toBe(2)
  const after = await folder(alfa, from, 'INBOX')
  expect(after.messages.map(({ uid }) => uid)).toEqual([3, 4])
  expect(await Promise.all(after.messages.map(({ rope }) => alfa.world.contents.bytes(rope, 1e6)))).toEqual(bytes)
})

// Papers by e-mail and fax: what arrives in the mailbox for papers finds its case by the QR, once, or waits for somebody.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/lib/instant.ts'
import { takeIncomingDocuments } from '../../src/shell/documents/gateway.ts'
import { listIncoming } from '../../src/shell/documents/incoming.ts'
import { findEnrolment } from '../../src/shell/enrolment/store.ts'
import { openTicket } from '../../src/shell/helpdesk/open.ts'
import { threadOf } from '../../src/shell/helpdesk/reply.ts'
import { faxed, photo, printedModule } from '../shell/documents/papers.ts'
import { makeConvention, type TestConvention } from '../shell/enrolment/decide/support.ts'
import { addMember, started } from '../shell/enrolment/support.ts'
import { handOver, message, send } from './support/mail.ts'
import { type Pair, startPair } from './support/pair.ts'

const PAPERS = 'documenti@pec.alfa.example'
let pair: Pair
let convention: TestConvention
let n = 0
beforeAll(async () => {
  pair = await startPair({ office: true })
  convention = await makeConvention(pair.alfa.office!.db, pair.clock.now())
  await pair.beta.mailbox('giulia.neri@pec.beta.example')
  await pair.settle()
})
afterAll(() => pair?.stop())

/** A case that has just begun. */
const aCase = async () => {
  const office = pair.alfa.office!
  const id = await started(office, await addMember(office.db, convention.orderId, ++n))
  return { id, number: (await findEnrolment(office.db, id))!.caseNumber }
}
type Attached = { readonly name: string; readonly type: string; readonly bytes: Uint8Array }
const mailOf = (subject: string, ...attached: readonly Attached[]): Uint8Array =>
  message({
    to: PAPERS,
    subject,
    messageId: `<carta-${++n}@client.example>`,
    extra: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    body: [
      '--b\r\nContent-Type: text/plain\r\n\r\nIn allegato.',
      ...attached.map(
        ({ name, type, bytes }) =>
          `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
          `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')}`,
      ),
      '--b--\r\n',
    ].join('\r\n'),
  })
const fax = async (number: string): Promise<Attached> => ({
  name: 'fax.tif',
  type: 'image/tiff',
  bytes: await faxed(await printedModule(number)),
})
/** Lets the mail arrive, and the gateway look. */
const arrive = async (): Promise<void> => {
  await pair.settle()
  pair.clock.advance(MINUTE)
  await pair.settle()
}
const papersOf = (id: string) =>
  pair.alfa.office!.db.query<{ kind: string; origin: string; event: string }>(
    'test-papers',
    `select d.kind, d.origin, (select event from enrolment_event where enrolment_id = $1 order by seq desc limit 1) as event
     from document d where enrolment_id = $1`,
    [id],
  )

it('a fax in a certified message becomes the module of its case', async () => {
  const { id, number } = await aCase()
  const text = { name: 'note.txt', type: 'text/plain', bytes: Buffer.from('ciao') }
  expect((await send(pair.beta, 'giulia.neri', [PAPERS], mailOf('Fax', await fax(number), text))).code).toBe(250)
  await arrive()
  expect(await papersOf(id)).toEqual([{ kind: 'module', origin: 'gateway', event: 'paperMatched' }])
  expect((await findEnrolment(pair.alfa.office!.db, id))?.acceptance).toBe('paper')
})

it('so does one in ordinary mail, and it is taken once however often and by how many it is looked at', async () => {
  const { id, number } = await aCase()
  const mail = mailOf('Fax da 0862 000000', await fax(number))
  expect((await handOver(pair.alfa, 'fax@fax.example', [PAPERS], mail)).code).toBe(250)
  await pair.settle()
  const { office, world } = pair.alfa
  await Promise.allSettled([1, 2].map(() => takeIncomingDocuments(office!, world.contents)))
  await takeIncomingDocuments(office!, world.contents)
  await arrive()
  expect(await papersOf(id)).toHaveLength(1)
})

it('one without a QR waits, with the case that its subject names', async () => {
  const { id, number } = await aCase()
  const scan = { name: 'retro.jpg', type: 'image/jpeg', bytes: await photo('retro') }
  await handOver(pair.alfa, 'persona@posta.example', [PAPERS], mailOf(`Pratica ${number}`, scan))
  await arrive()
  expect(await papersOf(id)).toEqual([])
  const { items } = await listIncoming(pair.alfa.office!, { limit: 10 })
  expect(items).toMatchObject([{ origin: 'gateway', suggestedCase: number, state: 'waiting' }])
  expect(items[0]!.described).toContain('retro.jpg')
})

it('an attachment that is no paper is told in the trail, and the walk goes on', async () => {
  const { id, number } = await aCase()
  const office = pair.alfa.office!
  const wrong = { name: 'documento.pdf', type: 'application/pdf', bytes: Buffer.from('<html>non un pdf</html>') }
  await handOver(pair.alfa, 'persona@posta.example', [PAPERS], mailOf('Prova', wrong, await fax(number)))
  await arrive()
  expect(await papersOf(id)).toHaveLength(1)
  const told = await office.db.query('test-refused', `select 1 from audit where action = 'incoming.refused'`)
  expect(told).toHaveLength(1)
})

it('an answer to the help desk by ordinary mail lands in its ticket out of the anomaly envelope', async () => {
  const office = pair.alfa.office!
  const email = 'zoe@posta.example'
  const request = { category: 'other', subject: 'Prova', text: 'Aiuto', email, context: {} } as const
  const opened = await openTicket(office, { kind: 'email' }, request, {})
  if ('refusal' in opened) throw new Error(opened.refusal)
  const [letter] = await office.db.query<{ text: string }>(
    'test-letter',
    `select body_text as text from notice where subject_id = $1`,
    [opened.ticketId],
  )
  const link = /#(cll_[\w-]+)/.exec(letter!.text)![1]!
  const to = 'aiuto@pec.alfa.example'
  // who answers the letter that asks for it has confirmed, too
  const body = `Sono io.\r\n\r\n> https://alfa.example/aiuto/richiesta#${link}\r\n`
  await handOver(pair.alfa, email, [to], message({ from: email, to, messageId: '<risposta@posta.example>', body }))
  await arrive()
  const thread = await threadOf(office.db, opened.ticketId, false)
  expect(thread!.ticket.state).toBe('open')
  expect(thread!.messages.map((one) => [one.via, one.body])).toEqual([
    ['web', 'Aiuto'],
    ['email', 'Sono io.'],
  ])
})

// The help desk over a real database and server: who sees what, answers by e-mail and attacks on them, limits, the clock.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CUT_LINE } from '../../../src/core/helpdesk/mailedReply.ts'
import type { Role } from '../../../src/core/identity/permissions.ts'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'
import { takeHelpMail } from '../../../src/shell/helpdesk/gateway.ts'
import { tendTickets } from '../../../src/shell/helpdesk/tend.ts'
import { addAccount, addOrder, addStaff, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { type Bench, folderNamed, message, openBench, taken } from '../mailstore/support.ts'

const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const HELP = 'aiuto@pec.prova.example'

let bench: Bench
let office: TestOffice
let api: TestApi
let helpBox: number
let orders: { id: number; code: string }[]
let operator: string
let turn = 0
let anna: { address: string; email: string; token: string }

beforeAll(async () => {
  bench = await openBench()
  const base = await testOffice()
  const advance = (ms: number): void => {
    bench.clock.at += ms
  }
  office = { ...base, db: bench.db, clock: { now: bench.clock.now, advance } }
  api = await startApi(office)
  helpBox = await bench.mailbox(HELP)
  orders = []
  for (const code of ['OMCEO-AQ', 'OMCEO-TE'])
    orders.push({ code, id: await addOrder(bench.db, code, `Ordine ${code}`, bench.clock.at) })
})
afterAll(async () => {
  await api.close()
  await office.stop()
  await bench.close()
})
beforeEach(async () => {
  // Ten in the morning in Italy, whatever day it is.
  bench.clock.at = Math.ceil(bench.clock.at / DAY) * DAY + 9 * HOUR
  anna = await newHolder()
  operator = await newStaff('operator')
})

const newStaff = async (role: Role, orderId?: number): Promise<string> => {
  turn += 1
  const who = { email: `${role}${turn}@x.example`, name: 'Olga Operatrice', roles: [{ role, orderId }] }
  return (await addStaff(bench.db, who as Parameters<typeof addStaff>[1], bench.clock.at)).token
}

const newHolder = async () => {
  turn += 1
  const [address, email] = [`anna${turn}@pec.prova.example`, `anna${turn}@posta.example`]
  const token = await addAccount(bench.db, { rights: 'own', address }, {}, bench.clock.at)
  await bench.db.query(
    't-reference',
    'update account set reference_email = $2 where mailbox_id = (select id from mailbox where address = $1)',
    [address, email],
  )
  return { address, email, token }
}

type Secretariat = { code: string; id: number; secretary: string }
type Mail = { id: string; kind: string; text: string; subject: string; replyTo: string | null }
const mails = (to: string): Promise<readonly Mail[]> =>
  bench.db.query(
    't-mails',
    `select id, kind, subject, body_text as text, reply_to as "replyTo" from notice where recipient = $1
     order by created_at, xmin::text::bigint`,
    [to],
  )
const linkIn = (mail: Mail | undefined): string => /#(cll_[\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''

const request = { category: 'access', subject: 'Non riesco a entrare', text: 'La password non va.' }
const open = async (as: string | undefined, more: object = {}) => {
  const answer = await api.call('openTicket', { as, body: { ...request, ...more } })
  const cookie = answer.headers.getSetCookie().find((one) => one.includes('ceralacca_ticket'))
  return { ...answer, headers: { cookie: cookie?.split(';')[0] ?? '' }, number: answer.body.ticket?.number as string }
}
const look = async (number: string) => api.call('getDeskTicket', { as: operator, params: { ticket: number } })
const answerAs = async (number: string, text: string, kind = 'ask', as = operator) => {
  const { version } = (await look(number)).body.ticket
  return api.call('answerTicket', { as, params: { ticket: number }, body: { version, text, kind } })
}
const textsOf = async (number: string, as = anna.token) =>
  (await api.call('getTicket', { as, params: { ticket: number } })).body.messages.map(
    (one: { text: string }) => one.text,
  )

let mailNumber = 0
/** An e-mail arrives at the help desk, and is taken. */
const mail = async (head: Readonly<Record<string, string>>, body: string): Promise<void> => {
  const fields = { 'Message-ID': `<m${++mailNumber}@client.example>`, Subject: 'Re: x', ...head }
  const text = `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}\r\n\r\n${body.replaceAll('\n', '\r\n')}\r\n`
  const inbox = await folderNamed(bench, helpBox, 'INBOX')
  taken(await bench.store.append(helpBox, inbox.id, [message(bench, text)]))
  await takeHelpMail(office, bench.contents)
}
const replyTo = (notice: Mail | undefined): Record<string, string> => ({
  'In-Reply-To': `<${notice?.id}@${office.provider.domain}>`,
})

describe('a holder', () => {
  it('asks, is answered on the page and once by e-mail, and says that it is solved', async () => {
    const asked = await open(anna.token, {
      context: { page: '/casella/avvisi', problems: [{ at: 'x', code: 'internal' }] },
    })
    expect(asked.body).toMatchObject({ email: anna.email, ticket: { state: 'open' } })
    const shown = (await look(asked.number)).body
    expect(shown).toMatchObject({
      address: anna.address,
      context: { page: '/casella/avvisi' },
      answers: ['ask', 'inform', 'solve'],
    })
    // four working hours
    expect(Date.parse(shown.ticket.dueAt)).toBeGreaterThanOrEqual(bench.clock.at + 4 * HOUR)
    expect((await answerAs(asked.number, 'Quale errore vedi?')).body.ticket).toMatchObject({
      state: 'waitingForYou',
      assignee: { name: 'Olga Operatrice' },
    })
    const sent = await mails(anna.email)
    expect(sent.map(({ kind }) => kind)).toEqual(['ticket.received', 'ticket.answer'])
    expect(sent[1]).toMatchObject({ replyTo: HELP, subject: `Re: [${asked.number}] ${request.subject}` })
    expect(sent[1]!.text).toContain('Quale errore vedi?')
    const at = { as: anna.token, params: { ticket: asked.number } }
    expect((await api.call('replyToTicket', { ...at, body: { text: 'Dice 401' } })).body.ticket.state).toBe(
      'waitingForUs',
    )
    expect((await api.call('settleTicket', at)).body).toMatchObject({ ticket: { state: 'solved' }, maySettle: false })
    expect((await api.call('listAccountTickets', { as: anna.token })).body.items).toHaveLength(1)
  })

  it('an answer to what has changed meanwhile is not sent', async () => {
    const { number } = await open(anna.token)
    const { version } = (await look(number)).body.ticket
    await api.call('replyToTicket', { as: anna.token, params: { ticket: number }, body: { text: 'Risolto da solo' } })
    const late = await api.call('answerTicket', {
      as: operator,
      params: { ticket: number },
      body: { version, text: 'Riavvia', kind: 'ask' },
    })
    expect(late.body.code).toBe('ticketChanged')
    expect((await mails(anna.email)).map(({ kind }) => kind)).toEqual(['ticket.received'])
  })

  it('sees no notes, and nobody else’s ticket', async () => {
    const { number } = await open(anna.token)
    await api.call('noteOnTicket', { as: operator, params: { ticket: number }, body: { text: 'Cliente difficile' } })
    expect(await textsOf(number)).toEqual([request.text])
    const other = await newHolder()
    for (const as of [other.token, await newStaff('orderSecretary', orders[0]!.id), undefined])
      expect((await api.call('getTicket', { as, params: { ticket: number } })).body.code).toBe('ticketUnknown')
    expect((await look(number)).body.messages.map((one: { kind: string }) => one.kind)).toEqual(['opener', 'note'])
  })

  it('opens ten a day and no more', async () => {
    const codes: (string | undefined)[] = []
    for (let i = 0; i < 11; i++) codes.push((await open(anna.token)).body.code)
    expect(codes.filter((code) => code !== undefined)).toEqual(['ticketTooMany'])
  })
})

describe('somebody who is not signed in', () => {
  it('confirms by the link of the e-mail before an operator sees anything', async () => {
    const email = `zoe${turn}@posta.example`
    const asked = await open(undefined, { email, name: 'Zoe' })
    expect(asked.body.ticket.state).toBe('unconfirmed')
    expect((await look(asked.number)).body.code).toBe('ticketUnknown')
    const [letter] = await mails(email)
    expect(letter).toMatchObject({ kind: 'ticket.confirm', replyTo: null })
    const entered = await api.call('enterTicket', { body: { token: linkIn(letter) } })
    expect(entered.body.ticket.state).toBe('open')
    // the link is good again, and confirms once
    expect((await api.call('enterTicket', { body: { token: linkIn(letter) } })).status).toBe(200)
    expect((await mails(email)).map(({ kind }) => kind)).toEqual(['ticket.confirm', 'ticket.received'])
    const cookie = entered.headers.getSetCookie()[0]!.split(';')[0]!
    const held = await api.call('getTicket', { headers: { cookie }, params: { ticket: asked.number } })
    expect(held.body.ticket.number).toBe(asked.number)
  })

  it('opens three a day with one e-mail, however it is written', async () => {
    const codes: (string | undefined)[] = []
    for (const email of ['eva@posta.example', 'Eva@posta.example', 'EVA@posta.example', 'eva@posta.example'])
      codes.push((await open(undefined, { email })).body.code)
    expect(codes).toEqual([undefined, undefined, undefined, 'ticketTooMany'])
    expect((await open(undefined, { email: 'non è un indirizzo' })).body.code).toBe('emailInvalid')
    expect((await open(undefined)).body.code).toBe('emailInvalid')
  })

  it('a link or cookie of one ticket opens no other, and none for ever', async () => {
    const first = await open(undefined, { email: `uno${turn}@posta.example` })
    const second = await open(undefined, { email: `due${turn}@posta.example` })
    const crossed = await api.call('getTicket', { headers: first.headers, params: { ticket: second.number } })
    expect(crossed.body.code).toBe('ticketUnknown')
    expect((await api.call('enterTicket', { body: { token: `cll_${'A'.repeat(43)}` } })).body.code).toBe('linkInvalid')
    const [letter] = await mails(`uno${turn}@posta.example`)
    bench.clock.at += 61 * DAY
    expect((await api.call('enterTicket', { body: { token: linkIn(letter) } })).body.code).toBe('linkInvalid')
  })
})

describe('an answer by e-mail', () => {
  const asked = async () => {
    const { number } = await open(anna.token)
    await answerAs(number, 'Quale errore vedi?')
    const notice = (await mails(anna.email)).find(({ kind }) => kind === 'ticket.answer')
    return { number, notice }
  }

  it('lands in the ticket without what it quotes, whatever address it comes from', async () => {
    const { number, notice } = await asked()
    const body = `Vedo 401.\n\nIl giorno lun 9 mar 2026 Gestore <x@y.example> ha scritto:\n> ${CUT_LINE}\n> Quale errore vedi?`
    await mail({ From: 'Anna <altra@casa.example>', ...replyTo(notice) }, body)
    expect(await textsOf(number)).toEqual([request.text, 'Quale errore vedi?', 'Vedo 401.'])
    const shown = (await look(number)).body
    expect(shown.ticket.state).toBe('waitingForUs')
    expect(shown.messages.at(-1)).toMatchObject({ via: 'email', from: 'altra@casa.example', fromKnown: false })
  })

  it('by the link that it quotes, where the mail program drops In-Reply-To', async () => {
    const { number, notice } = await asked()
    await mail(
      { From: anna.email },
      `Vedo 500.\n\n> ${CUT_LINE}\n> https://x.example/aiuto/richiesta#${linkIn(notice)}`,
    )
    expect((await textsOf(number)).at(-1)).toBe('Vedo 500.')
  })

  it('sent twice is taken once, and by two nodes once', async () => {
    const { number, notice } = await asked()
    const head = { From: anna.email, 'Message-ID': `<doppio${turn}@client.example>`, ...replyTo(notice) }
    await mail(head, 'Una volta.')
    await mail(head, 'Una volta.')
    await Promise.allSettled([1, 2].map(() => takeHelpMail(office, bench.contents)))
    expect((await textsOf(number)).filter((text: string) => text === 'Una volta.')).toHaveLength(1)
  })

  it('forged from the right address, with the number but no secret, reaches no ticket', async () => {
    const { number } = await asked()
    const before = await textsOf(number)
    await mail(
      { From: anna.email, Subject: `Re: [${number}] ${request.subject}` },
      'Cambia la mia e-mail di riferimento',
    )
    await mail(
      { From: anna.email, 'In-Reply-To': `<6b1f4b1e-7a3c-4c55-9b52-0a6de1c0ffee@${office.provider.domain}>` },
      'Sono io, davvero',
    )
    expect(await textsOf(number)).toEqual(before)
    // They wait to be confirmed by who reads that address.
    expect((await mails(anna.email)).filter(({ kind }) => kind === 'ticket.confirm')).toHaveLength(2)
  })

  it('of a program, or of ours, is dropped: nothing is written, nobody is answered', async () => {
    const { number, notice } = await asked()
    const before = await textsOf(number)
    const count = (await mails(anna.email)).length
    await mail({ From: anna.email, 'Auto-Submitted': 'auto-replied', ...replyTo(notice) }, 'Sono in ferie')
    await mail({ From: anna.email, Precedence: 'bulk' }, 'Sono in ferie')
    await mail({ From: HELP, ...replyTo(notice) }, 'Rimbalzo')
    await mail({ From: office.noticeFrom }, 'Rimbalzo')
    expect(await textsOf(number)).toEqual(before)
    expect(await mails(anna.email)).toHaveLength(count)
    expect(await mails(HELP)).toHaveLength(0)
  })

  it('nobody is written to more than three times a day because of mail in their name', async () => {
    for (let i = 0; i < 6; i++) await mail({ From: `vittima${turn}@posta.example` }, `Numero ${i}`)
    expect(await mails(`vittima${turn}@posta.example`)).toHaveLength(3)
  })

  it('keeps files that are clean, and tells of those that are not', async () => {
    const { number, notice } = await asked()
    const part = (name: string, content: string) =>
      `--b\nContent-Type: application/octet-stream; name=${name}\nContent-Disposition: attachment; filename=${name}\nContent-Transfer-Encoding: base64\n\n${Buffer.from(content).toString('base64')}\n`
    await mail(
      { From: anna.email, 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b', ...replyTo(notice) },
      `--b\nContent-Type: text/plain\n\nEcco\n${part('nota.txt', 'pulito')}${part('virus.com', EICAR)}--b--`,
    )
    const shown = (await look(number)).body.messages
    expect(shown.at(-2)).toMatchObject({ text: 'Ecco', attachments: [{ fileName: 'nota.txt' }] })
    expect(shown.at(-1)).toMatchObject({ kind: 'event', text: 'filesRefused virus.com (documentInfected)' })
  })

  it('to a closed ticket opens another of the same person', async () => {
    const { number, notice } = await asked()
    const { version } = (await look(number)).body.ticket
    await api.call('changeTicket', { as: operator, params: { ticket: number }, body: { version, move: 'close' } })
    await mail({ From: anna.email, ...replyTo(notice) }, 'È tornato')
    const { items } = (await api.call('listAccountTickets', { as: anna.token })).body
    expect(items.map((one: { state: string }) => one.state).sort()).toEqual(['closed', 'open'])
    const again = await api.call('replyToTicket', { as: anna.token, params: { ticket: number }, body: { text: 'x' } })
    expect(again.body.code).toBe('ticketClosed')
  })
})

describe('files', () => {
  const attach = (number: string, name: string, body: Uint8Array, as = anna.token) =>
    api.call('attachToTicket', { as, params: { ticket: number }, query: { name }, body })

  it('are kept encrypted, and only given out to be saved', async () => {
    const { number } = await open(anna.token)
    const kept = await attach(number, '../<b>.html', Buffer.from('<script>1</script>'))
    const [file] = kept.body.messages[0].attachments
    expect(file.fileName).toBe('<b>.html')
    const params = { ticket: number, attachment: file.id }
    const got = await api.call('getTicketAttachment', { as: anna.token, params })
    expect(got.body.toString()).toBe('<script>1</script>')
    expect(got.headers.get('content-type')).toBe('application/octet-stream')
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect((await api.call('getDeskAttachment', { as: operator, params })).status).toBe(200)
    const [row] = await bench.db.query<{ ciphertext: Uint8Array }>(
      't-cipher',
      'select ciphertext from ticket_attachment where id = $1',
      [file.id],
    )
    expect(Buffer.from(row!.ciphertext).includes('script')).toBe(false)
    const other = await open((await newHolder()).token)
    expect(
      (await api.call('getTicketAttachment', { as: anna.token, params: { ...params, ticket: other.number } })).body
        .code,
    ).toBe('ticketUnknown')
  })

  it.each([
    ['infected', Buffer.from(EICAR), 'documentInfected'],
    ['empty', Buffer.alloc(0), 'documentEmpty'],
    ['too large', Buffer.alloc(10 * 1024 * 1024 + 1), 'attachmentTooLarge'],
  ])('one that is %s is refused', async (_, bytes, code) => {
    const { number } = await open(anna.token)
    expect((await attach(number, 'x.bin', bytes)).body.code).toBe(code)
  })

  it('ten at most, and within the hour', async () => {
    const { number } = await open(anna.token)
    for (let i = 0; i < 10; i++) expect((await attach(number, `${i}.txt`, Buffer.from('x'))).status).toBe(200)
    expect((await attach(number, '11.txt', Buffer.from('x'))).body.code).toBe('attachmentTooMany')
    bench.clock.at += HOUR + 1
    expect((await attach(number, '12.txt', Buffer.from('x'))).body.code).toBe('attachmentLate')
  })

  it('of an operator wait for the answer, unseen', async () => {
    const { number } = await open(anna.token)
    const params = { ticket: number }
    const body = Buffer.from('guida')
    const kept = await api.call('attachToAnswer', { as: operator, params, query: { name: 'guida.pdf' }, body })
    expect(kept.body.kept).toHaveLength(1)
    const file = { as: anna.token, params: { ...params, attachment: kept.body.kept[0].id } }
    expect((await api.call('getTicketAttachment', file)).body.code).toBe('notFound')
    await answerAs(number, 'Ecco la guida', 'solve')
    expect((await api.call('getTicketAttachment', file)).status).toBe(200)
  })
})

describe('the staff of an Order', () => {
  it('sees what its Order asked, not what members or another Order did', async () => {
    const [own, other] = (await Promise.all(
      orders.map(async ({ code, id }) => ({ code, id, secretary: await newStaff('orderSecretary', id) })),
    )) as [Secretariat, Secretariat]
    const reader = await newStaff('orderReader', own.id)
    await open(anna.token)
    const asked = await api.call('openOrderTicket', { as: own.secretary, params: { order: own.code }, body: request })
    const { number } = asked.body.ticket
    const list = await api.call('listOrderTickets', { as: own.secretary, params: { order: own.code } })
    expect(list.body.items.map((one: { number: string }) => one.number)).toEqual([number])
    expect((await api.call('getTicket', { as: own.secretary, params: { ticket: number } })).status).toBe(200)
    for (const as of [other.secretary, reader, anna.token])
      expect((await api.call('getTicket', { as, params: { ticket: number } })).body.code).toBe('ticketUnknown')
    const there = { as: other.secretary, params: { order: other.code } }
    expect((await api.call('listOrderTickets', there)).body.items).toEqual([])
    // a member of another Order is not theirs to ask about
    const foreign = await api.call('openOrderTicket', { ...there, body: { ...request, member: 999_999 } })
    expect(foreign.body.code).toBe('notFound')
  })
})

describe('the desk', () => {
  it('lists what is due first, by category, whose, and what is typed', async () => {
    const slow = await open(anna.token, { category: 'term', subject: 'Fattura' })
    const fast = await open(anna.token)
    const numbers = async (query: Record<string, string>) =>
      (await api.call('listTickets', { as: operator, query: { q: anna.address, ...query } })).body.items.map(
        (one: { number: string }) => one.number,
      )
    expect(await numbers({})).toEqual([fast.number, slow.number])
    expect(await numbers({ category: 'term' })).toEqual([slow.number])
    expect(await numbers({ q: slow.number.toLowerCase().replaceAll('-', ' ') })).toEqual([slow.number])
    expect(await numbers({ assignee: 'me' })).toEqual([])
    await answerAs(slow.number, 'Ecco', 'inform')
    expect(await numbers({ assignee: 'me' })).toEqual([slow.number])
    const first = await api.call('listTickets', { as: operator, query: { limit: 1 } })
    const next = await api.call('listTickets', { as: operator, query: { limit: 1, cursor: first.body.next } })
    expect(next.body.items[0].number).not.toBe(first.body.items[0].number)
    expect(first.body.waiting).toBeGreaterThanOrEqual(2)
  })

  it('shows how an account stands, without content, and writes the look down', async () => {
    const { body } = await api.call('getAccountHealth', { as: operator, query: { address: anna.address } })
    expect(body).toMatchObject({ state: 'active', secondFactor: false, reference: { email: anna.email }, programs: [] })
    const [row] = await bench.db.query<{ n: number }>(
      't-looks',
      `select count(*) as n from audit where action = 'account.viewed' and subject_id = $1`,
      [anna.address],
    )
    expect(row!.n).toBe(1)
    expect(
      (await api.call('getAccountHealth', { as: operator, query: { address: 'x@pec.prova.example' } })).body.code,
    ).toBe('notFound')
  })

  it('starts a new password by the procedure that there is, and writes it in the ticket and the trail', async () => {
    const { number } = await open(anna.token)
    const at = { as: operator, params: { ticket: number } }
    const begun = await api.call('startTicketProcedure', { ...at, body: { kind: 'passwordReset' } })
    expect(begun.body.messages.at(-1)).toMatchObject({
      kind: 'event',
      text: 'procedure passwordReset',
      by: 'Olga Operatrice',
    })
    expect((await api.call('startTicketProcedure', { ...at, body: { kind: 'resumeLink' } })).body.code).toBe(
      'ticketNoCase',
    )
    const [job] = await bench.db.query(
      `t-reset-job`,
      `select 1 from outbox where payload ->> 'duty' = 'passwordReset' and payload ->> 'account' = $1`,
      [anna.address],
    )
    expect(job).toBeDefined()
    // nothing that opens anything came back
    expect(JSON.stringify(begun.body)).not.toMatch(/cl[a-z]_/)
  })

  it('has the shipped answers once, whatever was deleted', async () => {
    await tendTickets(office)
    const { items } = (await api.call('listCannedAnswers', { as: operator })).body
    expect(items.length).toBeGreaterThan(5)
    await api.call('deleteCannedAnswer', { as: operator, params: { answer: items[0].id } })
    await tendTickets(office)
    expect((await api.call('listCannedAnswers', { as: operator })).body.items).toHaveLength(items.length - 1)
    const wrong = { title: 'x', text: 'Ciao {cognome}' }
    expect((await api.call('addCannedAnswer', { as: operator, body: wrong })).status).toBe(400)
  })
})

describe('time', () => {
  it('ends what waits for its person in vain, with one notice; an answer opens it again', async () => {
    const { number } = await open(anna.token)
    await answerAs(number, 'Quale errore vedi?')
    bench.clock.at += 14 * DAY + HOUR
    await Promise.all([tendTickets(office), tendTickets(office)])
    operator = await newStaff('operator')
    expect((await look(number)).body.ticket.state).toBe('solved')
    const sent = await mails(anna.email)
    expect(sent.map(({ kind }) => kind)).toEqual(['ticket.received', 'ticket.answer', 'ticket.lapsed'])
    await mail({ From: anna.email, ...replyTo(sent[2]) }, 'Ancora non va')
    expect((await look(number)).body.ticket).toMatchObject({ state: 'waitingForUs', late: false })
    await answerAs(number, 'Ora va', 'solve')
    bench.clock.at += 15 * DAY
    await tendTickets(office)
    operator = await newStaff('operator')
    expect((await look(number)).body.ticket.state).toBe('closed')
  })

  it('forgets what nobody confirmed', async () => {
    const { number } = await open(undefined, { email: `mai${turn}@posta.example` })
    bench.clock.at += 8 * DAY
    await tendTickets(office)
    expect(await bench.db.query('t-gone', 'select 1 from ticket where number = $1', [number])).toEqual([])
  })
})

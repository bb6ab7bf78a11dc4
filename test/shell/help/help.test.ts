// Help pages over HTTP and PostgreSQL: who reads whose, changes that are kept and taken back, two who change at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHelpMarkdown } from '../../../src/shell/help/markdown.ts'
import { shippedHelp } from '../../../src/shell/help/shipped.ts'
import { addAccount, addOrder, addStaff, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'

let office: TestOffice
let api: TestApi
const tokens: Record<string, string> = {}
const slug = 'ricevute'

const PAGE = {
  title: 'Le ricevute secondo noi',
  summary: 'Come le spieghiamo ai nostri iscritti.',
  group: 'law' as const,
  words: 'zafferano',
  related: ['mancata-consegna'],
  text: 'Le ricevute si **conservano**. Vedi [la mancata consegna](mancata-consegna).',
}

beforeAll(async () => {
  office = await testOffice({ helpDesk: { phone: '800 111 111', hours: '9–18' } })
  api = await startApi(office)
  const { db } = office
  const now = office.clock.now()
  const aq = await addOrder(db, 'OMCEO-AQ', 'Ordine AQ', now)
  const te = await addOrder(db, 'OMCEO-TE', 'Ordine TE', now)
  const terms = (phone: string) => JSON.stringify({ helpDeskPhone: phone, helpDeskHours: '8–14' })
  for (const [code, id, phone, ends] of [
    ['OMCEO-AQ-0001', aq, '800 222 222', '2027-01-01'],
    ['OMCEO-AQ-0002', aq, '800 333 333', '2029-01-01'],
    ['OMCEO-TE-0001', te, '', '2029-01-01'],
  ] as const)
    await db.query(
      'test-convention',
      `insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
       values ($1, $2, 'pec.example', '2026-01-01', $3, $4, now())`,
      [code, id, ends, terms(phone)],
    )
  const staff = async (
    name: string,
    role: Parameters<typeof addStaff>[1]['roles'][number]['role'],
    orderId?: number,
  ) => {
    const added = await addStaff(
      db,
      { email: `${name}@x.example`, name, roles: [{ role, ...(orderId ? { orderId } : {}) }] },
      now,
    )
    tokens[name] = added.token
  }
  await staff('admin', 'operatorAdmin')
  await staff('aq', 'orderSecretary', aq)
  await staff('te', 'orderAdmin', te)
  tokens.box = await addAccount(db, { rights: 'own', address: 'anna@pec.example' }, {}, now)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const order = (code: string) => ({ order: code, slug, language: 'it' })
const read = async (query: Record<string, string> = {}, cookie?: string) =>
  (await api.call('getHelpPage', { params: { slug }, query, ...(cookie ? { as: cookie } : {}) })).body
const providerSaves = (version: number, page: Record<string, unknown> = PAGE) =>
  api.call('saveProviderHelp', { params: { slug, language: 'it' }, body: { version, page }, as: tokens.admin })
const orderSaves = (version: number, page: Record<string, unknown> = PAGE, code = 'OMCEO-AQ', who = 'aq') =>
  api.call('saveOrderHelp', { params: order(code), body: { version, page }, as: tokens[who] })

describe('whom one calls', () => {
  it.each([
    [{}, '800 111 111', '9–18', undefined],
    [{ order: 'OMCEO-AQ' }, '800 333 333', '8–14', 'OMCEO-AQ'],
    [{ order: 'omceo-aq' }, '800 333 333', '8–14', 'OMCEO-AQ'],
    [{ convention: 'omceo aq 0001' }, '800 222 222', '8–14', 'OMCEO-AQ'],
    [{ convention: 'OMCEO-TE-0001' }, '800 111 111', '9–18', 'OMCEO-TE'],
    [{ order: 'NOBODY' }, '800 111 111', '9–18', undefined],
    [{ order: "x' or 1=1 --" }, '800 111 111', '9–18', undefined],
  ])('%j', async (query, phone, hours, code) => {
    const { status, body } = await api.call('getHelp', { query })
    expect(status).toBe(200)
    expect(body.contacts.helpDesk).toEqual({ phone, hours })
    expect(body.contacts.order?.code).toBe(code)
  })
})

describe('reading', () => {
  it('lists all pages that ship, in their order', async () => {
    const { body } = await api.call('getHelp')
    expect(body.pages.map((page: { slug: string }) => page.slug)).toEqual([...shippedHelp().it.keys()])
  })
  it('gives English readers English, and Italian where there is none', async () => {
    expect(await read({ language: 'en' })).toMatchObject({ language: 'en', title: 'The receipts explained' })
    const other = await api.call('getHelpPage', { params: { slug: 'virus' }, query: { language: 'en' } })
    expect(other.body).toMatchObject({ language: 'it' })
  })
  it('fills in servers and the address of who is signed in', async () => {
    const page = async (token?: string) =>
      JSON.stringify(
        (await api.call('getHelpPage', { params: { slug: 'telefono-e-programmi' }, ...(token ? { as: token } : {}) }))
          .body,
      )
    expect(await page()).not.toContain('{{')
    expect(await page()).toContain('il tuo indirizzo PEC intero')
    expect(await page(tokens.box)).toContain('anna@pec.example')
  })
  it('says what is not there', async () => {
    expect(await api.call('getHelpPage', { params: { slug: 'boh' } })).toMatchObject({
      status: 404,
      body: { code: 'helpPageUnknown' },
    })
  })
})

describe('changes', () => {
  it('of the provider are everybody’s; of an Order its own; found by the search; taken back', async () => {
    expect((await providerSaves(0)).body).toMatchObject({ version: 1, outdated: false, current: { title: PAGE.title } })
    expect(await read()).toMatchObject({ title: PAGE.title, origin: 'provider' })
    expect((await orderSaves(0, { ...PAGE, title: 'Le ricevute di AQ' })).status).toBe(200)
    expect(await read({ order: 'OMCEO-AQ' })).toMatchObject({ title: 'Le ricevute di AQ', origin: 'order' })
    expect(await read({ convention: 'OMCEO-AQ-0001', language: 'en' })).toMatchObject({
      title: 'Le ricevute di AQ',
      language: 'it',
    })
    expect(await read({ order: 'OMCEO-TE' })).toMatchObject({ title: PAGE.title })
    const found = async (query: Record<string, string>) =>
      (await api.call('searchHelp', { query: { q: 'zafferano', ...query } })).body.hits.map(
        (hit: { title: string }) => hit.title,
      )
    expect(await found({ order: 'OMCEO-AQ' })).toEqual(['Le ricevute di AQ'])
    expect(await found({})).toEqual([PAGE.title])

    // What an Order was made from is the provider's page: when that changes, it is told what is new.
    const newer = { ...PAGE, text: `${PAGE.text}\n\nUna riga nuova.` }
    expect((await providerSaves(1, newer)).status).toBe(200)
    const seen = await api.call('getOrderHelp', { params: order('OMCEO-AQ'), as: tokens.aq })
    expect(seen.body).toMatchObject({ outdated: true, version: 1, history: [{ version: 1, by: 'aq' }] })
    expect(seen.body.beneathChanges).toEqual([
      { sign: '+', line: '' },
      { sign: '+', line: 'Una riga nuova.' },
    ])
    const rows = await api.call('listOrderHelp', { params: { order: 'OMCEO-AQ' }, as: tokens.aq })
    expect(rows.body.items.filter((row: { changed: boolean }) => row.changed)).toMatchObject([
      { slug, language: 'it', outdated: true, beneath: true, by: 'aq' },
    ])
    expect((await orderSaves(1)).body).toMatchObject({ outdated: false, version: 2 })

    const back = await api.call('revertOrderHelp', { params: { ...order('OMCEO-AQ'), version: 2 }, as: tokens.aq })
    expect(back.body).toMatchObject({ version: 3, history: [{ version: 3 }, { version: 2 }, { version: 1 }] })
    expect(back.body.current).toBeUndefined()
    expect(await read({ order: 'OMCEO-AQ' })).toMatchObject({ title: PAGE.title, origin: 'provider' })
    const gone = await api.call('revertProviderHelp', {
      params: { slug, language: 'it', version: 2 },
      as: tokens.admin,
    })
    expect(gone.status).toBe(200)
    expect(await read()).toMatchObject({ title: shippedHelp().it.get(slug)!.title, origin: 'shipped' })
    const trail = await office.db.query<{ action: string }>(
      'test-trail',
      `select action from audit where subject_kind = 'help' order by id`,
    )
    expect(trail.map((row) => row.action)).toEqual([
      'help.changed',
      'help.changed',
      'help.changed',
      'help.changed',
      'help.reverted',
      'help.reverted',
    ])
  })

  it('add a page, which is found and can be linked', async () => {
    const params = { order: 'OMCEO-TE', slug: 'il-nostro-sportello', language: 'it' }
    const page = { ...PAGE, title: 'Il nostro sportello', group: 'use', related: [slug] }
    expect((await api.call('saveOrderHelp', { params, body: { version: 0, page }, as: tokens.te })).status).toBe(200)
    const there = await api.call('getHelp', { query: { order: 'OMCEO-TE' } })
    expect(there.body.pages.map((one: { slug: string }) => one.slug)).toContain('il-nostro-sportello')
    const elsewhere = await api.call('getHelpPage', {
      params: { slug: 'il-nostro-sportello' },
      query: { order: 'OMCEO-AQ' },
    })
    expect(elsewhere.status).toBe(404)
  })

  it('of two at once, one is told to look again', async () => {
    const answers = await Promise.all([orderSaves(0, PAGE, 'OMCEO-TE', 'te'), orderSaves(0, PAGE, 'OMCEO-TE', 'te')])
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409])
    expect((await orderSaves(0, PAGE, 'OMCEO-TE', 'te')).body.code).toBe('helpPageChanged')
  })

  it.each([
    [{ text: 'Un testo con <script>alert(1)</script> dentro.' }, 'html'],
    [{ text: 'Un testo con [un link](javascript:alert(1)) dentro.' }, 'link'],
    [{ text: 'Un testo con [un link](pagina-che-non-esiste) dentro.' }, 'link'],
    [{ text: 'Un testo con [un link](/indirizzo/che/non/esiste) dentro.' }, 'link'],
    [{ text: 'Un testo con [un link](#ancora-che-manca) dentro.' }, 'link'],
    [{ text: 'Un testo con {{segreto}} dentro, abbastanza lungo.' }, 'placeholder'],
    [{ text: `[${'['.repeat(30_000)}` }, 'form'],
    [{ related: ['pagina-che-non-esiste'] }, 'link'],
    [{ title: ' ' }, 'form'],
    [{ summary: 'a\nb con due righe' }, 'form'],
  ])('%j are refused, with what is wrong', async (change, code) => {
    const { status, body } = await providerSaves(3, { ...PAGE, ...change })
    expect(status).toBe(422)
    expect(body.code).toBe('helpPageWrong')
    expect(body.errors.map((one: { code: string }) => one.code)).toContain(code)
  })
  it.each([{ text: 'a'.repeat(40_001) }, { group: 'nowhere' }, { extra: 1 }, { title: 'a'.repeat(121) }])(
    'that do not fit are no request: %#',
    async (change) => {
      expect((await providerSaves(3, { ...PAGE, ...change })).status).toBe(400)
    },
  )
  it('are for those who may: another Order’s are not there', async () => {
    expect((await orderSaves(0, PAGE, 'OMCEO-TE', 'aq')).status).toBe(404)
    expect((await api.call('listProviderHelp', { as: tokens.aq })).status).toBe(403)
    expect(
      (await api.call('saveProviderHelp', { params: { slug, language: 'it' }, body: { version: 0, page: PAGE } }))
        .status,
    ).toBe(401)
  })
  it('at addresses that are no page’s are refused', async () => {
    for (const bad of ['richiesta', 'A', '..', 'a b'])
      expect(
        (await api.call('getProviderHelp', { params: { slug: bad, language: 'it' }, as: tokens.admin })).status,
      ).toBe(404)
  })
  it('are seen before they are made', async () => {
    const text = `${PAGE.text}\n\n<hr>`
    const { body } = await api.call('previewOrderHelp', {
      params: { order: 'OMCEO-AQ' },
      body: { text },
      as: tokens.aq,
    })
    expect(body.blocks).toEqual(readHelpMarkdown(PAGE.text).blocks)
    expect(body.problems).toEqual([{ kind: 'html', what: 'l’HTML non è ammesso: <hr>' }])
  })
  it('are kept, the last fifty', async () => {
    const place = { slug: 'virus', language: 'it' }
    for (let version = 0; version < 53; version++)
      await api.call('saveProviderHelp', { params: place, body: { version, page: PAGE }, as: tokens.admin })
    const { body } = await api.call('getProviderHelp', { params: place, as: tokens.admin })
    expect(body.version).toBe(53)
    expect(body.history.length).toBe(50)
  })
})

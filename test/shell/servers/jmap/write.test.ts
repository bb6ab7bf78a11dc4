// The write side of JMAP: folders and messages made, changed, moved, removed, imported, parsed.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, type JmapBench, type Json, openJmapBench, USING } from './support.ts'

let bench: JmapBench
let mario: Client
let inbox: string
let archive: string
beforeAll(async () => {
  bench = await openJmapBench()
  mario = await bench.client('mario@alfa.example')
  inbox = await bench.folder(mario.mailboxId, 'INBOX')
  archive = await bench.folder(mario.mailboxId, 'Archive')
})
afterAll(() => bench.close())

const upload = async (client: Client, text: string, type = 'message/rfc822'): Promise<string> => {
  const response = await client.fetch(`/jmap/upload/${client.accountId}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: text,
  })
  return ((await response.json()) as { blobId: string }).blobId
}

const draft = (more: object = {}) => ({
  mailboxIds: { [inbox]: true },
  from: [{ name: 'Mario', email: 'mario@alfa.example' }],
  to: [{ name: 'Perché, Luca', email: 'luca@alfa.example' }],
  subject: 'Oggetto perché',
  bodyStructure: { type: 'text/plain', partId: '1' },
  bodyValues: { 1: { value: 'Ciao' } },
  ...more,
})

const made = async (more: object = {}): Promise<string> => {
  const { created, notCreated } = await mario.ok('Email/set', { create: { k: draft(more) } })
  if (!created) throw new Error(JSON.stringify(notCreated))
  return created.k.id
}

const got = async (id: string, ...properties: string[]): Promise<Json> =>
  (await mario.ok('Email/get', { ids: [id], ...(properties.length > 0 ? { properties } : {}) })).list[0]

describe('Mailbox/set', () => {
  it('makes, renames, moves, orders and removes', async () => {
    const { created, oldState, newState } = await mario.ok('Mailbox/set', {
      create: {
        b: { name: 'Sotto', parentId: '#a' },
        a: { name: 'Clienti', parentId: null, sortOrder: 7 },
      },
    })
    expect(oldState).not.toBe(newState)
    expect(created.a).toMatchObject({
      id: expect.stringMatching(/^F\d+$/),
      totalEmails: 0,
      role: null,
      isSubscribed: true,
    })
    const [a, b] = [created.a.id, created.b.id]
    expect((await mario.ok('Mailbox/get', { ids: [b] })).list[0]).toMatchObject({ name: 'Sotto', parentId: a })
    expect(
      (
        await mario.ok('Mailbox/set', {
          update: { [b]: { name: 'Su', parentId: null, sortOrder: 3, isSubscribed: false } },
        })
      ).updated,
    ).toEqual({ [b]: null })
    expect((await mario.ok('Mailbox/get', { ids: [b] })).list[0]).toMatchObject({
      name: 'Su',
      parentId: null,
      sortOrder: 3,
      isSubscribed: false,
    })
    await mario.ok('Mailbox/set', { update: { [b]: { parentId: a } } })
    const errors = await mario.ok('Mailbox/set', {
      create: {
        same: { name: 'Clienti', parentId: null },
        slash: { name: 'a/b', parentId: null },
        orphan: { name: 'x', parentId: 'F0' },
        role: { name: 'y', role: 'inbox' },
        noRole: { name: 'y', role: 'nonsense' },
        totals: { name: 'y', totalEmails: 3 },
        noName: {},
      },
      update: { [a]: { parentId: b }, F0: { name: 'x' }, [inbox]: { name: 'Altro' } },
      destroy: ['F99999'],
    })
    expect(errors.created).toBeNull()
    expect(
      Object.fromEntries(Object.entries(errors.notCreated).map(([key, error]) => [key, (error as Json).type])),
    ).toEqual({
      same: 'alreadyExists',
      slash: 'invalidProperties',
      orphan: 'invalidProperties',
      role: 'invalidProperties',
      noRole: 'invalidProperties',
      totals: 'invalidProperties',
      noName: 'invalidProperties',
    })
    expect(errors.notCreated.same.existingId).toBe(a)
    expect(errors.notUpdated).toMatchObject({
      [a]: { type: 'invalidProperties' },
      F0: { type: 'notFound' },
      [inbox]: { type: 'forbidden' },
    })
    expect(errors.notDestroyed).toEqual({ F99999: { type: 'notFound' } })
    expect((await mario.ok('Mailbox/set', { destroy: [a] })).notDestroyed).toEqual({ [a]: { type: 'mailboxHasChild' } })
    const id = await made({ mailboxIds: { [b]: true } })
    expect((await mario.ok('Mailbox/set', { destroy: [b] })).notDestroyed).toEqual({ [b]: { type: 'mailboxHasEmail' } })
    expect(
      (await mario.ok('Mailbox/set', { destroy: [a, b], onDestroyRemoveEmails: true })).destroyed.toSorted(),
    ).toEqual([a, b].toSorted())
    expect((await mario.ok('Email/get', { ids: [id] })).notFound).toEqual([id])
    expect((await mario.call('Mailbox/set', { ifInState: 'nonsense' }))[1]).toEqual({ type: 'stateMismatch' })
  })
})

describe('Email/set', () => {
  it('makes a message of text', async () => {
    const id = await made({ keywords: { $draft: true, $Seen: true, Lavoro: true }, receivedAt: '2026-01-02T03:04:05Z' })
    const email = await got(id)
    expect(email).toMatchObject({
      keywords: { $draft: true, $seen: true, lavoro: true },
      receivedAt: '2026-01-02T03:04:05Z',
      subject: 'Oggetto perché',
      to: [{ name: 'Perché, Luca', email: 'luca@alfa.example' }],
      textBody: [{ type: 'text/plain', charset: 'utf-8' }],
    })
    expect(email.messageId).toHaveLength(1)
    expect(email.sentAt).toBe('2026-11-23T10:00:00Z')
  })
  it('makes alternatives, inline pictures and attachments, and reads them back', async () => {
    const picture = await upload(mario, 'PNG'.repeat(100), 'image/png')
    const id = await made({
      bodyStructure: undefined,
      textBody: [{ partId: 't', type: 'text/plain' }],
      htmlBody: [{ partId: 'h', type: 'text/html' }],
      attachments: [
        { blobId: picture, type: 'image/png', cid: 'p@x', disposition: 'inline', name: 'p.png' },
        { blobId: picture, type: 'image/png', disposition: 'attachment', name: 'perché.png' },
      ],
      bodyValues: { t: { value: 'testo perché\nriga' }, h: { value: '<p>testo</p>' } },
      'header:X-Prova:asText': 'però',
      'header:Keywords:asText:all': ['uno', 'due'],
      inReplyTo: ['a@b'],
    })
    const { list } = await mario.ok('Email/get', {
      ids: [id],
      fetchAllBodyValues: true,
      properties: [
        'bodyStructure',
        'textBody',
        'htmlBody',
        'attachments',
        'bodyValues',
        'hasAttachment',
        'header:X-Prova:asText',
        'header:Keywords:asText:all',
        'inReplyTo',
      ],
    })
    expect(list[0]).toMatchObject({
      'header:X-Prova:asText': 'però',
      'header:Keywords:asText:all': ['uno', 'due'],
      inReplyTo: ['a@b'],
      hasAttachment: true,
      bodyStructure: {
        type: 'multipart/mixed',
        subParts: [
          {
            type: 'multipart/related',
            subParts: [{ type: 'multipart/alternative' }, { cid: 'p@x', disposition: 'inline' }],
          },
          { name: 'perché.png', size: 300 },
        ],
      },
    })
    expect(Object.values(list[0].bodyValues).map((one) => (one as Json).value)).toEqual([
      'testo perché\nriga',
      '<p>testo</p>',
    ])
    const last = list[0].attachments.at(-1)
    expect(await (await mario.fetch(`/jmap/download/${mario.accountId}/${last.blobId}/x`)).text()).toBe(
      'PNG'.repeat(100),
    )
  })
  it.each<[string, object, object]>([
    ['no mailbox', { mailboxIds: {} }, { type: 'invalidProperties', properties: ['mailboxIds'] }],
    ['an unknown mailbox', { mailboxIds: { F0: true } }, { type: 'invalidProperties' }],
    ['a false mailbox', { mailboxIds: { F0: false } }, { type: 'invalidProperties' }],
    ['a bad keyword', { keywords: { 'a b': true } }, { type: 'invalidProperties', properties: ['keywords'] }],
    ['an id', { id: 'M1' }, { type: 'invalidProperties', properties: ['id'] }],
    ['headers', { headers: [] }, { type: 'invalidProperties', properties: ['headers'] }],
    ['a field twice', { 'header:From': ' x@y' }, { type: 'invalidProperties', properties: ['header:From'] }],
    ['a Content field', { 'header:Content-Type': ' text/plain' }, { type: 'invalidProperties' }],
    [
      'a line in a raw field',
      { 'header:X-A': ' a\r\nBcc: x@y' },
      { type: 'invalidProperties', properties: ['header:X-A'] },
    ],
    ['a line in an address', { cc: [{ email: 'a@b\r\nBcc: c@d' }] }, { type: 'invalidProperties', properties: ['cc'] }],
    ['no such text', { bodyValues: {} }, { type: 'invalidProperties', properties: ['bodyStructure/partId'] }],
    ['a truncated text', { bodyValues: { 1: { value: 'x', isTruncated: true } } }, { type: 'invalidProperties' }],
    ['both ways', { textBody: [{ partId: '1' }] }, { type: 'invalidProperties' }],
    [
      'part and blob',
      { bodyStructure: { partId: '1', blobId: 'B1' } },
      { type: 'invalidProperties', properties: ['bodyStructure/partId', 'bodyStructure/blobId'] },
    ],
    [
      'a charset of text',
      { bodyStructure: { partId: '1', charset: 'utf-8' } },
      { type: 'invalidProperties', properties: ['bodyStructure/charset'] },
    ],
    [
      'an encoding',
      { bodyStructure: { partId: '1', 'header:Content-Transfer-Encoding': ' 8bit' } },
      { type: 'invalidProperties' },
    ],
    [
      'no such blob',
      { bodyStructure: { blobId: 'Bno', type: 'image/png' } },
      { type: 'blobNotFound', notFound: ['Bno'] },
    ],
    ['an empty multipart', { bodyStructure: { type: 'multipart/mixed', subParts: [] } }, { type: 'invalidProperties' }],
  ])('refuses %s', async (_, more, error) => {
    const { created, notCreated } = await mario.ok('Email/set', { create: { k: draft(more) } })
    expect(created).toBeNull()
    expect(notCreated.k).toMatchObject(error)
  })
  it('changes keywords and mailboxes by patches and as a whole', async () => {
    const id = await made()
    const change = async (patch: object): Promise<Json> => mario.ok('Email/set', { update: { [id]: patch } })
    expect((await change({ 'keywords/$flagged': true, 'keywords/Casa': true })).updated).toEqual({ [id]: null })
    expect((await got(id)).keywords).toEqual({ $flagged: true, casa: true })
    await change({ 'keywords/$flagged': null })
    expect((await got(id)).keywords).toEqual({ casa: true })
    await change({ keywords: { $seen: true } })
    expect((await got(id)).keywords).toEqual({ $seen: true })
    await change({ [`mailboxIds/${archive}`]: true })
    expect((await got(id)).mailboxIds).toEqual({ [inbox]: true, [archive]: true })
    await change({ 'keywords/$answered': true })
    expect((await got(id)).keywords).toEqual({ $seen: true, $answered: true })
    await change({ [`mailboxIds/${inbox}`]: null })
    expect((await got(id)).mailboxIds).toEqual({ [archive]: true })
    await change({ mailboxIds: { [inbox]: true } })
    expect((await got(id)).mailboxIds).toEqual({ [inbox]: true })
    const errors: readonly (readonly [object, string])[] = [
      [{ mailboxIds: {} }, 'invalidProperties'],
      [{ [`mailboxIds/${inbox}`]: null }, 'invalidProperties'],
      [{ 'mailboxIds/F0': true }, 'invalidProperties'],
      [{ subject: 'x' }, 'invalidProperties'],
      [{ 'keywords/a b': true }, 'invalidProperties'],
      [{ 'keywords/x': false }, 'invalidProperties'],
      [{ 'nothing/x': true }, 'invalidPatch'],
      [{ keywords: {}, 'keywords/x': true }, 'invalidPatch'],
    ]
    for (const [patch, type] of errors)
      expect([patch, (await change(patch)).notUpdated[id].type]).toEqual([patch, type])
    const { notUpdated, notDestroyed } = await mario.ok('Email/set', {
      update: { Mno: {}, [id]: {} },
      destroy: [id, 'Mno'],
    })
    expect(notUpdated).toEqual({ Mno: { type: 'willDestroy' }, [id]: { type: 'willDestroy' } })
    expect(notDestroyed).toEqual({ Mno: { type: 'notFound' } })
    expect((await mario.ok('Email/get', { ids: [id] })).notFound).toEqual([id])
  })
  it('by ids of what the same request has made; not by who only reads', async () => {
    const { accountId } = mario
    const { methodResponses, createdIds } = await mario.request(
      [
        ['Mailbox/set', { accountId, create: { box: { name: 'Nuova' } } }, '1'],
        ['Email/set', { accountId, create: { mail: draft({ mailboxIds: { '#box': true } }) } }, '2'],
        ['Email/set', { accountId, update: { '#mail': { 'keywords/$seen': true } } }, '3'],
        ['Email/get', { accountId, ids: ['#mail'], properties: ['mailboxIds', 'keywords'] }, '4'],
        ['Email/set', { accountId, destroy: ['#mail'] }, '5'],
      ],
      USING,
      { createdIds: {} },
    )
    expect(createdIds).toEqual({ box: expect.stringMatching(/^F/), mail: expect.stringMatching(/^M/) })
    expect(methodResponses[3][1].list[0]).toMatchObject({
      keywords: { $seen: true },
      mailboxIds: { [createdIds.box]: true },
    })
    expect(methodResponses[4][1].destroyed).toEqual([createdIds.mail])
    const reader = await bench.client('sola@alfa.example', {
      appPasswordId: '1',
      accountId: 1,
      rights: 'read',
      sends: false,
    })
    expect((await reader.call('Email/set', { destroy: [] }))[1]).toEqual({ type: 'accountReadOnly' })
    expect((await mario.call('Email/set', { destroy: Array(1001).fill('Mx') }))[1]).toEqual({ type: 'requestTooLarge' })
  })
})

describe('Email/import, /parse, /copy', () => {
  const text =
    'Received: from x; Tue, 1 Sep 2026 10:00:00 +0200\r\nFrom: a@b.example\r\nSubject: Dentro\r\nMessage-ID: <in@b>\r\n\r\nciao\r\n'
  it('imports, each time as an email of its own', async () => {
    const blobId = await upload(mario, text)
    const bad = await upload(mario, 'this is not an email')
    const { created, notCreated, oldState, newState } = await mario.ok('Email/import', {
      emails: {
        a: {
          blobId,
          mailboxIds: { [inbox]: true, [archive]: true },
          keywords: { $seen: true },
          receivedAt: '2025-06-15T10:30:00Z',
        },
        b: { blobId, mailboxIds: { [inbox]: true } },
        c: { blobId: 'Bno', mailboxIds: { [inbox]: true } },
        d: { blobId, mailboxIds: {} },
        e: { blobId: bad, mailboxIds: { [inbox]: true } },
      },
    })
    expect(oldState).not.toBe(newState)
    expect(created.a).toEqual({
      id: expect.stringMatching(/^M/),
      blobId: expect.stringMatching(/^B/),
      threadId: expect.stringMatching(/^T/),
      size: text.length,
    })
    expect(created.b.id).not.toBe(created.a.id)
    expect(created.b.threadId).toBe(created.a.threadId)
    expect(notCreated).toMatchObject({
      c: { type: 'invalidProperties' },
      d: { type: 'invalidProperties' },
      e: { type: 'invalidEmail' },
    })
    expect(await got(created.a.id)).toMatchObject({
      keywords: { $seen: true },
      receivedAt: '2025-06-15T10:30:00Z',
      mailboxIds: { [inbox]: true, [archive]: true },
    })
    expect(await got(created.b.id)).toMatchObject({ receivedAt: '2026-09-01T08:00:00Z', subject: 'Dentro' })
  })
  it('parses blobs, and messages within messages', async () => {
    const outer = `From: o@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nfuori\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n${text}--x--\r\n`
    const blobId = await upload(mario, outer)
    const bad = await upload(mario, 'not a message')
    const { parsed, notParsable, notFound } = await mario.ok('Email/parse', {
      blobIds: [blobId, bad, 'Bno'],
      fetchTextBodyValues: true,
    })
    expect([notParsable, notFound]).toEqual([[bad], ['Bno']])
    expect(parsed[blobId]).toMatchObject({ from: [{ email: 'o@b.example' }], bodyValues: { 1: { value: 'fuori' } } })
    const inner = parsed[blobId].attachments[0].blobId
    const within = await mario.ok('Email/parse', {
      blobIds: [inner],
      properties: ['id', 'subject', 'textBody', 'bodyValues', 'preview'],
      fetchAllBodyValues: true,
    })
    expect(within.parsed[inner]).toMatchObject({
      id: null,
      subject: 'Dentro',
      preview: 'ciao',
      bodyValues: { 1: { value: 'ciao' } },
    })
    const part = within.parsed[inner].textBody[0].blobId
    expect(await (await mario.fetch(`/jmap/download/${mario.accountId}/${part}/x`)).text()).toBe('ciao')
  })
  it('copies from nowhere', async () => {
    const { accountId } = mario
    expect((await mario.call('Email/copy', { fromAccountId: accountId, create: {} }))[1]).toMatchObject({
      type: 'invalidArguments',
    })
    expect((await mario.call('Email/copy', { fromAccountId: 'A0', create: {} }))[1]).toMatchObject({
      type: 'fromAccountNotFound',
    })
    expect(bench.bugs).toEqual([])
  })
})

describe('SearchSnippet, Quota, Blob', () => {
  it('shows what was found, with marks and nothing else of HTML', async () => {
    const id = await made({
      subject: 'Xilofono & <b>Però</b>',
      bodyValues: { 1: { value: `${'parole '.repeat(60)}ecco lo XILOFONO <script> & altro ${'parole '.repeat(60)}` } },
    })
    const { list, notFound } = await mario.ok('SearchSnippet/get', {
      filter: { text: 'xilofono PERÒ' },
      emailIds: [id, 'Mno'],
    })
    expect(notFound).toEqual(['Mno'])
    expect(list[0].subject).toBe('<mark>Xilofono</mark> &amp; &lt;b&gt;<mark>Però</mark>&lt;/b&gt;')
    expect(list[0].preview).toContain('ecco lo <mark>XILOFONO</mark> &lt;script&gt; &amp; altro')
    expect(Buffer.byteLength(list[0].preview)).toBeLessThanOrEqual(255)
    const none = await mario.ok('SearchSnippet/get', { filter: { text: 'niente' }, emailIds: [id] })
    expect(none).toMatchObject({ list: [{ emailId: id, subject: null, preview: null }], notFound: null })
    expect((await mario.call('SearchSnippet/get', { filter: { no: 1 }, emailIds: [] }))[1].type).toBe(
      'unsupportedFilter',
    )
  })
  it('tells the quota', async () => {
    const { list, state } = await mario.ok('Quota/get', {})
    expect(list).toMatchObject([
      { id: 'Qspace', resourceType: 'octets', scope: 'account', types: ['Email'], hardLimit: 1e9 },
      { id: 'Qmessages', resourceType: 'count' },
    ])
    expect(list[0].used).toBeGreaterThan(0)
    expect((await mario.ok('Quota/changes', { sinceState: state })).updated).toEqual([])
    expect((await mario.ok('Quota/query', { filter: { resourceType: 'count' } })).ids).toEqual(['Qmessages'])
  })
  it('makes, reads, looks up and copies blobs', async () => {
    const { created, notCreated } = await mario.ok('Blob/upload', {
      create: {
        a: { data: [{ 'data:asText': 'però ' }, { 'data:asBase64': 'Y2lhbw==' }], type: 'text/plain' },
        b: { data: [{ blobId: '#a', offset: 6, length: 4 }] },
        c: { data: [{ blobId: 'Bno' }] },
        d: { data: [{ 'data:asText': 'x', 'data:asBase64': 'eA==' }] },
        e: { data: [{ blobId: '#a', offset: 6, length: 40 }] },
      },
    })
    expect(created).toMatchObject({
      a: { size: 10, type: 'text/plain' },
      b: { size: 4, type: 'application/octet-stream' },
    })
    expect(notCreated).toMatchObject({
      c: { type: 'blobNotFound' },
      d: { type: 'invalidProperties' },
      e: { type: 'invalidProperties' },
    })
    const got = await mario.ok('Blob/get', {
      ids: [created.a.id, 'Bno'],
      properties: ['data:asText', 'size', 'digest:sha-256'],
      offset: 6,
    })
    expect(got).toMatchObject({ list: [{ 'data:asText': 'ciao', size: 10 }], notFound: ['Bno'] })
    expect(got.list[0]['digest:sha-256']).toBe(createHash('sha256').update('ciao').digest('base64'))
    expect((await mario.ok('Blob/get', { ids: [created.a.id], offset: 3, length: 1 })).list[0]).toMatchObject({
      'data:asBase64': 'ww==',
    })
    const id = await made()
    const { blobId } = (await mario.ok('Email/get', { ids: [id], properties: ['blobId'] })).list[0]
    const found = await mario.ok('Blob/lookup', {
      typeNames: ['Email', 'Mailbox', 'Thread'],
      ids: [blobId, created.a.id, 'Bno'],
    })
    expect(found).toMatchObject({
      list: [
        { id: blobId, matchedIds: { Email: [id], Mailbox: [inbox], Thread: [expect.stringMatching(/^T/)] } },
        { matchedIds: { Email: [] } },
      ],
      notFound: ['Bno'],
    })
    expect((await mario.call('Blob/lookup', { typeNames: ['No'], ids: [] }))[1].type).toBe('unknownDataType')
    const { accountId } = mario
    expect((await mario.call('Blob/copy', { fromAccountId: accountId, blobIds: [blobId] }))[1].type).toBe(
      'invalidArguments',
    )
    expect(bench.bugs).toEqual([])
  })
})

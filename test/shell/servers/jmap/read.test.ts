// The read side of JMAP against a real server over a real mailstore.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DELETED, FLAGGED, NO_FLAGS, SEEN } from '../../../../src/core/mail/flags.ts'
import { noChanges } from '../../../../src/shell/pec/changes.ts'
import { message, taken } from '../../mailstore/support.ts'
import { type Client, type JmapBench, openJmapBench, PASSWORD, USING } from './support.ts'

let bench: JmapBench
let mario: Client
beforeAll(async () => {
  bench = await openJmapBench()
  mario = await bench.client('mario@alfa.example')
})
afterAll(() => bench.close())

const MULTIPART = [
  'From: "Rossi, Anna" <anna@alfa.example>',
  'To: Gruppo: mario@alfa.example, luca@alfa.example;',
  'Subject: =?utf-8?q?Perch=C3=A9?= no',
  'Message-ID: <a1@alfa.example>',
  'Date: Thu, 26 Nov 2026 10:00:00 +0100',
  'List-Unsubscribe: <https://alfa.example/via>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: multipart/alternative; boundary=c',
  '',
  '--c',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Perch=C3=A9 xilofono',
  '--c',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Perche <b>si</b></p>',
  '--c--',
  '--b',
  'Content-Type: application/pdf; name="r.pdf"',
  'Content-Disposition: attachment; filename="r.pdf"',
  'Content-Transfer-Encoding: base64',
  'Content-ID: <pdf@alfa.example>',
  '',
  'SGVsbG8sIHdvcmxkIQ==',
  '--b--',
  '',
].join('\r\n')

const append = async (client: Client, folder: string, text: string, flags = NO_FLAGS, receivedAt?: number) => {
  const given = message(bench, text, flags)
  const placed = taken(
    await bench.store.appendTo(client.mailboxId, folder, [{ ...given, receivedAt: receivedAt ?? given.receivedAt }]),
  )
  return { id: `M${given.content.id}`, uid: placed.uids[0]! }
}

describe('session and request', () => {
  it('the session says what there is', async () => {
    const response = await mario.fetch('/.well-known/jmap')
    expect(response.status).toBe(200)
    const session = (await response.json()) as Record<string, never>
    expect(session).toMatchObject({
      username: 'mario@alfa.example',
      apiUrl: `${bench.url}/jmap`,
      primaryAccounts: { 'urn:ietf:params:jmap:mail': mario.accountId },
      accounts: { [mario.accountId]: { name: 'mario@alfa.example', isPersonal: true, isReadOnly: false } },
    })
    expect(session.capabilities).toHaveProperty(['urn:ietf:params:jmap:core', 'maxCallsInRequest'])
  })
  it('nobody gets in without a password', async () => {
    expect((await fetch(`${bench.url}/.well-known/jmap`)).status).toBe(401)
    const wrong = `Basic ${Buffer.from('mario@alfa.example:no').toString('base64')}`
    const response = await mario.fetch('/jmap', { method: 'POST', headers: { authorization: wrong }, body: '{}' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic/)
    const throttled = `Basic ${Buffer.from('mario@alfa.example:throttled').toString('base64')}`
    expect((await mario.fetch('/jmap/session', { headers: { authorization: throttled } })).status).toBe(429)
    expect(PASSWORD).toBeTruthy()
  })
  it.each([
    ['notJSON', 'no json', 'application/json'],
    ['notJSON', '{}', 'text/plain'],
    ['notJSON', '["\\ud800"]', 'application/json'],
    ['notRequest', '{"foo":1}', 'application/json'],
    ['notRequest', '{"using":[],"methodCalls":"x"}', 'application/json'],
    ['unknownCapability', '{"using":["urn:x"],"methodCalls":[]}', 'application/json'],
    [
      'limit',
      JSON.stringify({ using: USING, methodCalls: Array(65).fill(['Core/echo', {}, 'c']) }),
      'application/json',
    ],
    ['limit', `{"using":[],"x":"${'x'.repeat(10 * 1024 * 1024)}"}`, 'application/json'],
  ])('a request is refused: %s', async (type, body, contentType) => {
    const response = await mario.fetch('/jmap', { method: 'POST', headers: { 'content-type': contentType }, body })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ type: `urn:ietf:params:jmap:error:${type}`, status: 400 })
  })
  it('echoes, refers, and tells errors of methods', async () => {
    const { accountId } = mario
    const { methodResponses, sessionState, createdIds } = await mario.request(
      [
        ['Core/echo', { a: [{ b: [1, 2] }, { b: [3] }] }, '1'],
        ['Core/echo', { '#x': { resultOf: 'no', name: 'Core/echo', path: '/a' } }, '2'],
        ['Fake/get', {}, '3'],
        ['Mailbox/get', {}, '4'],
        ['Mailbox/get', { accountId: 'no' }, '5'],
        ['Mailbox/get', { accountId, ids: 'x' }, '6'],
        ['Mailbox/get', { accountId, ids: [], '#ids': { resultOf: '1', name: 'Core/echo', path: '/a/*/b' } }, '7'],
        ['Mailbox/get', { accountId, '#ids': { resultOf: '9', name: 'Core/echo', path: '/a/*/b' } }, '8'],
        ['Mailbox/query', { accountId, filter: { role: 'inbox' } }, '9'],
        ['Mailbox/get', { accountId, '#ids': { resultOf: '9', name: 'Mailbox/query', path: '/ids' } }, '10'],
      ],
      USING,
      { createdIds: { k: 'v' } },
    )
    expect(sessionState).toMatch(/.+/)
    expect(createdIds).toEqual({ k: 'v' })
    expect(methodResponses.map((one: unknown[]) => [one[0], (one[1] as { type?: string }).type, one[2]])).toEqual([
      ['Core/echo', undefined, '1'],
      ['error', 'invalidResultReference', '2'],
      ['error', 'unknownMethod', '3'],
      ['error', 'invalidArguments', '4'],
      ['error', 'accountNotFound', '5'],
      ['error', 'invalidArguments', '6'],
      ['error', 'invalidArguments', '7'],
      ['error', 'invalidResultReference', '8'],
      ['Mailbox/query', undefined, '9'],
      ['Mailbox/get', undefined, '10'],
    ])
    expect(methodResponses[9][1].list[0]).toMatchObject({ role: 'inbox', name: 'Inbox', parentId: null })
    const without = await mario.request([['Mailbox/get', { accountId }, '1']], ['urn:ietf:params:jmap:core'])
    expect(without.methodResponses[0][1]).toEqual({ type: 'unknownMethod' })
  })
})

describe('emails', () => {
  it('Email/get tells header, bodies and attachments', async () => {
    const { id } = await append(mario, 'INBOX', MULTIPART, { system: SEEN, keywords: ['$Forwarded'] })
    const { list, notFound, state } = await mario.ok('Email/get', {
      ids: [id, 'Mno', 'x'],
      fetchAllBodyValues: true,
      properties: null,
    })
    expect(notFound).toEqual(['Mno', 'x'])
    expect(state).toMatch(/^\d+$/)
    const [email] = list
    expect(email).toMatchObject({
      id,
      mailboxIds: { [await bench.folder(mario.mailboxId, 'INBOX')]: true },
      keywords: { $seen: true, $forwarded: true },
      size: MULTIPART.length,
      receivedAt: '2026-11-23T10:00:00Z',
      messageId: ['a1@alfa.example'],
      inReplyTo: null,
      sender: null,
      from: [{ name: 'Rossi, Anna', email: 'anna@alfa.example' }],
      to: [
        { name: null, email: 'mario@alfa.example' },
        { name: null, email: 'luca@alfa.example' },
      ],
      subject: 'Perché no',
      sentAt: '2026-11-26T10:00:00+01:00',
      hasAttachment: true,
      bodyValues: {
        '1.1': { value: 'Perché xilofono', isEncodingProblem: false, isTruncated: false },
        '1.2': { value: '<p>Perche <b>si</b></p>', isEncodingProblem: false, isTruncated: false },
      },
      textBody: [{ partId: '1.1', type: 'text/plain', size: 16, charset: 'utf-8' }],
      htmlBody: [{ partId: '1.2', type: 'text/html' }],
      attachments: [
        {
          partId: '2',
          type: 'application/pdf',
          name: 'r.pdf',
          size: 13,
          disposition: 'attachment',
          cid: 'pdf@alfa.example',
          charset: null,
        },
      ],
    })
    const blob = await mario.fetch(
      `/jmap/download/${mario.accountId}/${email.attachments[0].blobId}/r%20%C3%A8.pdf?type=application/pdf`,
    )
    expect(blob.status).toBe(200)
    expect(blob.headers.get('content-type')).toBe('application/pdf')
    expect(blob.headers.get('content-disposition')).toContain("filename*=UTF-8''r%20%C3%A8.pdf")
    expect(await blob.text()).toBe('Hello, world!')
    const range = await mario.fetch(`/jmap/download/${mario.accountId}/${email.attachments[0].blobId}/x`, {
      headers: { range: 'bytes=7-11' },
    })
    expect([range.status, range.headers.get('content-range'), await range.text()]).toEqual([
      206,
      'bytes 7-11/13',
      'world',
    ])
    const whole = await mario.fetch(`/jmap/download/${mario.accountId}/${email.blobId}/x?type=message/rfc822`)
    expect(await whole.text()).toBe(MULTIPART)
    const other = await bench.client('altro@alfa.example')
    expect((await other.fetch(`/jmap/download/${other.accountId}/${email.blobId}/x`)).status).toBe(404)
  })
  it('header properties in all forms', async () => {
    const { id } = await append(mario, 'INBOX', MULTIPART)
    const properties = [
      'header:subject',
      'header:Subject:asText:all',
      'header:To:asGroupedAddresses',
      'header:Message-ID:asMessageIds',
      'header:Date:asDate',
      'header:List-Unsubscribe:asURLs',
      'header:X-No:asText',
      'header:X-No:all',
    ]
    const { list } = await mario.ok('Email/get', {
      ids: [id],
      properties: [...properties, 'bodyStructure'],
      bodyProperties: ['type', 'header:Content-Type', 'subParts'],
    })
    expect(list[0]).toMatchObject({
      id,
      'header:subject': ' =?utf-8?q?Perch=C3=A9?= no',
      'header:Subject:asText:all': ['Perché no'],
      'header:To:asGroupedAddresses': [
        {
          name: 'Gruppo',
          addresses: [
            { name: null, email: 'mario@alfa.example' },
            { name: null, email: 'luca@alfa.example' },
          ],
        },
      ],
      'header:Message-ID:asMessageIds': ['a1@alfa.example'],
      'header:Date:asDate': '2026-11-26T10:00:00+01:00',
      'header:List-Unsubscribe:asURLs': ['https://alfa.example/via'],
      'header:X-No:asText': null,
      'header:X-No:all': [],
      bodyStructure: {
        type: 'multipart/mixed',
        subParts: [{ type: 'multipart/alternative' }, { type: 'application/pdf' }],
      },
    })
    for (const property of ['header:From:asText', 'header:Subject:asDate', 'nonsense', 'header:X:asFoo'])
      expect((await mario.call('Email/get', { ids: [id], properties: [property] }))[1]).toMatchObject({
        type: 'invalidArguments',
      })
  })
  it('queries, sorts, collapses and pages', async () => {
    const luca = await bench.client('luca@alfa.example')
    const inbox = await bench.folder(luca.mailboxId, 'INBOX')
    const at = Date.UTC(2026, 0, 1)
    const text = (subject: string, more = '') =>
      `From: ${subject}@x.example\r\nSubject: ${subject}\r\n${more}\r\nbody of ${subject}\r\n`
    const one = await append(luca, 'INBOX', text('uno', 'Message-ID: <1@x>\r\n'), NO_FLAGS, at + 2_000)
    const two = await append(
      luca,
      'INBOX',
      text('Re: uno', 'Message-ID: <2@x>\r\nReferences: <1@x>\r\n'),
      { system: FLAGGED, keywords: [] },
      at + 3_000,
    )
    const three = await append(luca, 'INBOX', text('tre'), { system: SEEN, keywords: ['lavoro'] }, at + 1_000)
    const gone = await append(luca, 'INBOX', text('via'), { system: DELETED, keywords: [] }, at)
    const ids = async (args: object) => (await luca.ok('Email/query', { ...args } as never)).ids
    expect(await ids({})).toEqual([two.id, one.id, three.id])
    expect(await ids({ sort: [{ property: 'receivedAt' }] })).toEqual([three.id, one.id, two.id])
    expect(await ids({ sort: [{ property: 'subject' }, { property: 'receivedAt' }] })).toEqual([
      three.id,
      one.id,
      two.id,
    ])
    expect(
      await ids({ sort: [{ property: 'hasKeyword', keyword: '$flagged', isAscending: false }, { property: 'size' }] }),
    ).toEqual([two.id, three.id, one.id])
    expect(await ids({ collapseThreads: true })).toEqual([two.id, three.id])
    expect(await ids({ limit: 1, position: 1 })).toEqual([one.id])
    expect(await ids({ position: -1 })).toEqual([three.id])
    expect(await ids({ anchor: one.id, anchorOffset: 1 })).toEqual([three.id])
    expect(await ids({ anchor: one.id, anchorOffset: -5, limit: 1 })).toEqual([two.id])
    expect((await luca.call('Email/query', { anchor: gone.id }))[1]).toEqual({ type: 'anchorNotFound' })
    expect(await luca.ok('Email/query', { calculateTotal: true, limit: 0 })).toMatchObject({
      total: 3,
      ids: [],
      position: 0,
    })
    const filters: readonly (readonly [object, readonly string[]])[] = [
      [{ inMailbox: inbox }, [two.id, one.id, three.id]],
      [{ inMailbox: 'F0' }, []],
      [{ inMailboxOtherThan: [inbox] }, []],
      [{ before: '2026-01-01T00:00:02Z' }, [three.id]],
      [{ after: '2026-01-01T00:00:02Z' }, [two.id, one.id]],
      [{ hasKeyword: '$flagged' }, [two.id]],
      [{ notKeyword: '$seen' }, [two.id, one.id]],
      [{ hasKeyword: 'LAVORO' }, [three.id]],
      [{ someInThreadHaveKeyword: '$flagged' }, [two.id, one.id]],
      [{ allInThreadHaveKeyword: '$flagged' }, []],
      [{ noneInThreadHaveKeyword: '$flagged' }, [three.id]],
      [{ text: 'body tre' }, [three.id]],
      [{ text: '"body of tre"' }, [three.id]],
      [{ text: '"body tre"' }, []],
      [{ from: 'tre@x.example' }, [three.id]],
      [{ subject: 'UNO' }, [two.id, one.id]],
      [{ body: 'of uno' }, [two.id, one.id]],
      [{ header: ['References'] }, [two.id]],
      [{ header: ['Message-ID', '1@x'] }, [one.id]],
      [{ hasAttachment: false }, [two.id, one.id, three.id]],
      [{ hasAttachment: true }, []],
      [{ minSize: 1, maxSize: 1 }, []],
      [{ operator: 'NOT', conditions: [{ hasKeyword: '$seen' }, { hasKeyword: '$flagged' }] }, [one.id]],
      [{ operator: 'OR', conditions: [{ hasKeyword: '$seen' }, { text: 're' }] }, [two.id, three.id]],
      [{ operator: 'AND', conditions: [] }, [two.id, one.id, three.id]],
    ]
    for (const [filter, expected] of filters) expect([filter, await ids({ filter })]).toEqual([filter, expected])
    const errors: readonly (readonly [object, string])[] = [
      [{ filter: { nonsense: 1 } }, 'unsupportedFilter'],
      [{ filter: { before: 'yesterday' } }, 'invalidArguments'],
      [{ filter: { operator: 'XOR', conditions: [] } }, 'invalidArguments'],
      [{ sort: [{ property: 'nonsense' }] }, 'unsupportedSort'],
      [{ sort: [{ property: 'hasKeyword' }] }, 'invalidArguments'],
      [{ sort: [{ property: 'subject', collation: 'x' }] }, 'unsupportedSort'],
      [{ limit: -1 }, 'invalidArguments'],
    ]
    for (const [args, type] of errors)
      expect([args, (await luca.call('Email/query', args as never))[1].type]).toEqual([args, type])
    const { list } = await luca.ok('Email/get', { ids: [one.id, three.id], properties: ['threadId'] })
    const threads = await luca.ok('Thread/get', { ids: [list[0].threadId, list[1].threadId, 'T0000000000000000'] })
    expect(threads).toMatchObject({
      list: [{ id: list[0].threadId, emailIds: [one.id, two.id] }, { emailIds: [three.id] }],
      notFound: ['T0000000000000000'],
    })
    const [shown] = (await luca.ok('Mailbox/get', { ids: [inbox] })).list
    expect(shown).toMatchObject({ totalEmails: 3, unreadEmails: 2, totalThreads: 2, unreadThreads: 1 })
  })
  it('tells what changed: created, updated, moved, copied, destroyed, in portions', async () => {
    const sara = await bench.client('sara@alfa.example')
    const { mailboxId } = sara
    const inbox = (await bench.store.folder(mailboxId, 'INBOX'))!
    const archive = (await bench.store.folder(mailboxId, 'Archive'))!
    const a = await append(sara, 'INBOX', 'Subject: a\r\n\r\na')
    const b = await append(sara, 'INBOX', 'Subject: b\r\n\r\nb')
    const { state } = await sara.ok('Email/get', { ids: [] })
    const { queryState } = await sara.ok('Email/query', {})
    expect(await sara.ok('Email/changes', { sinceState: state })).toMatchObject({
      oldState: state,
      newState: state,
      hasMoreChanges: false,
      created: [],
      updated: [],
      destroyed: [],
    })
    const c = await append(sara, 'INBOX', 'Subject: c\r\n\r\nc')
    await bench.store.store(inbox.id, [a.uid], { how: 'add', system: SEEN, keywords: [] })
    await bench.store.move(inbox.id, [b.uid], archive.id)
    const first = await sara.ok('Email/changes', { sinceState: state })
    expect(first).toMatchObject({ created: [c.id], destroyed: [], hasMoreChanges: false })
    expect(first.updated.toSorted()).toEqual([a.id, b.id].toSorted())
    expect((await sara.ok('Email/get', { ids: [b.id] })).list[0].mailboxIds).toEqual({ [archive.objectId]: true })
    const told: Record<string, string[]> = { created: [], updated: [], destroyed: [] }
    let since = state
    for (let more = true; more; ) {
      const portion = await sara.ok('Email/changes', { sinceState: since, maxChanges: 1 })
      for (const what of Object.keys(told)) told[what]!.push(...portion[what])
      expect(portion.newState).not.toBe(since)
      since = portion.newState
      more = portion.hasMoreChanges
    }
    expect(told).toEqual({ created: [c.id], updated: [a.id, b.id], destroyed: [] })
    expect(since).toBe(first.newState)
    await bench.store.copy(archive.id, [1], inbox.id)
    expect((await sara.ok('Email/get', { ids: [b.id] })).list[0].mailboxIds).toEqual({
      [archive.objectId]: true,
      [inbox.objectId]: true,
    })
    expect((await sara.ok('Email/query', {})).ids).toHaveLength(3)
    await bench.store.expunge(inbox.id, [a.uid])
    const d = await append(sara, 'INBOX', 'Subject: d\r\n\r\nd')
    await bench.store.expunge(inbox.id, [d.uid])
    expect(await sara.ok('Email/changes', { sinceState: first.newState })).toMatchObject({
      created: [],
      updated: [b.id],
      destroyed: [a.id],
    })
    const changes = await sara.ok('Email/queryChanges', { sinceQueryState: queryState, calculateTotal: true })
    expect(changes).toMatchObject({ oldQueryState: queryState, total: 2 })
    expect(changes.removed.toSorted()).toEqual([a.id, b.id].toSorted())
    expect(changes.added.map((one: { id: string }) => one.id).toSorted()).toEqual([b.id, c.id].toSorted())
    const threads = await sara.ok('Thread/changes', { sinceState: state })
    expect([threads.created.length, threads.updated.length, threads.destroyed.length]).toEqual([1, 1, 1])
    const boxes = await sara.ok('Mailbox/changes', { sinceState: state })
    expect(boxes).toMatchObject({
      created: [],
      destroyed: [],
      updatedProperties: ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'],
    })
    expect(boxes.updated.toSorted()).toEqual([archive.objectId, inbox.objectId].toSorted())
    const made = taken(await bench.store.createFolder(mailboxId, 'Progetti/Alfa'))
    await bench.store.deleteFolder(mailboxId, 'Junk')
    const later = await sara.ok('Mailbox/changes', { sinceState: boxes.newState })
    expect(later).toMatchObject({ updated: [], updatedProperties: null })
    expect(later.created).toHaveLength(2)
    expect(later.destroyed).toHaveLength(1)
    const [folder] = (await sara.ok('Mailbox/get', { ids: [made.objectId] })).list
    expect(folder).toMatchObject({ name: 'Alfa', role: null, isSubscribed: false })
    for (const sinceState of ['nonsense', '999999', ''])
      for (const name of ['Email/changes', 'Mailbox/changes', 'Thread/changes'])
        expect((await sara.call(name, { sinceState }))[1]).toMatchObject({ type: 'cannotCalculateChanges' })
    expect((await sara.call('Email/changes', { sinceState: state, maxChanges: 0 }))[1]).toMatchObject({
      type: 'invalidArguments',
    })
  })
  it('uploads, and pushes what changes', async () => {
    const { accountId } = mario
    const response = await mario.fetch(`/jmap/upload/${accountId}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'abc',
    })
    expect(response.status).toBe(201)
    const upload = (await response.json()) as { blobId: string }
    expect(upload).toMatchObject({ accountId, type: 'text/plain', size: 3 })
    expect(await (await mario.fetch(`/jmap/download/${accountId}/${upload.blobId}/x`)).text()).toBe('abc')
    const reader = await bench.client('sola@alfa.example', {
      appPasswordId: '1',
      accountId: 1,
      rights: 'read',
      sends: false,
    })
    expect((await reader.fetch(`/jmap/upload/${reader.accountId}`, { method: 'POST', body: 'x' })).status).toBe(403)
    const events = await mario.fetch('/jmap/events?types=Email,Mailbox&closeafter=state&ping=0')
    expect(events.headers.get('content-type')).toContain('text/event-stream')
    const stream = events.body!.getReader()
    await stream.read()
    await append(mario, 'INBOX', 'Subject: new\r\n\r\nnew')
    let text = ''
    for (let part = await stream.read(); !part.done; part = await stream.read())
      text += Buffer.from(part.value).toString()
    expect(text).toMatch(
      /event: state\ndata: {"@type":"StateChange","changed":{"A\d+":{"Email":"\d+","Mailbox":"\d+"}}}/,
    )
    expect(bench.bugs).toEqual([])
  })
  it('tells of new mail apart from flags, of identities and of what was sent; no more once the sign-in has ended', async () => {
    const rosa = await bench.client('rosa@alfa.example')
    const read = async (lastId?: string) => {
      const { body } = await rosa.fetch('/jmap/events?types=*&closeafter=no&ping=0', {
        headers: lastId === undefined ? {} : { 'last-event-id': lastId },
      })
      const stream = body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = (await stream.read()).value ?? ''
      return {
        /** The next event: its id, and the types that it names. */
        next: async () => {
          for (;;) {
            const found = /id: (\S+)\nevent: state\ndata: (.*)\n\n/.exec(text)
            if (found) {
              text = text.slice(found.index + found[0].length)
              return { id: found[1]!, types: Object.keys(JSON.parse(found[2]!).changed[rosa.accountId]) }
            }
            const { value, done } = await stream.read()
            if (done) return undefined
            text += value
          }
        },
        close: () => stream.cancel(),
      }
    }
    const all = ['Email', 'Mailbox', 'Thread']
    const events = await read()
    await append(rosa, 'INBOX', 'Subject: mine\r\n\r\nput here by a program')
    expect((await events.next())?.types).toEqual([...all, 'Quota'])
    const { list } = await rosa.ok('Identity/get', {})
    const named = await events.next()
    expect(named?.types).toEqual([...all, 'Identity'])
    await rosa.ok('Identity/set', { update: { [list[0].id]: { name: 'Rosa' } } })
    expect((await events.next())?.types).toEqual([...all, 'Identity'])
    const { content } = message(bench, 'Subject: anomaly\r\n\r\nx')
    await bench.committer.commit({
      ...noChanges(),
      contents: [content],
      filings: [
        {
          mailboxId: rosa.mailboxId,
          content: content.id,
          kind: 'anomalyEnvelope',
          msgid: 'x',
          sizeBytes: 20,
          at: bench.clock.at,
        },
      ],
    })
    expect((await events.next())?.types).toEqual([...all, 'EmailDelivery', 'EmailSubmission', 'PecSubmission', 'Quota'])
    await events.close()
    const missed = await read(named!.id)
    expect((await missed.next())?.types).toEqual([
      ...all,
      'EmailDelivery',
      'EmailSubmission',
      'PecSubmission',
      'Identity',
      'Quota',
    ])
    bench.ended.add(rosa.mailboxId)
    await append(rosa, 'INBOX', 'Subject: secret\r\n\r\nx')
    expect(await missed.next()).toBeUndefined()
  })
})

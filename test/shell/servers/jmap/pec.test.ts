// The capability of certified mail: conversations, messages of the network, what was sent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../../../src/core/lib/instant.ts'
import * as drafts from '../../../../src/core/pec/drafts.ts'
import { findMailboxes } from '../../../../src/shell/mailstore/mailboxes.ts'
import { countTaken } from '../../../../src/shell/pec/submissions.ts'
import { keep } from '../../../../src/shell/servers/jmap/kept.ts'
import { ALFA, BETA, envelopeOf, factsOf, type Network, openNetwork, textOf } from './pecSupport.ts'
import { type Args, type Client, type JmapBench, type Json, openJmapBench } from './support.ts'

let bench: JmapBench
let network: Network
let mario: Client
beforeAll(async () => {
  bench = await openJmapBench()
  network = await openNetwork(bench)
  mario = await bench.client('mario@alfa.example')
})
afterAll(() => bench.close())

const CONTRACT = factsOf('1.a@alfa.example', 'mario@alfa.example', [
  'luca@beta.example',
  'anna@beta.example',
  'studio@plain.example',
])
const original = (id: string, more: Record<string, string> = {}): string =>
  textOf(
    {
      From: 'Mario Rossi <mario@alfa.example>',
      To: '=?utf-8?Q?Luca_Bossi_=C3=A8?= <luca@beta.example>, anna@beta.example',
      Cc: 'Studio <studio@plain.example>',
      Subject: 'Contratto',
      'Message-ID': `<${id}>`,
      ...more,
    },
    'In allegato il contratto.',
  )

/** Sends the contract: accepted, taken in charge, delivered to Luca, not to Anna. */
const sendContract = async (): Promise<void> => {
  await network.send(mario.mailboxId, CONTRACT, original('c-1.a@alfa.example'))
  bench.clock.at += MINUTE
  const { recipients } = CONTRACT
  await network.file(
    mario.mailboxId,
    drafts.delivery(CONTRACT, network.by(BETA), {
      recipient: recipients[0]!.address,
      requested: 'complete',
      form: 'concise',
    }),
    CONTRACT,
    { events: { 'luca@beta.example': 'delivery' } },
  )
  await network.file(
    mario.mailboxId,
    drafts.nonDelivery(CONTRACT, network.by(BETA), {
      recipient: recipients[1]!.address,
      error: 'noRecipient',
      extendedError: '5.1.1 - indirizzo inesistente',
    }),
    CONTRACT,
    { events: { 'anna@beta.example': 'nonDelivery' } },
  )
}

describe('PecThread/get', () => {
  it('a message and its receipts are one card', async () => {
    await sendContract()
    const { accountId } = mario
    const { methodResponses } = await mario.request([
      ['Email/query', { accountId, filter: { inMailbox: await bench.folder(mario.mailboxId, 'Sent') } }, '0'],
      [
        'Email/get',
        { accountId, '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: ['threadId'] },
        '1',
      ],
      ['PecThread/get', { accountId, '#ids': { resultOf: '1', name: 'Email/get', path: '/list/*/threadId' } }, '2'],
    ])
    const emailId = methodResponses[0][1].ids[0]
    const card = methodResponses[2][1].list[0]
    const receipt = (kind: string, at: string) => ({
      kind,
      emailId: expect.stringMatching(/^M/),
      blobId: expect.stringMatching(/^B/),
      at,
    })
    expect(card).toMatchObject({
      id: methodResponses[1][1].list[0].threadId,
      writtenIds: [emailId],
      subject: 'Contratto',
      people: [
        { name: 'Luca Bossi è', email: 'luca@beta.example' },
        { name: null, email: 'anna@beta.example' },
        { name: 'Studio', email: 'studio@plain.example' },
      ],
      preview: 'In allegato il contratto.',
      at: '2026-11-23T10:00:00Z',
      unread: 0,
      unreadReceipts: 3,
      flagged: false,
      draft: false,
      hasAttachment: false,
      kind: 'sent',
      warning: null,
    })
    expect(card.emailIds).toHaveLength(4)
    expect(card.submissions).toEqual([
      {
        id: expect.stringMatching(/^P[\w-]+$/),
        threadId: card.id,
        emailId,
        emailSubmissionId: null,
        identifier: '1.a@alfa.example',
        subject: 'Contratto',
        sentAt: '2026-11-23T10:00:00Z',
        accepted: true,
        refusedBecause: null,
        receiptType: 'complete',
        access: receipt('acceptance', '2026-11-23T10:00:00Z'),
        recipients: [
          {
            address: 'luca@beta.example',
            name: 'Luca Bossi è',
            certified: true,
            state: 'delivered',
            at: '2026-11-23T10:01:00Z',
            reason: null,
            receipts: [receipt('deliveryConcise', '2026-11-23T10:01:00Z')],
          },
          {
            address: 'anna@beta.example',
            name: null,
            certified: true,
            state: 'failed',
            at: '2026-11-23T10:01:00Z',
            reason: '5.1.1 - indirizzo inesistente',
            receipts: [receipt('nonDelivery', '2026-11-23T10:01:00Z')],
          },
          {
            address: 'studio@plain.example',
            name: 'Studio',
            certified: false,
            state: 'unproven',
            at: '2026-11-23T10:00:00Z',
            reason: null,
            receipts: [],
          },
        ],
      },
    ])
  })

  it('a reply that came opens on who wrote it; what was not accepted says why', async () => {
    const reply = factsOf('2.b@beta.example', 'luca@beta.example', ['mario@alfa.example'], { subject: 'Re: Contratto' })
    const text = textOf(
      {
        From: 'Luca Bossi <luca@beta.example>',
        To: 'mario@alfa.example',
        Subject: 'Re: Contratto',
        'Message-ID': '<2.b@beta.example>',
      },
      'Va bene.',
    )
    bench.clock.at += MINUTE
    await network.file(mario.mailboxId, envelopeOf(reply, text, network.by(BETA)), reply, {
      thread: '1.a@alfa.example',
    })
    const refused = factsOf('3.c@alfa.example', 'mario@alfa.example', ['luca@beta.example'], { subject: 'Altro' })
    await network.send(
      mario.mailboxId,
      refused,
      '',
      drafts.nonAcceptance(refused, network.by(ALFA), { reason: 'destinatario nascosto' }),
    )
    const { ids } = await mario.ok('Email/query', { collapseThreads: true })
    const { list: emails } = await mario.ok('Email/get', { ids, properties: ['threadId'] })
    const { list, notFound } = await mario.ok('PecThread/get', {
      ids: [...emails.map((one: { threadId: string }) => one.threadId), 'T0000000000000000', 'no'],
    })
    expect(notFound).toEqual(['T0000000000000000', 'no'])
    const [other, contract] = list.toSorted((a: { subject: string }, b: { subject: string }) =>
      a.subject < b.subject ? -1 : 1,
    )
    expect(contract).toMatchObject({
      kind: 'transportEnvelope',
      subject: 'Contratto',
      preview: 'Va bene.',
      unread: 1,
      unreadReceipts: 3,
      at: '2026-11-23T10:02:00Z',
      people: [{ name: 'Luca Bossi', email: 'luca@beta.example' }, {}, {}],
    })
    expect(contract.writtenIds).toHaveLength(2)
    expect(other.submissions).toMatchObject([
      {
        accepted: false,
        refusedBecause: 'destinatario nascosto',
        emailId: null,
        access: { kind: 'nonAcceptance' },
        recipients: [{ address: 'luca@beta.example', state: 'failed', reason: 'destinatario nascosto' }],
      },
    ])
    expect(await mario.call('PecThread/get', {})).toMatchObject(['error', { type: 'requestTooLarge' }])
    expect((await mario.ok('PecThread/get', { ids: [contract.id], properties: ['unread'] })).list).toEqual([
      { id: contract.id, unread: 1 },
    ])
    expect(bench.bugs).toEqual([])
  })
})

describe('PecMessage/get', () => {
  const one = async (id: string, more: object = {}) =>
    (await mario.ok('PecMessage/get', { ids: [id], ...more })).list[0]
  const card = async () => {
    const { ids } = await mario.ok('Email/query', { filter: { subject: 'Re: Contratto' } })
    const { list } = await mario.ok('Email/get', { ids, properties: ['threadId'] })
    return (await mario.ok('PecThread/get', { ids: [list[0].threadId] })).list[0]
  }

  it('an envelope opens on the original; its parts can be downloaded and parsed', async () => {
    const { id: threadId, writtenIds } = await card()
    const message = await one(writtenIds[1], {
      fetchTextBodyValues: true,
      bodyProperties: ['partId', 'blobId', 'type'],
    })
    expect(message).toEqual({
      id: writtenIds[1],
      threadId,
      kind: 'transportEnvelope',
      identifier: '2.b@beta.example',
      data: {
        kind: 'transportEnvelope',
        error: 'none',
        sender: 'luca@beta.example',
        recipients: [{ address: 'mario@alfa.example', certified: true }],
        replyTo: 'luca@beta.example',
        subject: 'Re: Contratto',
        provider: 'Gestore Beta',
        at: '2026-11-23T10:02:00Z',
        identifier: '2.b@beta.example',
        clientMsgid: '<c-2.b@beta.example>',
        receiptType: 'complete',
        deliveryTo: null,
        takenFor: null,
        extendedError: null,
      },
      subject: 'Re: Contratto',
      from: [{ name: 'Luca Bossi', email: 'luca@beta.example' }],
      inner: expect.objectContaining({
        from: [{ name: 'Luca Bossi', email: 'luca@beta.example' }],
        subject: 'Re: Contratto',
        preview: 'Va bene.',
        hasAttachment: false,
        textBody: [{ partId: '1', blobId: expect.stringMatching(/_1_3_1$/), type: 'text/plain' }],
        bodyValues: { 1: { value: 'Va bene.\n', isEncodingProblem: false, isTruncated: false } },
      }),
      blobs: {
        raw: expect.stringMatching(/^B[0-9a-f-]+$/),
        original: expect.stringMatching(/_1_3$/),
        daticert: expect.stringMatching(/_1_2$/),
        signature: expect.stringMatching(/_2$/),
      },
    })
    const download = async (blobId: string): Promise<string> =>
      (await mario.fetch(`/jmap/download/${mario.accountId}/${blobId}/x`)).text()
    expect(await download(message.blobs.daticert)).toContain('<postacert tipo="posta-certificata"')
    expect(await download(message.blobs.original)).toContain('Message-ID: <2.b@beta.example>')
    const { parsed } = await mario.ok('Email/parse', { blobIds: [message.blobs.original], properties: ['subject'] })
    expect(parsed[message.blobs.original]).toEqual({ subject: 'Re: Contratto' })
  })

  it('tells signatures as RFC 9219 does', async () => {
    const { writtenIds } = await card()
    const properties = ['smimeStatus', 'smimeStatusAtDelivery', 'smimeErrors', 'smimeVerifiedAt']
    const { list } = await mario.ok('Email/get', { ids: [writtenIds[1], writtenIds[0]], properties })
    expect(list).toEqual([
      {
        id: writtenIds[1],
        smimeStatus: 'signed/verified',
        smimeStatusAtDelivery: 'signed/verified',
        smimeErrors: null,
        smimeVerifiedAt: expect.stringMatching(/Z$/),
      },
      {
        id: writtenIds[0],
        smimeStatus: null,
        smimeStatusAtDelivery: null,
        smimeErrors: null,
        smimeVerifiedAt: null,
      },
    ])
    const found = async (filter: object) => (await mario.ok('Email/query', { filter })).ids
    expect(await found({ hasVerifiedSmime: true })).toContain(writtenIds[1])
    expect(await found({ hasVerifiedSmimeAtDelivery: true })).toContain(writtenIds[1])
    expect(await found({ hasSmime: false })).toContain(writtenIds[0])
  })

  it('verifies only where it is asked to, by authorities and directory in use', async () => {
    const { writtenIds } = await card()
    const properties = ['verification', 'kind']
    const { verification } = await one(writtenIds[1], { properties })
    expect(verification).toMatchObject({
      verdict: 'holds',
      checks: expect.arrayContaining([{ name: 'directory', outcome: 'holds' }]),
      judged: { source: 'signingTime' },
      signer: { provider: 'Gestore Beta' },
      chain: [
        { subject: expect.stringContaining('Gestore Beta'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        {},
      ],
      sha256: {
        raw: expect.stringMatching(/^[0-9a-f]{64}$/),
        original: expect.any(String),
        daticert: expect.any(String),
      },
    })
    bench.judging.directory = undefined
    expect((await one(writtenIds[1], { properties })).verification.complete).toBe(false)
    expect(await one(writtenIds[0], { properties })).toEqual({ id: writtenIds[0], kind: 'sent', verification: null })
  })

  it('what was sent, drafts, what others put there', async () => {
    const { writtenIds, emailIds } = await card()
    expect(await one(writtenIds[0])).toMatchObject({
      kind: 'sent',
      identifier: '1.a@alfa.example',
      data: null,
      inner: null,
      blobs: { raw: expect.any(String), original: null, daticert: null, signature: null },
    })
    const receipt = emailIds.find((id: string) => !writtenIds.includes(id))
    expect(await one(receipt, { properties: ['subject', 'data'] })).toMatchObject({
      subject: 'Contratto',
      data: { identifier: '1.a@alfa.example' },
    })
    const drafts = await bench.folder(mario.mailboxId, 'Drafts')
    const inbox = await bench.folder(mario.mailboxId, 'INBOX')
    const { created } = await mario.ok('Email/set', {
      create: {
        d: {
          mailboxIds: { [drafts]: true },
          keywords: { $draft: true },
          subject: 'Bozza',
          from: [{ email: 'mario@alfa.example' }],
        },
        o: { mailboxIds: { [inbox]: true }, subject: 'Altro', from: [{ email: 'x@plain.example' }] },
      },
    })
    const { list, notFound } = await mario.ok('PecMessage/get', {
      ids: [created.d.id, created.o.id, 'Mno'],
      properties: ['kind', 'identifier'],
    })
    expect(list).toEqual([
      { id: created.d.id, kind: 'draft', identifier: null },
      { id: created.o.id, kind: 'ordinary', identifier: null },
    ])
    expect(notFound).toEqual(['Mno'])
    expect(await mario.call('PecMessage/get', { ids: [], properties: ['nothing'] })).toMatchObject([
      'error',
      { type: 'invalidArguments' },
    ])
    expect(bench.bugs).toEqual([])
  })
})

it('the evidence of a message is a ZIP; the trail says who took it', async () => {
  const session: Json = await (await mario.fetch('/jmap/session')).json()
  const { accountCapabilities } = session.accounts[mario.accountId]
  const capability = accountCapabilities['urn:ceralacca:pec']
  expect(capability).toEqual({
    provider: 'Gestore Alfa',
    maxRecipients: 50,
    maxSizeTimesRecipients: 31_457_280,
    minUndoSeconds: 0,
    maxUndoSeconds: 60,
    evidenceUrl: `${bench.url}/jmap/evidence/{accountId}/{identifier}`,
  })
  const take = (identifier: string, accountId = mario.accountId) =>
    mario.fetch(`/jmap/evidence/${accountId}/${encodeURIComponent(identifier)}`)
  const response = await take('1.a@alfa.example')
  expect(response.headers.get('content-type')).toBe('application/zip')
  expect(response.headers.get('content-disposition')).toContain('.zip')
  const zip = Buffer.from(await response.arrayBuffer())
  expect(zip.subarray(0, 2).toString()).toBe('PK')
  expect(zip.toString('latin1')).toContain('accettazione')
  expect((await take('none@alfa.example')).status).toBe(404)
  expect((await take('1.a@alfa.example', 'A999')).status).toBe(404)
  const trail = await bench.db.query<{ details: object; subject_id: string }>(
    'test-trail',
    `select details, subject_id from audit where action = 'box.evidence'`,
  )
  expect(trail).toEqual([{ details: { identifier: '1.a@alfa.example' }, subject_id: 'mario@alfa.example' }])
})

describe('PecSubmission', () => {
  const found = async (filter: object, more: object = {}): Promise<readonly string[]> => {
    const { ids } = await mario.ok('PecSubmission/query', { filter, ...more })
    const { list } = await mario.ok('PecSubmission/get', { ids, properties: ['identifier'] })
    return list.map((one: { identifier: string }) => one.identifier)
  }

  it('is found by state, by date, by text; the last first', async () => {
    const all = await mario.ok('PecSubmission/query', { calculateTotal: true })
    expect(all).toMatchObject({ total: 2, canCalculateChanges: false, position: 0 })
    const { list, notFound } = await mario.ok('PecSubmission/get', { ids: [...all.ids, 'Pxxxx', 'no'] })
    expect(notFound).toEqual(['Pxxxx', 'no'])
    expect(list.map((one: { identifier: string }) => one.identifier)).toEqual(['3.c@alfa.example', '1.a@alfa.example'])
    const { list: emails } = await mario.ok('Email/get', { ids: [list[1].emailId], properties: ['threadId'] })
    expect(list[1]).toMatchObject({ threadId: emails[0].threadId, access: { kind: 'acceptance' } })
    const cases: readonly (readonly [object, readonly string[]])[] = [
      [{ states: ['delivered'] }, ['1.a@alfa.example']],
      [{ states: ['failed'] }, ['3.c@alfa.example', '1.a@alfa.example']],
      [{ states: ['unproven', 'expired'] }, ['1.a@alfa.example']],
      [{ states: ['pending', 'taken', 'warned'] }, []],
      [{ after: '2026-11-23T10:02:00Z' }, ['3.c@alfa.example']],
      [{ before: '2026-11-23T10:02:00Z', text: 'contratto ANNA' }, ['1.a@alfa.example']],
      [{ text: 'nessuno' }, []],
      [{ text: null }, ['3.c@alfa.example', '1.a@alfa.example']],
    ]
    for (const [filter, identifiers] of cases) expect(await found(filter)).toEqual(identifiers)
    expect(await found({}, { sort: [{ property: 'sentAt', isAscending: true }], limit: 1 })).toEqual([
      '1.a@alfa.example',
    ])
    const errors: readonly (readonly [Args, string])[] = [
      [{ filter: { other: 1 } }, 'unsupportedFilter'],
      [{ filter: { states: ['no'] } }, 'invalidArguments'],
      [{ sort: [{ property: 'size' }] }, 'unsupportedSort'],
    ]
    for (const [args, type] of errors)
      expect(await mario.call('PecSubmission/query', args)).toMatchObject(['error', { type }])
  })

  it('tells what was sent and what became of it since a state', async () => {
    const { state } = await mario.ok('PecSubmission/get', { ids: [] })
    expect(await mario.ok('PecSubmission/changes', { sinceState: state })).toMatchObject({
      newState: state,
      created: [],
      updated: [],
    })
    const more = factsOf('4.d@alfa.example', 'mario@alfa.example', ['luca@beta.example'], { subject: 'Quarto' })
    await network.send(mario.mailboxId, more, original('c-4.d@alfa.example', { Subject: 'Quarto' }))
    const since = (sinceState: string) => mario.ok('PecSubmission/changes', { sinceState })
    const { created, updated, newState } = await since(state)
    expect({ created, updated }).toEqual({ created: [expect.stringMatching(/^P/)], updated: [] })
    // A take-in-charge lies in no folder of the sender's.
    const service = await bench.mailbox('ricevute@alfa.example')
    const taken = drafts.takeInCharge(more, network.by(BETA), {
      takenFor: ['luca@beta.example'],
      to: 'ricevute@alfa.example',
    })
    await network.file(service, taken, more, { events: { 'luca@beta.example': 'takeInCharge' } })
    expect(await countTaken(bench.db, ['4.d@alfa.example'])).toEqual([mario.mailboxId])
    expect((await since(newState)).updated).toEqual(created)
    expect(await found({ states: ['taken'] })).toEqual(['4.d@alfa.example'])
    const delivered = drafts.delivery(more, network.by(BETA), {
      recipient: 'luca@beta.example',
      requested: 'concise',
      form: 'concise',
    })
    await network.file(mario.mailboxId, delivered, more, { events: { 'luca@beta.example': 'delivery' } })
    const last = await since(newState)
    expect(last.updated).toEqual(created)
    expect(await since(last.newState)).toMatchObject({ created: [], updated: [], destroyed: [] })
    expect(await mario.call('PecSubmission/changes', { sinceState: 'x' })).toMatchObject([
      'error',
      { type: 'cannotCalculateChanges' },
    ])
    expect(bench.bugs).toEqual([])
  })
})

describe('Email/query finds', () => {
  const subjects = async (filter: object, more: object = {}): Promise<readonly string[]> => {
    const { ids } = await mario.ok('Email/query', { filter, ...more })
    const { list } = await mario.ok('PecMessage/get', { ids, properties: ['subject', 'kind'] })
    return list.map(({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`)
  }

  it('by kind: of receipts, of what was sent, of plain mail', async () => {
    expect(await subjects({ pecKinds: ['transportEnvelope', 'nonAcceptance'] })).toEqual([
      'nonAcceptance Altro',
      'transportEnvelope Re: Contratto',
    ])
    expect((await subjects({ pecKinds: ['sent'] })).toSorted()).toEqual(['sent Contratto', 'sent Quarto'])
    expect(await subjects({ pecKinds: ['draft', 'ordinary'] })).toHaveLength(2)
    expect(await subjects({ pecKinds: ['ordinary'] })).toEqual(['ordinary Altro'])
    // What was sent stays so in whatever folder it lies.
    const inbox = await bench.folder(mario.mailboxId, 'INBOX')
    const [id] = (await mario.ok('Email/query', { filter: { pecKinds: ['sent'], subject: 'Quarto' } })).ids
    await mario.ok('Email/set', { update: { [id]: { mailboxIds: { [inbox]: true } } } })
    expect((await subjects({ pecKinds: ['sent'] })).toSorted()).toEqual(['sent Contratto', 'sent Quarto'])
    expect(await subjects({ pecKinds: ['sent'], inMailbox: inbox })).toEqual(['sent Quarto'])
  })

  it('by what became of it', async () => {
    expect(await subjects({ pecStates: ['delivered'] })).toHaveLength(2)
    expect(await subjects({ pecStates: ['failed'] })).toEqual(['sent Contratto'])
    expect(await subjects({ operator: 'NOT', conditions: [{ pecStates: ['failed'] }] })).not.toContain('sent Contratto')
    const { canCalculateChanges, queryState } = await mario.ok('Email/query', { filter: { pecStates: ['pending'] } })
    expect(canCalculateChanges).toBe(false)
    const since = { filter: { pecStates: ['pending'] }, sinceQueryState: queryState }
    expect(await mario.call('Email/queryChanges', since)).toMatchObject(['error', { type: 'cannotCalculateChanges' }])
    // A state that moves in no folder is seen all the same.
    const fifth = factsOf('5.e@alfa.example', 'mario@alfa.example', ['luca@beta.example'], { subject: 'Quinto' })
    await network.send(mario.mailboxId, fifth, original('c-5.e@alfa.example', { Subject: 'Quinto' }))
    expect(await subjects({ pecStates: ['taken'] })).toEqual([])
    const service = (await findMailboxes(bench.db, ['ricevute@alfa.example'])).get('ricevute@alfa.example')!
    const taken = drafts.takeInCharge(fifth, network.by(BETA), {
      takenFor: ['luca@beta.example'],
      to: 'x@alfa.example',
    })
    await network.file(service.id, taken, fifth, { events: { 'luca@beta.example': 'takeInCharge' } })
    await countTaken(bench.db, ['5.e@alfa.example'])
    expect(await subjects({ pecStates: ['taken'] })).toEqual(['sent Quinto'])
  })

  it('conversations by what was written: a receipt does not move one up', async () => {
    bench.clock.at += MINUTE
    const first = drafts.timeoutWarning(CONTRACT, network.by(ALFA), { recipient: 'luca@beta.example' })
    await network.file(mario.mailboxId, first, CONTRACT)
    const all = await subjects({}, { collapseThreads: true })
    expect(all[0]).toBe('timeoutWarning Contratto')
    const written = await subjects({ pecWritten: true }, { collapseThreads: true })
    expect(written[0]).toBe('sent Quinto')
    expect(written).toContain('transportEnvelope Re: Contratto')
    expect(written.some((one) => one.startsWith('delivery'))).toBe(false)
    expect(await subjects({ pecWritten: false, pecKinds: ['sent'] })).toEqual([])
    // The short way through one folder gives what the long one gives.
    const inMailbox = await bench.folder(mario.mailboxId, 'INBOX')
    for (const pecWritten of [true, false])
      for (const collapseThreads of [true, false])
        expect(await subjects({ inMailbox, pecWritten }, { collapseThreads })).toEqual(
          await subjects({ inMailbox, pecWritten, minSize: 0 }, { collapseThreads }),
        )
    for (const filter of [{ pecKinds: ['no'] }, { pecStates: 'failed' }, { pecWritten: 1 }])
      expect(await mario.call('Email/query', { filter })).toMatchObject(['error', { type: 'invalidArguments' }])
    expect(bench.bugs).toEqual([])
  })
})

describe('PecAddress', () => {
  const emails = async (text: string, more: object = {}): Promise<readonly string[]> =>
    (await mario.ok('PecAddress/query', { filter: { text }, ...more })).ids

  it('offers whom the box wrote to and heard from, by name and address, without accents', async () => {
    bench.judging.directory = network.directory
    const all = ['luca@beta.example', 'anna@beta.example', 'studio@plain.example', 'x@plain.example']
    expect(await emails('')).toEqual(all)
    expect((await mario.ok('PecAddress/query', { position: 1 })).ids).toEqual(all.slice(1))
    expect(await emails('LUCA bos')).toEqual(['luca@beta.example'])
    expect(await emails('stud')).toEqual(['studio@plain.example'])
    expect(await emails('beta', { limit: 1 })).toEqual(['luca@beta.example'])
    expect(await emails('mario')).toEqual([])
    const rosa = await bench.client('rosa@alfa.example')
    expect((await rosa.ok('PecAddress/query', {})).ids).toEqual([])
    for (const [args, type] of [
      [{ filter: { other: 1 } }, 'unsupportedFilter'],
      [{ filter: { text: 1 } }, 'invalidArguments'],
      [{ sort: [{ property: 'email' }] }, 'unsupportedSort'],
    ] as const)
      expect(await mario.call('PecAddress/query', args)).toMatchObject(['error', { type }])
  })

  it('tells of any address whether it is certified', async () => {
    const ids = ['luca@beta.example', 'nuovo@BETA.example', 'studio@plain.example', 'no']
    const { list, notFound } = await mario.ok('PecAddress/get', { ids })
    const at = expect.stringMatching(/^2026-11-23T/)
    expect(list).toEqual([
      {
        id: 'luca@beta.example',
        email: 'luca@beta.example',
        name: expect.stringContaining('Luca Bossi'),
        certified: true,
        provider: 'Gestore Beta',
        lastAt: at,
      },
      {
        id: 'nuovo@BETA.example',
        email: 'nuovo@BETA.example',
        name: null,
        certified: true,
        provider: 'Gestore Beta',
        lastAt: null,
      },
      {
        id: 'studio@plain.example',
        email: 'studio@plain.example',
        name: 'Studio',
        certified: false,
        provider: null,
        lastAt: at,
      },
    ])
    expect(notFound).toEqual(['no'])
    expect(bench.bugs).toEqual([])
  })
})

describe('PecSettings', () => {
  it('is one, kept for every device, checked and bounded', async () => {
    const first = await mario.ok('PecSettings/get', { ids: ['singleton', 'x'] })
    expect(first).toMatchObject({
      list: [
        {
          id: 'singleton',
          savedSearches: [],
          templates: [],
          receiptType: 'complete',
          undoSeconds: 10,
          theme: 'system',
        },
      ],
      notFound: ['x'],
    })
    const savedSearches = [{ name: 'In attesa', query: 'stato:attesa' }]
    const set = await mario.ok('PecSettings/set', {
      ifInState: first.state,
      update: { singleton: { savedSearches, theme: 'dark' } },
      create: { k: {} },
      destroy: ['x'],
    })
    expect(set).toMatchObject({
      updated: { singleton: null },
      notCreated: { k: { type: 'singleton' } },
      notDestroyed: { x: { type: 'notFound' } },
    })
    expect(set.newState).not.toBe(first.state)
    expect(await mario.ok('PecSettings/get', { properties: ['theme', 'savedSearches'] })).toMatchObject({
      state: set.newState,
      list: [{ id: 'singleton', theme: 'dark', savedSearches }],
    })
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ theme: 'pink', undoSeconds: 61 }, ['undoSeconds', 'theme']],
      [{ templates: [{ name: 'x', subject: 'y' }] }, ['templates']],
      [{ templates: [{ name: '', subject: 'y', text: 'z' }] }, ['templates']],
      [{ savedSearches: Array.from({ length: 101 }, () => savedSearches[0]) }, ['savedSearches']],
      [{ id: 'other' }, ['id']],
      [{ other: 1 }, ['other']],
    ]
    for (const [patch, properties] of wrong) {
      const { notUpdated } = await mario.ok('PecSettings/set', { update: { singleton: patch } })
      expect(notUpdated.singleton).toEqual({ type: 'invalidProperties', properties })
    }
    expect(await mario.call('PecSettings/set', { ifInState: first.state, update: {} })).toMatchObject([
      'error',
      { type: 'stateMismatch' },
    ])
    await mario.ok('PecSettings/set', { update: { singleton: { theme: null } } })
    expect((await mario.ok('PecSettings/get', {})).list[0]).toMatchObject({ theme: 'system', savedSearches })
    expect(bench.bugs).toEqual([])
  })
})

describe('RemovedEmail', () => {
  it('comes back to its folder, or to INBOX, for thirty days', async () => {
    const studio = await mario.ok('Mailbox/set', { create: { k: { name: 'Studio' } } })
    const folder = studio.created.k.id
    const inbox = await bench.folder(mario.mailboxId, 'INBOX')
    const made = await mario.ok('Email/set', {
      create: {
        a: {
          mailboxIds: { [folder]: true },
          subject: 'Da riavere',
          from: [{ email: 'x@plain.example' }],
          keywords: { $seen: true },
        },
        b: { mailboxIds: { [inbox]: true }, subject: 'Pure questo', from: [{ email: 'mario@alfa.example' }] },
      },
    })
    const { a, b } = made.created
    await mario.ok('Email/set', { destroy: [a.id, b.id] })
    await mario.ok('Mailbox/set', { destroy: [folder], onDestroyRemoveEmails: true })
    const found = await mario.ok('RemovedEmail/query', { calculateTotal: true })
    const { list } = await mario.ok('RemovedEmail/get', { ids: found.ids })
    const bySubject = (subject: string): Json => list.find((one: Json) => one.subject === subject)
    expect(bySubject('Da riavere')).toEqual({
      id: expect.stringMatching(/^X\d+_\d+$/),
      emailId: a.id,
      subject: 'Da riavere',
      from: [{ name: null, email: 'x@plain.example' }],
      kind: 'ordinary',
      receivedAt: expect.any(String),
      removedAt: new Date(bench.clock.at).toISOString().replace('.000Z', 'Z'),
      until: new Date(bench.clock.at + 30 * DAY).toISOString().replace('.000Z', 'Z'),
      folder: null,
    })
    expect(bySubject('Pure questo')).toMatchObject({ kind: 'sent', folder: 'INBOX' })
    expect((await mario.ok('RemovedEmail/query', { filter: { text: 'PURE' } })).ids).toEqual([
      bySubject('Pure questo').id,
    ])
    const reader = await bench.client('lettore@alfa.example', {
      appPasswordId: '1',
      accountId: 1,
      rights: 'read',
      sends: false,
    })
    for (const [name, args] of [
      ['RemovedEmail/restore', { ids: [] }],
      ['PecSettings/set', { update: {} }],
    ] as const)
      expect(await reader.call(name, args)).toMatchObject(['error', { type: 'accountReadOnly' }])
    expect((await reader.ok('PecSettings/get', {})).list).toHaveLength(1)
    const ids = [bySubject('Da riavere').id, bySubject('Pure questo').id, 'X1_9999']
    const { state } = await mario.ok('Email/get', { ids: [] })
    expect(await mario.ok('RemovedEmail/restore', { ids })).toMatchObject({
      restored: { [ids[0]]: { emailId: a.id }, [ids[1]]: { emailId: b.id } },
      notRestored: { X1_9999: { type: 'notFound' } },
    })
    expect((await mario.ok('Email/changes', { sinceState: state })).created.toSorted()).toEqual([a.id, b.id].toSorted())
    const { list: back } = await mario.ok('Email/get', { ids: [a.id, b.id], properties: ['mailboxIds', 'keywords'] })
    expect(back).toMatchObject([
      { mailboxIds: { [inbox]: true }, keywords: { $seen: true } },
      { mailboxIds: { [inbox]: true }, keywords: {} },
    ])
    expect((await mario.ok('RemovedEmail/restore', { ids })).restored).toBeNull()
    await mario.ok('Email/set', { destroy: [a.id] })
    bench.clock.at += 31 * DAY
    expect((await mario.ok('RemovedEmail/query', {})).ids).toEqual([])
    expect(bench.bugs).toEqual([])
  })
})

it('forgets what was used least recently, and never holds more than it may', () => {
  const kept = keep<string, number>(10, (weight) => weight)
  kept.put('a', 4)
  kept.put('b', 4)
  expect(kept.get('a')).toBe(4)
  kept.put('c', 4)
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([4, undefined, 4])
  kept.put('a', 6)
  expect([kept.get('a'), kept.get('c')]).toEqual([6, 4])
  kept.put('large', 11)
  expect(['a', 'c', 'large'].map(kept.get)).toEqual([6, 4, undefined])
  kept.put('d', 10)
  expect(kept.get('d')).toBe(10)
})

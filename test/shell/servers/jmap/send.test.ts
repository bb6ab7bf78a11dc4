// Sending by JMAP: identities, submissions, and what follows for the emails.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NO_FLAGS } from '../../../../src/core/mail/flags.ts'
import type { PecKind } from '../../../../src/core/pec/model.ts'
import { noChanges } from '../../../../src/shell/pec/changes.ts'
import { message } from '../../mailstore/support.ts'
import { type Client, type JmapBench, type Json, openJmapBench } from './support.ts'

let bench: JmapBench
let mario: Client
let drafts: string
let sent: string
let identity: string
beforeAll(async () => {
  bench = await openJmapBench()
  mario = await bench.client('mario@alfa.example')
  drafts = await bench.folder(mario.mailboxId, 'Drafts')
  sent = await bench.folder(mario.mailboxId, 'Sent')
})
afterAll(() => bench.close())

it('Identity: the one of the box is there, named and signed at will; others of the same address', async () => {
  const first = await mario.ok('Identity/get', {})
  expect(first.list).toEqual([
    {
      id: expect.stringMatching(/^I\d+$/),
      name: '',
      email: 'mario@alfa.example',
      replyTo: null,
      bcc: null,
      textSignature: '',
      htmlSignature: '',
      mayDelete: false,
    },
  ])
  identity = first.list[0].id
  const replyTo = [{ name: 'Studio', email: 'studio@alfa.example' }]
  const { updated, newState } = await mario.ok('Identity/set', {
    update: { [identity]: { name: 'Mario Rossi', textSignature: '-- \nMario', replyTo } },
    create: {
      k: { email: 'MARIO@alfa.example', name: 'Studio' },
      no: { email: 'altro@alfa.example' },
      none: { name: 'x' },
    },
  })
  expect(updated).toEqual({ [identity]: null })
  const { list, state } = await mario.ok('Identity/get', {})
  expect(state).toBe(newState)
  expect(list).toMatchObject([
    { name: 'Mario Rossi', textSignature: '-- \nMario', replyTo },
    { name: 'Studio', mayDelete: true },
  ])
  expect(await mario.ok('Identity/changes', { sinceState: first.state })).toMatchObject({
    created: [list[1].id],
    updated: [identity],
    destroyed: [],
  })
  const errors = await mario.ok('Identity/set', {
    update: { [identity]: { email: 'x@y' }, I0: { name: 'x' }, [list[1].id]: { replyTo: 'x' } },
    destroy: [identity],
  })
  expect(errors.notUpdated).toMatchObject({ I0: { type: 'notFound' }, [list[1].id]: { type: 'invalidProperties' } })
  expect(errors.notUpdated[identity]).toMatchObject({ type: 'willDestroy' })
  expect(errors.notDestroyed).toEqual({ [identity]: { type: 'forbidden' } })
  expect((await mario.ok('Identity/set', { destroy: [list[1].id, 'I0'] })).notDestroyed).toEqual({
    I0: { type: 'notFound' },
  })
  expect((await mario.ok('Identity/changes', { sinceState: newState })).destroyed).toEqual([list[1].id])
})

const draft = (more: object = {}) => ({
  mailboxIds: { [drafts]: true },
  keywords: { $draft: true, $seen: true },
  from: [{ email: 'mario@alfa.example' }],
  to: [{ email: 'luca@alfa.example' }],
  cc: [{ email: 'LUCA@alfa.example' }, { email: 'anna@alfa.example' }],
  subject: 'Contratto',
  messageId: ['c1@alfa.example'],
  textBody: [{ partId: '1' }],
  bodyValues: { 1: { value: 'In allegato' } },
  ...more,
})

const made = async (more: object = {}): Promise<string> =>
  (await mario.ok('Email/set', { create: { k: draft(more) } })).created.k.id

it('sends a draft, moves it to Sent, where it is once', async () => {
  const emailId = await made()
  // What submission files by itself, as in shell/pec/submit.ts.
  const folder = (await bench.store.folder(mario.mailboxId, 'Sent'))!
  const copy = message(bench, 'Message-ID: <c1@alfa.example>\r\n\r\nx')
  await bench.committer.commit({
    ...noChanges(),
    contents: [copy.content],
    filings: [
      {
        mailboxId: mario.mailboxId,
        folder: 'sent',
        content: copy.content.id,
        kind: 'submitted',
        msgid: 'c1@alfa.example',
        sizeBytes: 30,
        at: bench.clock.at,
        flags: NO_FLAGS,
      },
    ],
  })
  const { accountId } = mario
  const { methodResponses } = await mario.request([
    [
      'EmailSubmission/set',
      {
        accountId,
        create: { s: { identityId: identity, emailId } },
        onSuccessUpdateEmail: {
          '#s': { [`mailboxIds/${sent}`]: true, [`mailboxIds/${drafts}`]: null, 'keywords/$draft': null },
        },
      },
      'c',
    ],
  ])
  expect(methodResponses.map(([name]: string[]) => name)).toEqual(['EmailSubmission/set', 'Email/set'])
  const created = methodResponses[0][1].created.s
  expect(created).toMatchObject({
    id: expect.stringMatching(/^S/),
    undoStatus: 'final',
    sendAt: '2026-11-23T10:00:00Z',
  })
  expect(methodResponses[1][1].updated).toEqual({ [emailId]: null })
  expect((await mario.ok('Email/get', { ids: [emailId] })).list[0]).toMatchObject({
    mailboxIds: { [sent]: true },
    keywords: { $seen: true },
  })
  expect((await mario.ok('Email/query', { filter: { inMailbox: sent } })).ids).toEqual([emailId])
  expect(folder.objectId).toBe(sent)
  expect(bench.submitted.at(-1)).toMatchObject({
    address: 'mario@alfa.example',
    forwardPaths: ['LUCA@alfa.example', 'anna@alfa.example'],
  })
  const { list, state } = await mario.ok('EmailSubmission/get', { ids: [created.id] })
  expect(list[0]).toMatchObject({
    identityId: identity,
    emailId,
    envelope: {
      mailFrom: { email: 'mario@alfa.example', parameters: null },
      rcptTo: [{ email: 'LUCA@alfa.example' }, { email: 'anna@alfa.example' }],
    },
    deliveryStatus: { 'anna@alfa.example': { displayed: 'unknown' } },
  })
  // Receipts come to the conversation, under the PEC msgid of what was sent; others do not count.
  const identifier = `id${bench.submitted.length}@alfa.example`
  const receipt = async (kind: PecKind, msgid: string, minutes: number) => {
    const { content: row } = message(bench, `Subject: ${kind}\r\n\r\nx`)
    const at = bench.clock.at + minutes * 60_000
    const thread = 'c1@alfa.example'
    await bench.committer.commit({
      ...noChanges(),
      contents: [row],
      filings: [{ mailboxId: mario.mailboxId, content: row.id, kind, msgid, thread, sizeBytes: 30, at }],
    })
    return `B${row.id}`
  }
  const delivered = await receipt('deliveryComplete', identifier, 2)
  const accepted = await receipt('acceptance', identifier, 1)
  await receipt('acceptance', 'another@alfa.example', 1)
  await receipt('transportEnvelope', identifier, 3)
  const [withReceipts] = (await mario.ok('EmailSubmission/get', { ids: [created.id], properties: ['dsnBlobIds'] })).list
  expect(withReceipts).toEqual({ id: created.id, dsnBlobIds: [accepted, delivered] })
  expect(
    await mario.ok('EmailSubmission/query', { filter: { emailIds: [emailId] }, calculateTotal: true }),
  ).toMatchObject({ ids: [created.id], total: 1 })
  expect((await mario.ok('EmailSubmission/query', { filter: { undoStatus: 'pending' } })).ids).toEqual([])
  const gone = await mario.ok('EmailSubmission/set', { update: { [created.id]: { undoStatus: 'canceled' } } })
  expect(gone.notUpdated).toEqual({ [created.id]: { type: 'cannotUnsend' } })
  expect((await mario.ok('EmailSubmission/set', { destroy: [created.id] })).destroyed).toEqual([created.id])
  expect((await mario.ok('EmailSubmission/changes', { sinceState: state })).destroyed).toEqual([created.id])
  expect((await mario.ok('EmailSubmission/queryChanges', { sinceQueryState: state })).removed).toEqual([created.id])
})

it('keeps what is to leave later, moves it at once, and calls it back', async () => {
  const session: Json = await (await mario.fetch('/jmap/session')).json()
  expect(session.accounts[mario.accountId].accountCapabilities['urn:ietf:params:jmap:submission']).toEqual({
    maxDelayedSend: 366 * 86_400,
    submissionExtensions: { FUTURERELEASE: [] },
  })
  const emailId = await made({ messageId: ['later@alfa.example'] })
  const rcptTo = [{ email: 'luca@alfa.example' }]
  const mailFrom = { email: 'mario@alfa.example', parameters: { HOLDFOR: '10' } }
  const before = bench.submitted.length
  const { accountId } = mario
  const since = (await mario.ok('EmailSubmission/get', { ids: [] })).state
  const { methodResponses } = await mario.request([
    [
      'EmailSubmission/set',
      {
        accountId,
        create: { s: { identityId: identity, emailId, envelope: { mailFrom, rcptTo } } },
        onSuccessUpdateEmail: { '#s': { mailboxIds: { [sent]: true }, 'keywords/$draft': null } },
      },
      'c',
    ],
  ])
  const { id, ...created } = methodResponses[0][1].created.s
  expect(created).toMatchObject({ undoStatus: 'pending', sendAt: '2026-11-23T10:00:10Z', deliveryStatus: null })
  expect(methodResponses[1][1].updated).toEqual({ [emailId]: null })
  expect(bench.submitted).toHaveLength(before)
  expect((await mario.ok('EmailSubmission/query', { filter: { undoStatus: 'pending' } })).ids).toEqual([id])
  expect((await mario.ok('EmailSubmission/set', { destroy: [id] })).notDestroyed[id].type).toBe('forbidden')
  const back = { undoStatus: 'canceled' }
  const undo = { [id]: { mailboxIds: { [drafts]: true }, 'keywords/$draft': true } }
  const canceled = await mario.request([
    ['EmailSubmission/set', { accountId, update: { [id]: back }, onSuccessUpdateEmail: undo }, 'c'],
  ])
  expect(canceled.methodResponses.map(([name]: string[]) => name)).toEqual(['EmailSubmission/set', 'Email/set'])
  expect(canceled.methodResponses[0][1].updated).toEqual({ [id]: null })
  expect((await mario.ok('Email/get', { ids: [emailId] })).list[0].mailboxIds).toEqual({ [drafts]: true })
  expect((await mario.ok('EmailSubmission/get', { ids: [id] })).list[0].undoStatus).toBe('canceled')
  expect((await mario.ok('EmailSubmission/changes', { sinceState: since })).created).toEqual([id])
  expect((await mario.ok('EmailSubmission/query', { filter: { undoStatus: 'pending' } })).ids).toEqual([])
  const again = await mario.ok('EmailSubmission/set', { update: { [id]: { undoStatus: 'pending' } } })
  expect(again.notUpdated[id].type).toBe('cannotUnsend')
  expect((await mario.ok('EmailSubmission/set', { destroy: [id] })).destroyed).toEqual([id])
})

it('refuses what cannot be sent', async () => {
  const submit = async (given: object): Promise<Json> => {
    const { notCreated } = await mario.ok('EmailSubmission/set', { create: { s: { identityId: identity, ...given } } })
    return notCreated?.s
  }
  const cases: readonly (readonly [object, object])[] = [
    [{ emailId: 'Mno' }, { type: 'invalidProperties', properties: ['emailId'] }],
    [
      { emailId: await made(), identityId: 'I0' },
      { type: 'invalidProperties', properties: ['identityId'] },
    ],
    [{ emailId: await made({ to: null, cc: null }) }, { type: 'noRecipients' }],
    [{ emailId: await made({ from: [{ email: 'altro@alfa.example' }] }) }, { type: 'forbiddenFrom' }],
    [{ emailId: await made({ from: null }) }, { type: 'invalidEmail' }],
    [
      { emailId: await made({ to: [{ email: 'no-domain' }], cc: null }) },
      { type: 'invalidRecipients', invalidRecipients: ['no-domain'] },
    ],
    [
      {
        emailId: await made(),
        envelope: { mailFrom: { email: 'x@y.example' }, rcptTo: [{ email: 'luca@alfa.example' }] },
      },
      { type: 'forbiddenMailFrom' },
    ],
    [
      { emailId: await made(), envelope: { mailFrom: { email: 'mario@alfa.example' }, rcptTo: [] } },
      { type: 'noRecipients' },
    ],
    [
      {
        emailId: await made(),
        envelope: {
          mailFrom: { email: 'mario@alfa.example', parameters: { HOLDUNTIL: '2026-11-23T09:00:00Z' } },
          rcptTo: [{ email: 'luca@alfa.example' }],
        },
      },
      { type: 'invalidProperties', properties: ['envelope'] },
    ],
    [
      { emailId: await made(), sendAt: '2026-12-01T10:00:00Z' },
      { type: 'invalidProperties', properties: ['sendAt'] },
    ],
    [
      { emailId: await made(), envelope: { rcptTo: 1 } },
      { type: 'invalidProperties', properties: ['envelope'] },
    ],
    [
      {
        emailId: await made(),
        envelope: {
          mailFrom: { email: 'mario@alfa.example' },
          rcptTo: Array.from({ length: 51 }, (_, n) => ({ email: `a${n}@alfa.example` })),
        },
      },
      { type: 'tooManyRecipients', maxRecipients: 50 },
    ],
    [{ emailId: await made({ to: [{ email: 'nobody@alfa.example' }] }) }, { type: 'forbiddenToSend' }],
  ]
  for (const [given, error] of cases) expect(await submit(given)).toMatchObject(error)
  const program = await bench.client('solo.imap@alfa.example', {
    appPasswordId: '1',
    accountId: 1,
    rights: 'own',
    sends: false,
  })
  const [{ id }] = (await program.ok('Identity/get', {})).list
  expect(
    (await program.ok('EmailSubmission/set', { create: { s: { identityId: id, emailId: 'M1' } } })).notCreated.s.type,
  ).toBe('forbiddenToSend')
  const done = await mario.ok('EmailSubmission/set', { create: {}, onSuccessDestroyEmail: ['#s'] })
  expect(done).toMatchObject({ created: null })
  expect(bench.bugs).toEqual([])
})

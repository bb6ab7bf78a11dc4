// What submission, incoming mail and receipts leave in folders, through the group commit.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import { SEEN } from '../../../src/core/mail/flags.ts'
import type { PecKind } from '../../../src/core/pec/model.ts'
import type { Database, Tx } from '../../../src/shell/db/pool.ts'
import { setReceiptsApart } from '../../../src/shell/mailstore/mailboxes.ts'
import { hasOwnCopy } from '../../../src/shell/mailstore/sent.ts'
import { type Changes, type Filing, noChanges } from '../../../src/shell/pec/changes.ts'
import { AT, type Bench, fill, folderNamed, look, message, openBench, taken, uidsOf } from './support.ts'

let it: Bench
let box: number
let address: string
let n = 0

beforeAll(async () => {
  it = await openBench()
})
afterAll(() => it.close())
beforeEach(async () => {
  address = `box${++n}@pec.example`
  box = await it.mailbox(address)
})

const filing = (more: Partial<Filing>): Changes => {
  const changes = noChanges()
  const row = it.contents.row(it.contents.newId(), [bytesPiece(new Uint8Array(10))])
  changes.contents.push(row)
  changes.filings.push({
    mailboxId: box,
    content: row.id,
    kind: 'acceptance',
    msgid: `id${++n}@pec.example`,
    sizeBytes: 10,
    at: AT,
    ...more,
  })
  return changes
}
const sentCopy = (msgid: string): Changes =>
  filing({ folder: 'sent', kind: 'submitted', msgid, thread: 't', flags: { system: SEEN, keywords: [] } })
const idOf = async (name: string): Promise<number> => (await folderNamed(it, box, name)).id

describe('keywords', () => {
  test.each<[PecKind, string]>([
    ['acceptance', '$PECAcceptance'],
    ['nonAcceptance', '$PECNonAcceptance'],
    ['virusNonAcceptance', '$PECNonAcceptance $PECVirus'],
    ['transportEnvelope', '$PECEnvelope'],
    ['takeInCharge', '$PECTakeInCharge'],
    ['deliveryComplete', '$PECDelivery'],
    ['deliveryBrief', '$PECDelivery'],
    ['deliveryConcise', '$PECDelivery'],
    ['nonDelivery', '$PECNonDelivery'],
    ['timeoutWarning', '$PECTimeout'],
    ['timeoutFinal', '$PECNonDelivery $PECTimeout'],
    ['virusDetection', '$PECVirus'],
    ['virusNonDelivery', '$PECNonDelivery $PECVirus'],
    ['anomalyEnvelope', '$PECAnomaly'],
  ])('of %s: %s', async (kind, keywords) => {
    await it.committer.commit(filing({ kind }))
    expect(await look(it, await idOf('INBOX'))).toMatchObject([{ system: 0, keywords }])
    expect(await look(await it.another(), await idOf('INBOX'))).toMatchObject([{ system: 0, keywords }])
  })
})

describe('receipts', () => {
  test('go apart where the mailbox wants that, to a folder made on first use; envelopes do not', async () => {
    await setReceiptsApart(it.db, address, true)
    expect(await it.store.folder(box, 'Ricevute')).toBeUndefined()
    const kinds: PecKind[] = ['acceptance', 'transportEnvelope', 'deliveryComplete', 'anomalyEnvelope']
    await Promise.all(kinds.map((kind) => it.committer.commit(filing({ kind }))))
    expect(await uidsOf(it, await idOf('Ricevute'))).toEqual([1, 2])
    expect(await uidsOf(it, await idOf('INBOX'))).toEqual([1, 2])
    expect(await it.store.subscriptions(box)).toContain('Ricevute')
    await it.store.deleteFolder(box, 'Ricevute')
    await it.committer.commit(filing({}))
    expect(await uidsOf(it, await idOf('Ricevute'))).toEqual([1])
    await setReceiptsApart(it.db, address, false)
    await it.committer.commit(filing({}))
    expect(await uidsOf(it, await idOf('INBOX'))).toEqual([1, 2, 3])
  })
})

describe('the copy in Sent', () => {
  test('is there once, seen; a second one of the same message is another message', async () => {
    await it.committer.commit(sentCopy('a@x'))
    expect(await look(it, await idOf('Sent'))).toMatchObject([{ uid: 1, system: SEEN, keywords: '' }])
  })
  test('gives way to the one that the mail program files', async () => {
    const sent = await idOf('Sent')
    await it.committer.commit(sentCopy('a@x'))
    await it.committer.commit(sentCopy('b@x'))
    const placed = taken(await it.store.append(box, sent, [message(it, 'Message-ID: <a@x>\r\n\r\n')]))
    expect(placed.uids).toEqual([3])
    expect(await uidsOf(it, sent)).toEqual([2, 3])
    expect(await it.store.restore(box, 0)).toBe(0)
    // in another folder it is no copy of its own
    taken(await it.store.append(box, await idOf('Drafts'), [message(it, 'Message-ID: <b@x>\r\n\r\n')]))
    expect(await uidsOf(it, sent)).toEqual([2, 3])
  })
  test('is not filed where the mail program has filed its own before', async () => {
    const sent = await idOf('Sent')
    taken(await it.store.append(box, sent, [message(it, 'Message-ID: <a@x>\r\n\r\n')]))
    taken(await it.store.append(box, await idOf('Drafts'), [message(it, 'Message-ID: <b@x>\r\n\r\n')]))
    await it.committer.commit(sentCopy('c@x'))
    const asked = ['a@x', 'b@x', 'c@x', 'A@x', undefined]
    expect(await Promise.all(asked.map((msgid) => hasOwnCopy(it.db, box, msgid)))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
    expect(await hasOwnCopy(it.db, box + 1, 'a@x')).toBe(false)
  })
  test('copied by hand stays where it was copied to', async () => {
    const sent = await idOf('Sent')
    await it.committer.commit(sentCopy('a@x'))
    taken(await it.store.copy(sent, [1], await idOf('Archive')))
    taken(await it.store.copy(sent, [1], sent))
    taken(await it.store.append(box, sent, [message(it, 'Message-ID: <a@x>\r\n\r\n')]))
    expect(await uidsOf(it, await idOf('Archive'))).toEqual([1])
    expect(await uidsOf(it, sent)).toEqual([2, 3])
  })
  test('finds Sent under another name, and makes it again where it is gone', async () => {
    await it.store.renameFolder(box, 'Sent', 'Inviata')
    await it.committer.commit(sentCopy('a@x'))
    expect(await uidsOf(it, await idOf('Inviata'))).toEqual([1])
    await it.store.deleteFolder(box, 'Inviata')
    await it.committer.commit(sentCopy('b@x'))
    expect(await folderNamed(it, box, 'Sent')).toMatchObject({ role: 'sent', messages: 1, subscribed: true })
    await it.store.deleteFolder(box, 'Sent')
    taken(await it.store.createFolder(box, 'Sent'))
    await it.committer.commit(sentCopy('c@x'))
    expect(await folderNamed(it, box, 'Sent')).toMatchObject({ role: 'sent', messages: 1 })
  })
  test('of two messages with one Message-ID both are there', async () => {
    await it.committer.commit(sentCopy('a@x'))
    await it.committer.commit(sentCopy('a@x'))
    expect(await uidsOf(it, await idOf('Sent'))).toEqual([1, 2])
  })
})

describe('failures', () => {
  const answerLost = (): Database => {
    let failed = false
    return {
      ...it.db,
      tx: async <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => {
        const value = await it.db.tx(fn)
        if (failed) return value
        failed = true
        throw new Fault('database', 'connection lost')
      },
    }
  }
  test('COMMIT was done but its answer lost: append tells the uids, once, and who looks sees them', async () => {
    const node = await it.another({ db: answerLost() })
    const inbox = await idOf('INBOX')
    await fill(it, box, inbox, 2)
    let told = 0
    const open = (await node.store.open(inbox, () => told++))!
    const placed = taken(await node.store.append(box, inbox, [message(node), message(node)]))
    expect(placed.uids).toEqual([3, 4])
    expect(open.state().count).toBe(4)
    expect(told).toBeGreaterThan(0)
    open.close()
    expect(await uidsOf(it, inbox)).toEqual([1, 2, 3, 4])
  })
  test('a standing folder that went a moment ago is made again', async () => {
    const node = await it.another({ placesMs: 1e9 })
    await node.committer.commit(sentCopy('a@x'))
    await it.store.deleteFolder(box, 'Sent')
    expect(await node.committer.commit(sentCopy('b@x'))).toBe('committed')
    expect(await uidsOf(it, await idOf('Sent'))).toEqual([1])
  })
  test('a folder that goes while a message is on its way: refused, and others of the batch are filed', async () => {
    const { id } = taken(await it.store.createFolder(box, 'a'))
    const gone = filing({ folder: id, kind: null })
    await it.store.deleteFolder(box, 'a')
    const other = filing({})
    expect(await Promise.all([gone, other].map(it.committer.commit))).toEqual(['lost', 'committed'])
    expect(await uidsOf(it, await idOf('INBOX'))).toEqual([1])
  })
})

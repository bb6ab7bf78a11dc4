// Mailboxes from before there were folders: their messages lie in INBOX, under the same uids.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keywordsOf } from '../../../src/core/mailbox/certified.ts'
import { STANDARD_FOLDERS } from '../../../src/core/mailbox/folderName.ts'
import type { PecKind } from '../../../src/core/pec/model.ts'
import { migrate, readMigrations } from '../../../src/shell/db/migrate.ts'
import { listFolders } from '../../../src/shell/mailstore/folders.ts'
import { makeLive } from '../../../src/shell/mailstore/live.ts'
import { loadFolder } from '../../../src/shell/mailstore/load.ts'
import { listMessages } from '../../../src/shell/mailstore/mailboxes.ts'
import { threadOf } from '../../../src/shell/pec/conversations.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

const KINDS: readonly (PecKind | null)[] = [
  'acceptance',
  'nonAcceptance',
  'virusNonAcceptance',
  'transportEnvelope',
  'takeInCharge',
  'deliveryComplete',
  'deliveryBrief',
  'deliveryConcise',
  'nonDelivery',
  'timeoutWarning',
  'timeoutFinal',
  'virusDetection',
  'virusNonDelivery',
  'anomalyEnvelope',
  null,
]
let it: TestDatabase

beforeAll(async () => {
  it = await testDatabase({ empty: true })
  const files = readMigrations()
  await migrate(
    it.db,
    files.filter((file) => file.number < 4),
  )
  await it.db.tx((tx) =>
    tx.script(`
      insert into mailbox (address, address_key, quota_bytes, used_bytes, uid_validity, uid_next)
      values ('a@x', 'a@x', 1000, 150, 77, 20), ('b@x', 'b@x', 1000, 0, 78, 1);
      insert into content (id, size_bytes, pieces) values ('01a21500-6ea7-73ed-bb41-2edffdde7b7f', 10, '\\x01');
      ${KINDS.map(
        (kind, at) => `insert into mailbox_message
          (mailbox_id, uid, content_id, kind, msgid, subject, size_bytes, received_at)
          values (1, ${at + 2}, '01a21500-6ea7-73ed-bb41-2edffdde7b7f', ${kind === null ? 'null' : `'${kind}'`},
                  'id${at}@x', 's', 10, '2026-11-23T10:00:00Z');`,
      ).join('\n')}`),
  )
  await migrate(it.db, files)
})
afterAll(() => it.drop())

test('every mailbox has the standard folders; the inbox goes on where it stood', async () => {
  for (const [mailboxId, uidValidity] of [
    [1, 77],
    [2, 78],
  ] as const) {
    const folders = await listFolders(it.db, mailboxId)
    expect(folders.map(({ name, role }) => ({ name, role })).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      STANDARD_FOLDERS.map(({ name, role }) => ({ name, role })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
    for (const folder of folders) expect(folder).toMatchObject({ uidValidity, subscribed: true })
  }
  const inbox = (await listFolders(it.db, 1)).find((folder) => folder.role === 'inbox')
  expect(inbox).toMatchObject({ uidNext: 20, messages: 15, unseen: 15, sizeBytes: 150, deleted: 0, highestModseq: 1 })
})

test('messages keep uid, date and kind, and have the keywords and threads that new ones get', async () => {
  const listed = await listMessages(it.db, 1, 0, 100)
  expect(listed.map(({ uid, kind }) => [uid, kind])).toEqual(KINDS.map((kind, at) => [at + 2, kind ?? 'ordinary']))
  const inbox = (await listFolders(it.db, 1)).find((folder) => folder.role === 'inbox')!
  const state = (await loadFolder(it.db, inbox.id))!.state()
  const alike = makeLive({ folderId: 1, mailboxId: 1, uidValidity: 1 }, 1)
  KINDS.forEach((kind, at) => {
    expect(state.keywords(at)).toEqual(kind === null ? [] : keywordsOf(kind))
    expect(state.kind(at)).toBe(kind)
    expect(state.modseq(at)).toBe(1)
    expect(state.receivedAt(at)).toBe(Date.UTC(2026, 10, 23, 10))
    const one = { uid: at + 1, content: state.content(at), sizeBytes: 1, receivedAt: 0, savedAt: 0 }
    const arrived = [{ ...one, thread: threadOf(`id${at}@x`), system: 0, keywords: '', modseq: 1, kind: 0 }]
    alike.take({ arrived }, 1)
    expect(state.thread(at)).toBe(alike.state().thread(at))
  })
})

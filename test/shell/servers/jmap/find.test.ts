// What is found by short ways in memory is what the long way finds, whatever happened to the box.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EmailFilter } from '../../../../src/core/jmap/emailFilter.ts'
import { DELETED, SEEN } from '../../../../src/core/mail/flags.ts'
import { type Box, isVisible } from '../../../../src/shell/mailstore/box.ts'
import { rowsOfThreads, threadsOf } from '../../../../src/shell/mailstore/threads.ts'
import { contentOf } from '../../../../src/shell/servers/jmap/emails.ts'
import { type EmailSearch, findEmails } from '../../../../src/shell/servers/jmap/find.ts'
import { type Bench, folderNamed, message, openBench, taken } from '../../mailstore/support.ts'

let it: Bench
let n = 0
beforeAll(async () => {
  it = await openBench()
})
afterAll(() => it.close())

const FOLDERS = ['INBOX', 'Archive']

/** What lists ask besides the folder. */
const MORE: readonly (readonly EmailFilter[])[] = [
  [],
  [{ kind: 'pecWritten', written: true }],
  [{ kind: 'not', of: [{ kind: 'keyword', keyword: '$seen' }] }],
  [{ kind: 'text', where: 'text', field: '', terms: ['t1'] }],
  [{ kind: 'threadKeyword', keyword: '$seen', how: 'some' }, { kind: 'attachment' }],
]

/** Something that happens to a box: a message comes, is copied, flagged or removed; numbers choose which. */
const event = fc.oneof(
  fc.record({ kind: fc.constant('comes' as const), thread: fc.nat(4), minute: fc.nat(5), folder: fc.nat(1) }),
  fc.record({ kind: fc.constantFrom('copied', 'hidden', 'seen', 'removed'), which: fc.nat(20), to: fc.nat(1) }),
)
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never

const happen = async (mailboxId: number, one: Event): Promise<void> => {
  const folders = await Promise.all(FOLDERS.map((name) => folderNamed(it, mailboxId, name)))
  if ('minute' in one) {
    const given = message(it, `Message-ID: <${++n}@x>\r\nReferences: <t${one.thread}@x>\r\nSubject: s\r\n\r\nx\r\n`)
    const receivedAt = it.clock.at + one.minute * 60_000 + n // no two at one instant
    taken(await it.store.append(mailboxId, folders[one.folder]!.id, [{ ...given, receivedAt }]))
    return
  }
  const box = await it.store.box(mailboxId)
  const rows = box.folders.flatMap(({ id, state }) => [...state.uids.subarray(0, state.count)].map((uid) => [id, uid]))
  const [folderId, uid] = rows[one.which % Math.max(1, rows.length)] ?? []
  if (folderId === undefined || uid === undefined) return
  if (one.kind === 'copied') taken(await it.store.copy(folderId, [uid], folders[one.to]!.id))
  else if (one.kind === 'removed') {
    await it.store.store(folderId, [uid], { how: 'add', system: DELETED, keywords: [] })
    await it.store.expunge(folderId, [uid])
  } else {
    const system = one.kind === 'seen' ? SEEN : DELETED
    await it.store.store(folderId, [uid], { how: 'add', system, keywords: [] })
  }
}

const found = async (box: Box, search: EmailSearch): Promise<readonly string[]> => {
  const pec = { address: 'a@pec.example', sentIn: async () => new Set<string>() }
  const rows = await findEmails(it.store, box, search, pec)
  return Array.from({ length: rows.length }, (_, at) => contentOf(rows.rowAt(at)))
}

test('a folder listed whole, and the threads of a box', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
      const mailboxId = await it.mailbox(`find${++n}@pec.example`)
      for (const one of events) {
        await happen(mailboxId, one)
        // Asked for now and then, so that what is kept meets what comes.
        if (n % 3 === 0) for (const { state } of (await it.store.box(mailboxId)).folders) threadsOf(state)
      }
      const box = await it.store.box(mailboxId)
      for (const { id, state } of box.folders) {
        for (const ascending of [false, true])
          for (const collapseThreads of [false, true]) {
            const sort = [{ property: 'receivedAt', ascending, keyword: '' }] as const
            const inFolder = { kind: 'inFolder', folderId: id } as const
            for (const more of MORE) {
              const filter = { kind: 'and', of: [inFolder, ...more] } as const
              // Of an alternative it is not known which folder it means.
              const longWay = { kind: 'or', of: [filter] } as const
              expect(await found(box, { filter, sort, collapseThreads })).toEqual(
                await found(box, { filter: longWay, sort, collapseThreads }),
              )
            }
          }
        const threads = new Set(Array.from({ length: state.count }, (_, at) => state.threadKey(at)))
        const rows = rowsOfThreads(box, threads)
        for (const thread of threads) {
          const wanted = box.folders.flatMap((folder) =>
            Array.from({ length: folder.state.count }, (_, index) => ({ folder, index })).filter(
              (row) => isVisible(folder.state, row.index) && folder.state.threadKey(row.index) === thread,
            ),
          )
          const lying = [...(rows.get(thread)?.values() ?? [])].flat()
          const placeOf = ({ folder, index }: (typeof wanted)[number]) => `${folder.id} ${index}`
          expect(lying.map(placeOf).sort()).toEqual(wanted.map(placeOf).sort())
        }
      }
    }),
    { numRuns: 10 },
  )
})

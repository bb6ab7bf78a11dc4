// A mailstore over a database of its own, and what tests put into it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import { type Flags, NO_FLAGS } from '../../../src/core/mail/flags.ts'
import { openFileBlobs } from '../../../src/shell/adapters/blobs.ts'
import { type ContentStore, openContentStore } from '../../../src/shell/content/store.ts'
import type { Database } from '../../../src/shell/db/pool.ts'
import { createMailbox, findMailboxes } from '../../../src/shell/mailstore/mailboxes.ts'
import type { Folder, NewMessage, Placed, StoreRefusal } from '../../../src/shell/mailstore/mailstore.ts'
import { type MailstoreOptions, type OpenMailstore, openMailstore } from '../../../src/shell/mailstore/open.ts'
import { type Committer, type CommitterOptions, openCommitter } from '../../../src/shell/pec/commit.ts'
import { testDatabase } from '../db/support.ts'

export const AT = Date.UTC(2026, 10, 23, 10)

/** One process's view of a database: its contents, committer and mailstore. */
export type Node = {
  readonly db: Database
  readonly contents: ContentStore
  readonly committer: Committer
  readonly store: OpenMailstore
}

export type Bench = Node & {
  readonly url: string
  readonly clock: { now: () => number; at: number }
  /** Another process on the same database. */
  readonly another: (more?: Partial<CommitterOptions>, how?: Partial<MailstoreOptions>) => Promise<Node>
  /** Makes a mailbox; gives its id. */
  readonly mailbox: (address: string, quotaBytes?: number) => Promise<number>
  readonly close: () => Promise<void>
}

export const openBench = async (): Promise<Bench> => {
  const it = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'mailstore-'))
  const clock = { at: AT, now: () => clock.at }
  const nodes: Node[] = []
  const another: Bench['another'] = async (more = {}, how = {}) => {
    const { db } = { ...it, ...more }
    const contents = openContentStore({ db, blobs: openFileBlobs(folder) })
    let store: OpenMailstore | undefined
    const committer = openCommitter({
      db,
      contents,
      node: `n${nodes.length}`,
      leaseMs: 60_000,
      clock,
      batch: 64,
      onFiled: (filed, unseen) => store!.filed(filed, unseen),
      makeFolders: (wanted) => store!.makeFolders(wanted),
      retryAfterMs: [0],
      placesMs: 0,
      ...more,
    })
    store = await openMailstore({ db, contents, committer, clock, ...how })
    const node = { db, contents, committer, store }
    nodes.push(node)
    return node
  }
  return {
    ...(await another()),
    url: it.url,
    clock,
    another,
    mailbox: async (address, quotaBytes = 1e9) => {
      await createMailbox(it.db, { address, quotaBytes, uidValidity: 1 })
      return (await findMailboxes(it.db, [address])).get(address)!.id
    },
    close: async () => {
      for (const node of nodes) {
        await node.store.close()
        await node.contents.close()
      }
      await it.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A message for APPEND, of the given text. */
export const message = (node: Node, text = 'Subject: x\r\n\r\nbody\r\n', flags: Flags = NO_FLAGS): NewMessage => ({
  content: node.contents.row(node.contents.newId(), [bytesPiece(fromLatin1(text))]),
  flags,
  receivedAt: AT,
})

/** What is no refusal. */
export const taken = <T extends object | number | undefined>(outcome: T | StoreRefusal): T => {
  if (typeof outcome === 'object' && 'refusal' in outcome) throw new Error(`refused: ${outcome.refusal}`)
  return outcome as T
}

export const folderNamed = async (node: Node, mailboxId: number, name: string): Promise<Folder> => {
  const folder = await node.store.folder(mailboxId, name)
  if (!folder) throw new Error(`no folder ${name}`)
  return folder
}

/** Appends so many messages; gives their place. */
export const fill = async (node: Node, mailboxId: number, folderId: number, count: number): Promise<Placed> =>
  taken(
    await node.store.append(
      mailboxId,
      folderId,
      Array.from({ length: count }, () => message(node)),
    ),
  )

export type Seen = { readonly uid: number; readonly system: number; readonly keywords: string; readonly modseq: number }

/** A folder as a node sees it now, freshly opened. */
export const look = async (node: Node, folderId: number): Promise<readonly Seen[]> => {
  const open = await node.store.open(folderId, () => {})
  if (!open) throw new Error(`folder ${folderId} is gone`)
  const state = open.state()
  const seen = Array.from({ length: state.count }, (_, index) => ({
    uid: state.uids[index]!,
    system: state.system(index),
    keywords: state.keywords(index).join(' '),
    modseq: state.modseq(index),
  }))
  open.close()
  return seen
}

export const uidsOf = async (node: Node, folderId: number): Promise<readonly number[]> =>
  (await look(node, folderId)).map((one) => one.uid)

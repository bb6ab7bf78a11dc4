// Which folder each filing goes to: remembered for some seconds, made where it is wanted and not there.
import { isReceipt, RECEIPTS_FOLDER } from '../../core/mailbox/certified.ts'
import type { Database } from '../db/pool.ts'
import type { Filing } from './changes.ts'

export type StandingFolder = { readonly mailboxId: number; readonly kind: 'sent' | 'receipts' }

/** Folder of each filing; none for a mailbox that is not there. */
export type Placing = ReadonlyMap<Filing, number>

export type Places = {
  readonly place: (filings: readonly Filing[]) => Promise<Placing>
  /** To be looked at again: a folder was not there any more. */
  readonly forget: (mailboxIds: Iterable<number>) => void
}

type Standing = {
  readonly inbox: number
  readonly sent: number | undefined
  readonly receipts: number | undefined
  /** Receipts go to their own folder. */
  readonly apart: boolean
  readonly readAt: number
}

/** Mailboxes remembered at the most. */
const MOST = 50_000

type Row = {
  readonly mailbox_id: number
  readonly receipts_apart: boolean
  readonly inbox: number
  readonly sent: number | null
  readonly receipts: number | null
}

const read = (db: Database, mailboxIds: readonly number[]): Promise<readonly Row[]> =>
  db.query<Row>(
    'places-read',
    `select b.id as mailbox_id, b.receipts_apart, f.id as inbox, s.id as sent, r.id as receipts
     from mailbox b
     join folder f on f.mailbox_id = b.id and f.role = 'inbox'
     left join folder s on s.mailbox_id = b.id and s.role = 'sent'
     left join folder r on r.mailbox_id = b.id and r.name = '${RECEIPTS_FOLDER}'
     where b.id = any($1::bigint[])`,
    [mailboxIds],
  )

const goesApart = ({ folder, kind }: Filing): boolean =>
  folder === undefined && kind !== null && kind !== 'submitted' && isReceipt(kind)

const folderIn = (standing: Standing, filing: Filing): number | undefined => {
  if (filing.folder === 'sent') return standing.sent
  return standing.apart && goesApart(filing) ? standing.receipts : standing.inbox
}

/** Opens the memory. `trustedMs`: how long a mailbox's folders and its wish for receipts are taken as they were. */
export const openPlaces = (
  db: Database,
  trustedMs: number,
  makeFolders: (wanted: readonly StandingFolder[]) => Promise<void>,
): Places => {
  const known = new Map<number, Standing>()

  const learn = async (mailboxIds: ReadonlySet<number>): Promise<void> => {
    const now = performance.now()
    const unknown = [...mailboxIds].filter((id) => now - (known.get(id)?.readAt ?? -Infinity) >= trustedMs)
    if (unknown.length === 0) return
    for (const id of unknown) known.delete(id)
    for (const row of await read(db, unknown)) {
      known.set(row.mailbox_id, {
        inbox: row.inbox,
        sent: row.sent ?? undefined,
        receipts: row.receipts ?? undefined,
        apart: row.receipts_apart,
        readAt: now,
      })
    }
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break
      known.delete(oldest)
    }
  }
  const place = async (filings: readonly Filing[]): Promise<Placing> => {
    const placing = new Map<Filing, number>()
    const standing = filings.filter((one) => typeof one.folder !== 'number')
    if (standing.length > 0) await learn(new Set(standing.map((one) => one.mailboxId)))
    const wanted: StandingFolder[] = []
    for (const filing of filings) {
      const { mailboxId, folder } = filing
      const at = known.get(mailboxId)
      const id = typeof folder === 'number' ? folder : at && folderIn(at, filing)
      if (id !== undefined) placing.set(filing, id)
      else if (at) wanted.push({ mailboxId, kind: folder === 'sent' ? 'sent' : 'receipts' })
    }
    if (wanted.length === 0) return placing
    await makeFolders(wanted)
    for (const { mailboxId } of wanted) known.delete(mailboxId)
    return place(filings)
  }
  return {
    place,
    forget: (mailboxIds) => {
      for (const id of mailboxIds) known.delete(id)
    },
  }
}

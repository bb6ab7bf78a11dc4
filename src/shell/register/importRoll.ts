// Takes an uploaded roll and shows what it would change: nothing of the register changes yet.
import { createHash, randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { RollErrorCode } from '../../core/register/roll.ts'
import {
  findHeadingRow,
  guessFromContent,
  guessMapping,
  missingFields,
  ROLL_FIELDS,
  type RollField,
  type RollMapping,
} from '../../core/register/rollColumns.ts'
import type { Actor } from '../audit/write.ts'
import { writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { knownDomiciles } from './domicileStore.ts'
import {
  clearRowErrors,
  insertRoll,
  loadRoll,
  loadRollContent,
  NO_ROWS,
  putRowErrors,
  type RollCounts,
  type RollImportRow,
  type RollPreview,
  type RowReport,
  remapRoll,
  rowErrors,
} from './rollStore.ts'
import { compareRows, countRows, type ReadRow, type RollFile, walkRoll } from './rollWalk.ts'
import { readSheet, type SheetFormat, type SheetRow, sheetFormat, UnreadableRoll } from './sheet.ts'
import { absentMembers, membersByCode } from './store.ts'

/** An import as consoles show it. */
export type RollView = RollImportRow & { readonly counts: RollCounts; readonly errors: readonly RowReport[] }

export const SHOWN = 200
const SAMPLE_ROWS = 10
/** Rows in which headings are looked for, and by which columns are guessed. */
const HEAD_ROWS = 30
const MAX_BYTES = 40 * 1024 * 1024

/** Where the roll says nothing: whoever is on it is an active physician. */
export const rollDefaults = (office: Office): RollFile['defaults'] => ({
  section: 'physician',
  status: 'active',
  referenceYear: Number(civilDateOf(office.clock.now()).slice(0, 4)),
})

const gather = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BYTES) throw new UnreadableRoll('Il file supera i 40 MB.', 'The file is larger than 40 MB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The first rows that hold something. */
const headOf = async (content: Uint8Array, format: SheetFormat): Promise<readonly SheetRow[]> => {
  const head: SheetRow[] = []
  for await (const batch of readSheet(content, format)) {
    head.push(...batch.filter((row) => row.cells.some((cell) => cell.trim() !== '')))
    if (head.length >= HEAD_ROWS) break
  }
  return head.slice(0, HEAD_ROWS)
}

type Guess = Pick<RollPreview, 'columns' | 'headingRow' | 'sample'> & { readonly mapping: RollMapping }

/** Headings, columns and what they seem to mean. */
const guess = (head: readonly SheetRow[]): Guess => {
  const at = findHeadingRow(head.map((row) => row.cells))
  const heading = at < 0 ? undefined : head[at]
  const below = head.slice(at + 1)
  const cells = below.map((row) => row.cells)
  const width = Math.max(heading?.cells.length ?? 0, ...cells.map((row) => row.length))
  const columns = Array.from({ length: width }, (_, i) => heading?.cells[i]?.trim() || `Colonna ${i + 1}`)
  return {
    columns,
    headingRow: heading?.number ?? 0,
    sample: cells.slice(0, SAMPLE_ROWS),
    mapping: heading ? guessMapping(heading.cells) : guessFromContent(cells),
  }
}

const reportOf = (row: ReadRow): RowReport => ({
  row: row.number,
  codes: row.errors as readonly RollErrorCode[],
  cells: row.cells,
})

/** Reads the whole file beside the register; the rows that are wrong are written down as they are found. */
const look = async (tx: Tx, orderId: number, id: string, file: RollFile): Promise<Looked> => {
  const seen = { codes: new Set<string>(), numbers: new Set<string>() }
  const warnings: RollPreview['warnings'][number][] = []
  let counts = NO_ROWS
  for await (const rows of walkRoll(file, seen)) {
    const members = await membersByCode(
      tx,
      orderId,
      rows.flatMap((row) => (row.member ? [row.member.canonicalCode] : [])),
      false,
    )
    const domiciles = await knownDomiciles(
      tx,
      [...members.values()].map((one) => one.id),
    )
    const compared = compareRows(rows, file, { members, domiciles })
    putRowErrors(tx, id, compared.filter((row) => row.kind === 'wrong').map(reportOf))
    for (const row of compared)
      if (row.warnings.length > 0 && warnings.length < SHOWN)
        warnings.push({ row: row.number, codes: row.warnings, cells: row.cells })
    counts = addCounts(counts, countRows(compared))
  }
  const absent = await absentMembers(tx, orderId, seen.codes, SHOWN)
  return { counts: { ...counts, absent: absent.count }, warnings, absent: absent.names }
}
type Looked = Pick<RollPreview, 'counts' | 'warnings' | 'absent'>

/** Sums of what batches did. */
export const addCounts = (sum: RollCounts, more: Omit<RollCounts, 'absent'>): RollCounts => ({
  rows: sum.rows + more.rows,
  added: sum.added + more.added,
  changed: sum.changed + more.changed,
  unchanged: sum.unchanged + more.unchanged,
  wrong: sum.wrong + more.wrong,
  absent: sum.absent,
})

const unreadable = (error: unknown): Refusal => {
  if (error instanceof UnreadableRoll) return { refusal: 'rollUnreadable', detail: error.words }
  throw error
}

export type Upload = {
  readonly orderId: number
  readonly actor: Actor
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/** Keeps an uploaded roll, guesses its columns and shows what it would change. */
export const uploadRoll = async (office: Office, upload: Upload): Promise<RollView | Refusal> => {
  try {
    const content = await gather(upload.body)
    const format = sheetFormat(content)
    const { mapping, ...shape } = guess(await headOf(content, format))
    if (shape.sample.length === 0) return { refusal: 'rollEmpty' }
    const { orderId, actor, fileName } = upload
    const id = randomUUID()
    const at = office.clock.now()
    const file = { content, format, mapping, headingRow: shape.headingRow, defaults: rollDefaults(office) }
    await office.db.tx(async (tx) => {
      const empty = { ...shape, counts: NO_ROWS, warnings: [], absent: [] }
      const sha256 = createHash('sha256').update(content).digest('hex')
      const staffId = actor.kind === 'staff' ? actor.staffId : undefined
      insertRoll(tx, { id, orderId, staffId, fileName, format, sha256, content, mapping, preview: empty, at })
      const ready = missingFields(mapping).length === 0
      if (ready) await remapRoll(tx, id, mapping, { ...shape, ...(await look(tx, orderId, id, file)) })
      writeAudit(tx, [
        {
          at,
          actor,
          orderId,
          action: 'roll.uploaded',
          subjectKind: 'roll',
          subjectId: id,
          details: { fileName, sha256 },
        },
      ])
    })
    return await viewRoll(office, orderId, id)
  } catch (error) {
    return unreadable(error)
  }
}

/** A mapping as somebody sends it, or undefined where it names no column of the file or no known field. */
export const readMapping = (given: Readonly<Record<string, number>>, width: number): RollMapping | undefined => {
  const mapping: { [field in RollField]?: number } = {}
  for (const [field, column] of Object.entries(given)) {
    if (!ROLL_FIELDS.includes(field as RollField) || column >= width) return undefined
    mapping[field as RollField] = column
  }
  return missingFields(mapping).length === 0 ? mapping : undefined
}

/** Says which column is what, and shows again what the roll would change. */
export const mapRoll = async (
  office: Office,
  orderId: number,
  id: string,
  given: Readonly<Record<string, number>>,
): Promise<RollView | Refusal> => {
  const roll = await loadRoll(office.db, orderId, id)
  if (!roll) return { refusal: 'notFound' }
  const mapping = readMapping(given, roll.preview.columns.length)
  if (!mapping) return { refusal: 'rollMapping' }
  const content = await loadRollContent(office.db, id)
  if (roll.state !== 'uploaded' || !content) return { refusal: 'notInThisState' }
  const { columns, headingRow, sample } = roll.preview
  const file = { content, format: roll.format, mapping, headingRow, defaults: rollDefaults(office) }
  const written = await office.db.tx(async (tx) => {
    clearRowErrors(tx, id)
    const preview = { columns, headingRow, sample, ...(await look(tx, orderId, id, file)) }
    return remapRoll(tx, id, mapping, preview)
  })
  return written ? viewRoll(office, orderId, id) : { refusal: 'notInThisState' }
}

/** An uploaded roll: what it would change, or what it has changed. */
export const viewRoll = async (office: Office, orderId: number, id: string): Promise<RollView | Refusal> => {
  const roll = await loadRoll(office.db, orderId, id)
  if (!roll) return { refusal: 'notFound' }
  const errors = await rowErrors(office.db, id, SHOWN)
  return { ...roll, counts: roll.outcome?.counts ?? roll.preview.counts, errors }
}

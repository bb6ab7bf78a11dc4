// Walks through a roll in batches: rows read, told apart from one another, and laid beside what the register holds.
import { addressKey } from '../../core/mail/address.ts'
import { eventsBetween, type MemberFacts } from '../../core/register/member.ts'
import {
  type Change,
  changesOf,
  domicileStep,
  type KnownDomicile,
  mergedFacts,
  type RollDefaults,
  type RollErrorCode,
  type RollWarningCode,
  readRow,
  toldFields,
} from '../../core/register/roll.ts'
import type { RollMapping } from '../../core/register/rollColumns.ts'
import { readSheet, type SheetFormat, type SheetRow } from './sheet.ts'
import type { StoredMember } from './store.ts'

export type RollFile = {
  readonly content: Uint8Array
  readonly format: SheetFormat
  readonly mapping: RollMapping
  /** Rows up to this number are headings and titles. */
  readonly headingRow: number
  readonly defaults: RollDefaults
}

/** A row as the file alone tells it. */
export type ReadRow = {
  readonly number: number
  readonly cells: readonly string[]
  readonly errors: readonly RollErrorCode[]
  readonly warnings: readonly RollWarningCode[]
  /** None where there are errors. */
  readonly member: MemberFacts | undefined
}

const BATCH = 500

/** Rows of the table in batches of one size, so that each is one statement of the database. */
async function* inBatches(rows: AsyncIterable<readonly SheetRow[]>, size: number): AsyncGenerator<readonly SheetRow[]> {
  let waiting: SheetRow[] = []
  for await (const some of rows) {
    for (const row of some) {
      waiting.push(row)
      if (waiting.length < size) continue
      yield waiting
      waiting = []
    }
  }
  if (waiting.length > 0) yield waiting
}

/** What the rows before have shown: who was there, and which numbers. */
export type Seen = { readonly codes: Set<string>; readonly numbers: Set<string> }

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)]

/** A row on its own, and against the rows before it; undefined for a blank one. */
const readOne = (row: SheetRow, file: RollFile, seen: Seen): ReadRow | undefined => {
  const read = readRow(row.cells, file.mapping, file.defaults)
  if (read.kind === 'blank') return undefined
  const base = { number: row.number, cells: row.cells }
  if (read.kind === 'bad')
    return { ...base, errors: unique(read.errors.map((error) => error.code)), warnings: [], member: undefined }
  const { member } = read
  if (seen.codes.has(member.canonicalCode)) return { ...base, errors: ['duplicate'], warnings: [], member: undefined }
  seen.codes.add(member.canonicalCode)
  const warnings = unique(read.warnings.map((warning) => warning.code))
  if (member.number === undefined) return { ...base, errors: [], warnings, member }
  // The two registers of an Order count on their own.
  const number = `${member.section} ${member.number}`
  const known = seen.numbers.has(number)
  seen.numbers.add(number)
  return { ...base, errors: [], warnings: known ? [...warnings, 'number.duplicate'] : warnings, member }
}

/** The rows of a file that are not blank, in batches. Throws UnreadableRoll. */
export async function* walkRoll(file: RollFile, seen: Seen): AsyncGenerator<readonly ReadRow[]> {
  for await (const batch of inBatches(readSheet(file.content, file.format), BATCH)) {
    const rows = batch
      .filter((row) => row.number > file.headingRow)
      .map((row) => readOne(row, file, seen))
      .filter((row) => row !== undefined)
    if (rows.length > 0) yield rows
  }
}

/** A row beside the register. */
export type ComparedRow = ReadRow & {
  readonly kind: 'added' | 'changed' | 'unchanged' | 'wrong'
  /** What is to be written, where something is. */
  readonly facts: MemberFacts | undefined
  readonly known: StoredMember | undefined
  readonly changes: readonly Change[]
  /** The certified address to ask for. */
  readonly ask: string | undefined
}

export type KnownOfBatch = {
  readonly members: ReadonlyMap<string, StoredMember>
  /** By id of the member. */
  readonly domiciles: ReadonlyMap<number, readonly KnownDomicile[]>
}

const compareOne = (row: ReadRow, file: RollFile, { members, domiciles }: KnownOfBatch): ComparedRow => {
  const nothing = { facts: undefined, known: undefined, changes: [], ask: undefined }
  if (row.member === undefined) return { ...row, ...nothing, kind: 'wrong' }
  const known = members.get(row.member.canonicalCode)
  const changes = known === undefined ? [] : changesOf(known, row.member, toldFields(file.mapping))
  const facts = known === undefined ? row.member : mergedFacts(known, changes)
  if (known !== undefined && eventsBetween(known.status, facts.status) === undefined)
    return { ...row, ...nothing, errors: ['status.impossible'], member: undefined, kind: 'wrong' }
  const pec = row.member.pec
  const step = domicileStep(facts.status, pec && addressKey(pec), (known && domiciles.get(known.id)) ?? [])
  const ask = step === 'ask' ? pec : undefined
  const warnings: readonly RollWarningCode[] = step === 'differs' ? [...row.warnings, 'pec.differs'] : row.warnings
  const kind = known === undefined ? 'added' : changes.length > 0 || ask !== undefined ? 'changed' : 'unchanged'
  return { ...row, warnings, kind, known, changes, ask, facts: kind === 'unchanged' ? undefined : facts }
}

/** Rows beside what the register holds of the same people. */
export const compareRows = (rows: readonly ReadRow[], file: RollFile, known: KnownOfBatch): readonly ComparedRow[] =>
  rows.map((row) => compareOne(row, file, known))

/** How many rows are of each kind. */
export const countRows = (rows: readonly ComparedRow[]) => {
  const of = (kind: ComparedRow['kind']): number => rows.filter((row) => row.kind === kind).length
  return {
    rows: rows.length,
    added: of('added'),
    changed: of('changed'),
    unchanged: of('unchanged'),
    wrong: of('wrong'),
  }
}

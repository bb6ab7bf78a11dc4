// Writes a roll into the register, batch by batch: each is whole or not at all, and a crash goes on where it stopped.
import type { Refusal } from '../../core/api/problems.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { type Instant, MINUTE, SECOND } from '../../core/lib/instant.ts'
import type { MemberStatus } from '../../core/register/member.ts'
import { missingFields } from '../../core/register/rollColumns.ts'
import { type Actor, type AuditEntry, writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { putJob } from '../outbox/jobs.ts'
import { insertDomiciles, knownDomiciles } from './domicileStore.ts'
import { addCounts, type RollView, rollDefaults, SHOWN, viewRoll } from './importRoll.ts'
import {
  advanceRoll,
  claimRoll,
  failRoll,
  finishRoll,
  loadRoll,
  loadRollContent,
  NO_ROWS,
  putRowErrors,
  type RollOutcome,
} from './rollStore.ts'
import { type ComparedRow, compareRows, countRows, type ReadRow, type RollFile, walkRoll } from './rollWalk.ts'
import { absentMembers, membersByCode, putMembers } from './store.ts'

/** How long a process may be silent before another takes the roll over. */
const LEASE_MS = 2 * MINUTE
/** Certified messages that ask for addresses go out one by one, so that a large roll does not hold up other mail. */
const BETWEEN_QUESTIONS_MS = 2 * SECOND

export type StatusChange = { readonly memberId: number; readonly from: MemberStatus; readonly to: MemberStatus }

export type Application = {
  readonly orderId: number
  readonly id: string
  readonly actor: Actor
  /** Called in the transaction of each batch with whoever's status it changes: boxes may have to follow. */
  readonly statusChanged?: ((tx: Tx, changes: readonly StatusChange[]) => Promise<void>) | undefined
}

/** Another process has taken the roll over meanwhile. */
class TakenOver extends Error {}

/** Applies an uploaded roll. Applied before, or being applied by another: what it has come to. */
export const applyRoll = async (office: Office, application: Application): Promise<RollView | Refusal> => {
  const { orderId, id } = application
  const roll = await loadRoll(office.db, orderId, id)
  if (!roll) return { refusal: 'notFound' }
  if (missingFields(roll.mapping).length > 0) return { refusal: 'rollMapping' }
  const now = office.clock.now()
  const claimed = await claimRoll(office.db, id, now, now + LEASE_MS)
  const content = claimed && (await loadRollContent(office.db, id))
  if (!content) return viewRoll(office, orderId, id)
  const file: RollFile = {
    content,
    format: roll.format,
    mapping: roll.mapping,
    headingRow: roll.preview.headingRow,
    defaults: rollDefaults(office),
  }
  try {
    await applyFile(office, application, file, claimed)
  } catch (error) {
    if (error instanceof TakenOver) return viewRoll(office, orderId, id)
    await failRoll(office.db, id).catch(() => {}) // the lease runs out by itself
    throw error
  }
  return viewRoll(office, orderId, id)
}

type Claimed = { readonly nextRow: number; readonly outcome: RollOutcome | null }

const applyFile = async (office: Office, application: Application, file: RollFile, claimed: Claimed): Promise<void> => {
  const { orderId, id, actor } = application
  const seen = { codes: new Set<string>(), numbers: new Set<string>() }
  let outcome = claimed.outcome ?? { counts: NO_ROWS, asked: 0, absent: [] }
  let nextRow = claimed.nextRow
  for await (const rows of walkRoll(file, seen)) {
    const left = rows.filter((row) => row.number >= nextRow)
    if (left.length === 0) continue
    const to = left.at(-1)!.number + 1
    outcome = await office.db.tx((tx) =>
      applyBatch(office, tx, application, file, left, { from: nextRow, to, outcome }),
    )
    nextRow = to
  }
  const absent = await absentMembers(office.db, orderId, seen.codes, SHOWN)
  const whole = { ...outcome, counts: { ...outcome.counts, absent: absent.count }, absent: absent.names }
  await office.db.tx(async (tx) => {
    const at = office.clock.now()
    if (!(await advanceRoll(tx, id, nextRow, nextRow, whole, at))) throw new TakenOver()
    finishRoll(tx, id, whole, at)
    writeAudit(tx, [
      { at, actor, orderId, action: 'roll.applied', subjectKind: 'roll', subjectId: id, details: whole.counts },
    ])
  })
}

type Place = { readonly from: number; readonly to: number; readonly outcome: RollOutcome }

const applyBatch = async (
  office: Office,
  tx: Tx,
  application: Application,
  file: RollFile,
  rows: readonly ReadRow[],
  place: Place,
): Promise<RollOutcome> => {
  const { orderId, id } = application
  const now = office.clock.now()
  const codes = rows.flatMap((row) => (row.member ? [row.member.canonicalCode] : []))
  const members = await membersByCode(tx, orderId, codes, true)
  const known = [...members.values()]
  const domiciles = await knownDomiciles(
    tx,
    known.map((one) => one.id),
  )
  const compared = compareRows(rows, file, { members, domiciles })
  const changed = compared.filter((row) => row.facts !== undefined)
  const today = civilDateOf(now)
  const ids = await putMembers(
    tx,
    orderId,
    changed.map((row) => ({ ...row.facts!, statusSince: statusSince(row, today) })),
    now,
  )
  const asked = await askFor(tx, changed, ids, place.outcome.asked, now)
  putRowErrors(
    tx,
    id,
    compared
      .filter((row) => row.kind === 'wrong')
      .map((row) => ({ row: row.number, codes: row.errors, cells: row.cells })),
  )
  writeAudit(
    tx,
    changed.map((row) => auditOf(row, application, ids.get(row.facts!.canonicalCode)!, now)),
  )
  const moved = changed.filter((row) => row.known !== undefined && row.known.status !== row.facts!.status)
  if (moved.length > 0)
    await application.statusChanged?.(
      tx,
      moved.map((row) => ({ memberId: row.known!.id, from: row.known!.status, to: row.facts!.status })),
    )
  const { outcome } = place
  const after = { ...outcome, counts: addCounts(outcome.counts, countRows(compared)), asked: outcome.asked + asked }
  if (!(await advanceRoll(tx, id, place.from, place.to, after, now + LEASE_MS))) throw new TakenOver()
  return after
}

/** A status holds since the day on which the register was told; of whom it always had, nothing is known. */
const statusSince = (row: ComparedRow, today: string): string | undefined => {
  if (row.known === undefined) return row.facts!.status === 'active' ? undefined : today
  return row.known.status === row.facts!.status ? row.known.statusSince : today
}

/** Writes the addresses that are to be asked for, and the jobs that ask; gives their number. */
const askFor = async (
  tx: Tx,
  rows: readonly ComparedRow[],
  ids: ReadonlyMap<string, number>,
  before: number,
  now: Instant,
): Promise<number> => {
  const asking = rows.filter((row) => row.ask !== undefined)
  const domiciles = await insertDomiciles(
    tx,
    asking.map((row) => ({
      memberId: ids.get(row.facts!.canonicalCode)!,
      address: row.ask!,
      origin: 'secretariat',
      state: 'awaiting',
    })),
    now,
  )
  for (const [i, domicile] of domiciles.entries())
    putJob(
      tx,
      { kind: 'duty', payload: { duty: 'domicile', domicile }, dueAt: now + (before + i) * BETWEEN_QUESTIONS_MS },
      now,
    )
  return domiciles.length
}

const auditOf = (row: ComparedRow, { actor, orderId, id }: Application, memberId: number, at: Instant): AuditEntry => ({
  at,
  actor,
  orderId,
  action: row.kind === 'added' ? 'member.added' : 'member.changed',
  subjectKind: 'member',
  subjectId: memberId,
  details: {
    roll: id,
    ...(row.changes.length > 0 ? { changes: row.changes } : {}),
    ...(row.ask === undefined ? {} : { domicile: row.ask }),
  },
})

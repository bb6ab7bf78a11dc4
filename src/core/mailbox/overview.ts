// Whether a box is in order, as its first page says it: what there is to see to, and when the space will be used up.
import { DAY, type Instant } from '../lib/instant.ts'
import type { TermState } from './term.ts'

/** Over which the pace is taken: long enough to even out weeks. */
export const PACE_MS = 30 * DAY
/** A young box says little: its pace is taken over so long at least. */
const LEAST_PACE_MS = 7 * DAY
/** Beyond it a forecast says nothing. */
const FORESEEN_DAYS = 10 * 365

export type SpaceFacts = {
  readonly usedBytes: number
  readonly quotaBytes: number
  /** Of what arrived or was sent since `PACE_MS` ago, and is still there. */
  readonly recentBytes: number
  /** Since when there is the box. */
  readonly since: Instant
}

export type Space = {
  readonly usedBytes: number
  readonly quotaBytes: number
  /** Of 100, rounded down: only what is full shows as full. */
  readonly percent: number
  /** By the recent pace; undefined where nothing grows, or years away. */
  readonly daysToFull?: number | undefined
}

/** How much space is used, and for how many days the rest lasts. */
export const spaceOf = ({ usedBytes, quotaBytes, recentBytes, since }: SpaceFacts, now: Instant): Space => {
  const percent = quotaBytes > 0 ? Math.min(100, Math.floor((usedBytes * 100) / quotaBytes)) : 100
  const overMs = Math.max(LEAST_PACE_MS, Math.min(PACE_MS, now - since))
  const perDay = (recentBytes * DAY) / overMs
  const left = Math.max(0, quotaBytes - usedBytes)
  const days = perDay > 0 ? Math.floor(left / perDay) : Number.POSITIVE_INFINITY
  return { usedBytes, quotaBytes, percent, daysToFull: days <= FORESEEN_DAYS ? days : undefined }
}

/** What there is to see to; the gravest first. */
export const CONCERNS = [
  'closed',
  'expired',
  'closing',
  'full',
  'almostFull',
  'expiring',
  'referenceMissing',
  'domicileFailed',
  'filling',
  'referenceOld',
] as const
export type Concern = (typeof CONCERNS)[number]

/** Those that collaborators see too: the rest is between the holder and others. */
const FOR_COLLABORATORS: ReadonlySet<Concern> = new Set([
  'closed',
  'expired',
  'closing',
  'full',
  'almostFull',
  'filling',
])

/** Mail is lost, or soon will be, unless something is done. */
const URGENT: ReadonlySet<Concern> = new Set(['closed', 'expired', 'closing', 'full', 'almostFull'])

export type OverviewFacts = {
  readonly space: Space
  /** Of a box under a convention. */
  readonly term?:
    | {
        readonly state: TermState
        readonly expiresAt: Instant
        readonly closeAt?: Instant | undefined
        /** The Order renews by itself. */
        readonly nextPayer: 'order' | 'member' | 'nobody'
      }
    | undefined
  readonly reference: { readonly isThere: boolean; readonly checkDue: boolean }
  readonly domicile?: DomicileStanding | undefined
}

/** `other`: another address is the domicile. `none`: the Order knows of none. */
export type DomicileStanding = 'confirmed' | 'awaiting' | 'failed' | 'other' | 'none'

/** Days before the end of a term from which the holder is to renew. */
const EXPIRING_MS = 30 * DAY
const FILLING_DAYS = 60

const termConcern = (term: NonNullable<OverviewFacts['term']>, now: Instant): Concern | undefined => {
  if (term.state === 'closed' || term.state === 'purged') return 'closed'
  if (term.closeAt !== undefined) return 'closing'
  if (term.state === 'expired') return 'expired'
  return term.nextPayer !== 'order' && term.expiresAt - now <= EXPIRING_MS ? 'expiring' : undefined
}

const spaceConcern = ({ percent, daysToFull }: Space): Concern | undefined => {
  if (percent >= 100) return 'full'
  if (percent >= 95) return 'almostFull'
  return percent >= 85 || (daysToFull !== undefined && daysToFull <= FILLING_DAYS) ? 'filling' : undefined
}

export type Overview = {
  readonly level: 'ok' | 'attention' | 'urgent'
  readonly concerns: readonly Concern[]
}

/** The judgement; `forCollaborator`: as somebody may know who only works with the mail. */
export const judgeBox = (facts: OverviewFacts, now: Instant, forCollaborator: boolean): Overview => {
  const { reference, domicile, term, space } = facts
  const found = new Set<Concern | undefined>([
    term && termConcern(term, now),
    spaceConcern(space),
    reference.isThere ? (reference.checkDue ? 'referenceOld' : undefined) : 'referenceMissing',
    domicile === 'failed' ? 'domicileFailed' : undefined,
  ])
  const isOver = found.has('closed')
  const concerns = CONCERNS.filter(
    // A closed box receives nothing: what else there was to see to is past.
    (one) => found.has(one) && (!isOver || one === 'closed') && (!forCollaborator || FOR_COLLABORATORS.has(one)),
  )
  const level = concerns.length === 0 ? 'ok' : concerns.some((one) => URGENT.has(one)) ? 'urgent' : 'attention'
  return { level, concerns }
}

/** What the Order has as domicile of a member, seen from one of their boxes. The newest first. */
export const domicileStanding = (
  known: readonly { readonly isThis: boolean; readonly state: 'awaiting' | 'confirmed' | 'failed' | 'ceased' }[],
): DomicileStanding => {
  const current = known.filter((one) => one.state !== 'ceased')
  const mine = current.filter((one) => one.isThis)
  const has = (state: string): boolean => mine.some((one) => one.state === state)
  if (has('confirmed')) return 'confirmed'
  if (has('awaiting')) return 'awaiting'
  if (current.some((one) => one.state === 'confirmed')) return 'other'
  return has('failed') ? 'failed' : 'none'
}

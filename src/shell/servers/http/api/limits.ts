// How often one address may call what is open to everybody: a bucket that fills again with time.
import { type Instant, MINUTE } from '../../../../core/lib/instant.ts'
import { networkOf } from '../../../../core/mail/sasl/backoff.ts'

export type Limits = {
  /** Points that an address gets in a minute, and may save up. */
  readonly pointsPerMinute: number
}

export const PUBLIC_LIMITS: Limits = { pointsPerMinute: 240 }
/** Everything in the sandbox, loads and tests too, comes from one address. */
export const SANDBOX_LIMITS: Limits = { pointsPerMinute: 60_000 }

/** Addresses remembered; the one unseen for longest goes first, and by then its bucket is full again. */
const MOST = 50_000

export type Meter = {
  /** Takes points; where there are not enough, how long until there are. */
  readonly take: (remoteAddress: string, points: number, now: Instant) => number | undefined
}

/** Makes a meter, for this process. */
export const makeMeter = ({ pointsPerMinute }: Limits): Meter => {
  const buckets = new Map<string, { readonly left: number; readonly at: Instant }>()
  const perMs = pointsPerMinute / MINUTE
  return {
    take: (remoteAddress, points, now) => {
      const key = networkOf(remoteAddress.slice(0, 64))
      const bucket = buckets.get(key)
      const filled = bucket ? bucket.left + Math.max(0, now - bucket.at) * perMs : pointsPerMinute
      const left = Math.min(pointsPerMinute, filled)
      const enough = left >= points
      buckets.delete(key)
      buckets.set(key, { left: enough ? left - points : left, at: now })
      if (buckets.size > MOST) buckets.delete(buckets.keys().next().value!)
      return enough ? undefined : Math.ceil((points - left) / perMs)
    },
  }
}

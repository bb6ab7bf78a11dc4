// When a holder is told of what happens in the box: at once or once a day, outside of the hours in which they want quiet.
import { addDays, civilDateOf, instantOf } from '../lib/calendar.ts'
import { DAY, type Instant, legalTime } from '../lib/instant.ts'

/** Hours of the day in Italy, the second no more part of it; from 22 to 7 goes over midnight. */
export type QuietHours = { readonly fromHour: number; readonly toHour: number }

export type AlertPreference = {
  readonly email: boolean
  readonly showSender: boolean
  readonly showSubject: boolean
  readonly timing: 'now' | 'digest'
  readonly digestHour: number
  readonly quiet?: QuietHours | undefined
  /** A word more for what nobody has read after three days and after seven. */
  readonly unread: boolean
  /** A word when the box fills up. */
  readonly filling: boolean
}

/** What those have who chose nothing: they are told that something came, not from whom nor about what. */
export const PLAIN_ALERTS: AlertPreference = {
  email: true,
  showSender: false,
  showSubject: false,
  timing: 'now',
  digestHour: 8,
  unread: true,
  filling: true,
}

/** `expiry` is never told by the e-mail of alerts: the letters about the term are (core/enrolment/termNotices). */
export type AlertKind = 'message' | 'unread3' | 'unread7' | 'filling' | 'expiry'

// --- channels --------------------------------------------------------------------------------------------------------

/** What may be said of a message in a channel. */
export type AlertShows = { readonly showSender: boolean; readonly showSubject: boolean }

/** A way on which a thing is told once: the key is part of what makes it one. Each device is a way of its own. */
export type AlertChannel = AlertShows & {
  readonly kind: 'email' | 'push' | 'webhook'
  readonly key: string
}

/** Where the holder of a box may be told of something. */
export type AlertPlaces = {
  readonly referenceEmail: string | null
  readonly preference: AlertPreference
  readonly devices: readonly (AlertShows & { readonly id: string })[]
  /** One that is on. */
  readonly webhook: AlertShows | null
}

export const pushKey = (deviceId: string): string => `push:${deviceId}`

/** The channels on which something of this kind is told. */
export const alertChannels = (places: AlertPlaces, kind: AlertKind): readonly AlertChannel[] => {
  const { referenceEmail, preference, devices, webhook } = places
  if ((kind === 'unread3' || kind === 'unread7') && !preference.unread) return []
  if (kind === 'filling' && !preference.filling) return []
  const { showSender, showSubject } = preference
  const byEmail = referenceEmail !== null && preference.email && kind !== 'expiry'
  return [
    ...(byEmail ? [{ kind: 'email', key: 'email', showSender, showSubject } as const] : []),
    ...devices.map(({ id, ...shows }) => ({ kind: 'push', key: pushKey(id), ...shows }) as const),
    ...(webhook ? [{ kind: 'webhook', key: 'webhook', ...webhook } as const] : []),
  ]
}

const isQuiet = (at: Instant, { fromHour, toHour }: QuietHours): boolean => {
  const { hour } = legalTime(at)
  return fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour
}

/** The first instant from this one on that is outside of the quiet hours. From an hour to itself is no time at all. */
export const afterQuiet = (at: Instant, quiet: QuietHours | undefined): Instant => {
  if (!quiet || quiet.fromHour === quiet.toHour) return at
  let end = at
  // More than once only where the hour that ends the quiet is left out, in the night when summer time begins.
  while (isQuiet(end, quiet)) {
    const today = civilDateOf(end)
    const tonight = legalTime(end).hour >= quiet.toHour
    end = instantOf(tonight ? addDays(today, 1) : today, quiet.toHour)
  }
  return end
}

/** The next time that a day's letter is due, later than this instant. */
export const nextDigest = (at: Instant, hour: number): Instant => {
  const today = civilDateOf(at)
  const due = instantOf(today, hour)
  return due > at ? due : instantOf(addDays(today, 1), hour)
}

/**
 * When something that is found now is to be told. Only new mail by e-mail waits for the day's letter, whose hour the
 * holder chose: no quiet hours move it. The rest is told as soon as there is no quiet. Programs do not sleep.
 */
export const alertDue = (
  channel: AlertChannel['kind'],
  kind: AlertKind,
  preference: AlertPreference,
  now: Instant,
): Instant => {
  if (channel === 'webhook') return now
  return channel === 'email' && kind === 'message' && preference.timing === 'digest'
    ? nextDigest(now, preference.digestHour)
    : afterQuiet(now, preference.quiet)
}

// --- what stays unread -----------------------------------------------------------------------------------------------

/** Days after which a message that nobody read is told of again. */
export const UNREAD_DAYS = [3, 7] as const
export type UnreadDays = (typeof UNREAD_DAYS)[number]

export const unreadDue = (receivedAt: Instant, days: UnreadDays): Instant => receivedAt + days * DAY

/** When it is looked for again after these days; undefined after the last. */
export const nextUnread = (days: UnreadDays): UnreadDays | undefined => UNREAD_DAYS.find((next) => next > days)

// --- how full the box is ---------------------------------------------------------------------------------------------

export const FILLING_LEVELS = [70, 85, 95] as const

/** The highest level that is reached; 0 below all of them. */
export const fillingLevel = (usedBytes: number, quotaBytes: number): number =>
  FILLING_LEVELS.findLast((level) => usedBytes * 100 >= quotaBytes * level) ?? 0

/** Whether the way from one level to another is told: up it is, down it is not. */
export const tellsFilling = (before: number, now: number): boolean => now > before

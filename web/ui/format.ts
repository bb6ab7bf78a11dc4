// Dates, sizes and money as people here write them.
import { language } from './language.ts'

const locale = (): string => (language() === 'en' ? 'en-GB' : 'it-IT')
const ROME = 'Europe/Rome'

/** `12 marzo 2029`, of an instant or a civil date. */
export const showDay = (text: string): string =>
  new Intl.DateTimeFormat(locale(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: text.length === 10 ? 'UTC' : ROME,
  }).format(new Date(text))

/** `23 novembre 2026, 10:14`, Italian time. */
export const showInstant = (text: string): string =>
  new Intl.DateTimeFormat(locale(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: ROME,
  }).format(new Date(text))

export const showEuro = (cents: number): string =>
  new Intl.NumberFormat(locale(), { style: 'currency', currency: 'EUR' }).format(cents / 100)

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** `1,4 MB`; sizes of boxes are powers of two, and called by the names that people know. */
export const showBytes = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, bytes > 0 ? Math.floor(Math.log(bytes) / Math.log(1024)) : 0)
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1024 ** power)
}

export const showNumber = (count: number): string => new Intl.NumberFormat(locale()).format(count)

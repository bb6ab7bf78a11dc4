// Days and hours as they are written in sentences, Italian time.
import { language } from '../../ui/language.ts'

const ROME = 'Europe/Rome'
const locale = (): string => (language() === 'en' ? 'en-GB' : 'it-IT')

/** `23/11/2026` and `10:14`. */
export const dayAndHour = (utc: string): readonly [day: string, hour: string] => {
  const at = new Date(utc)
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale(), { ...options, timeZone: ROME }).format(at)
  return [format({ day: '2-digit', month: '2-digit', year: 'numeric' }), format({ hour: '2-digit', minute: '2-digit' })]
}

// The letters of alerts, to the reference e-mail: never what a message says, sender and subject only where they were asked for.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { AlertKind, AlertPreference } from './alerts.ts'
import type { MailText } from './staffTexts.ts'

export type AlertLine = {
  readonly kind: AlertKind
  readonly receivedAt: Instant
  readonly sender: string | null
  readonly subject: string | null
  readonly level: number | null
}

export type AlertLetter = {
  readonly address: string
  readonly lines: readonly AlertLine[]
  readonly preference: Pick<AlertPreference, 'showSender' | 'showSubject'>
  /** The page of the account. */
  readonly page: string
}

/** Messages that one letter names; of more it gives the number. */
const MOST_LINES = 50
const MOST_CHARACTERS = 120

/** What strangers wrote, as one harmless line: no ends of lines, controls or characters that turn the direction. */
export const quoted = (text: string): string => {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const letters = [...plain]
  return letters.length > MOST_CHARACTERS ? `${letters.slice(0, MOST_CHARACTERS - 1).join('')}…` : plain
}

const moment = (at: Instant): string => {
  const time = legalTime(at)
  return `${italianDay(time)} ${italianHour(time).slice(0, 5)}`
}

const lineOf = ({ receivedAt, sender, subject }: AlertLine, { showSender, showSubject }: AlertLetter['preference']) =>
  [
    `- ${moment(receivedAt)}`,
    ...(showSender && sender ? [quoted(sender)] : []),
    ...(showSubject && subject ? [`«${quoted(subject)}»`] : []),
  ].join('  ')

const listOf = ({ lines, preference }: AlertLetter): string => {
  const shown = lines.slice(0, MOST_LINES).map((line) => lineOf(line, preference))
  const more = lines.length - shown.length
  return [...shown, ...(more > 0 ? [`… e altri ${more} / and ${more} more`] : [])].join('\n')
}

const letter = (subject: string, it: string, en: string, page: string): MailText => ({
  subject,
  text: `${it}

---

${en}

---

Avvisi / Alerts: ${page}
`,
})

const newMail = (given: AlertLetter): MailText => {
  const { address, lines, page } = given
  const n = lines.length
  const one = n === 1
  return letter(
    one ? 'Un nuovo messaggio nella tua casella PEC' : `${n} nuovi messaggi nella tua casella PEC`,
    `${one ? 'è arrivato un messaggio certificato' : `sono arrivati ${n} messaggi certificati`} nella casella ${address}:

${listOf(given)}

${one ? 'È consegnato' : 'Sono consegnati'}: per legge vale come ricevuto anche ciò che non hai ancora letto. Aprilo nel tuo programma di posta.`,
    `${one ? 'a certified message has' : `${n} certified messages have`} arrived in the mailbox ${address}; see the list above.
In law what is delivered is received, read or not. Open it in your mail program.`,
    page,
  )
}

const unreadMail = (given: AlertLetter, days: 3 | 7): MailText => {
  const { address, lines, page } = given
  const n = lines.length
  const one = n === 1
  return letter(
    `${one ? 'Un messaggio PEC non letto' : `${n} messaggi PEC non letti`} da ${days} giorni`,
    `nella casella ${address} ${one ? 'un messaggio certificato aspetta' : `${n} messaggi certificati aspettano`} da ${days} giorni:

${listOf(given)}

Per legge ${one ? 'è già ricevuto' : 'sono già ricevuti'} e i termini possono correre: ${one ? 'aprilo' : 'aprili'} appena puoi.${days === 7 ? '\nNon ti scriveremo più di questo.' : ''}`,
    `in the mailbox ${address} ${one ? 'a certified message has' : `${n} certified messages have`} been waiting unread for ${days} days; see the list above.
In law ${one ? 'it is' : 'they are'} received already and time limits may run: open ${one ? 'it' : 'them'} as soon as you can.${days === 7 ? '\nWe shall not write about this again.' : ''}`,
    page,
  )
}

const fillingMail = ({ address, lines, page }: AlertLetter): MailText => {
  const level = Math.max(...lines.map((line) => line.level ?? 0))
  return letter(
    `La tua casella PEC è piena al ${level}%`,
    `la casella ${address} ha usato il ${level}% del suo spazio. Quando è piena i messaggi non vengono consegnati e chi scrive riceve un avviso di mancata consegna.
Scarica e poi elimina ciò che non ti serve più, e svuota il cestino.`,
    `the mailbox ${address} has used ${level}% of its space. When it is full messages are not delivered, and who writes is told so.
Save and then remove what you no longer need, and empty the trash.`,
    page,
  )
}

/** The letter of alerts of one kind. */
export const alertLetter = (kind: Exclude<AlertKind, 'expiry'>, given: AlertLetter): MailText => {
  if (kind === 'message') return newMail(given)
  if (kind === 'filling') return fillingMail(given)
  return unreadMail(given, kind === 'unread3' ? 3 : 7)
}

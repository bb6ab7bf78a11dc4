// What a row shows of a conversation: pure, from the card and from what was done to it meanwhile.
import type { PecRecipientState, PecSubmission, PecThread } from '../../../src/core/jmap/pec.ts'
import type { Changed, Overlay } from '../store/changed.ts'

/** How a recipient fares, as far as a mark tells it apart. */
export type Mark = 'delivered' | 'failed' | 'waiting' | 'unproven'

const MARKS: Readonly<Record<PecRecipientState, Mark>> = {
  pending: 'waiting',
  taken: 'waiting',
  warned: 'waiting',
  delivered: 'delivered',
  failed: 'failed',
  expired: 'failed',
  unproven: 'unproven',
}

export type Status = {
  /** The worst first: what a person must see. */
  readonly marks: readonly Mark[]
  readonly delivered: number
  readonly failed: number
  readonly waiting: number
  readonly total: number
  /** `refused`: it never left. */
  readonly kind: 'refused' | 'failed' | 'waiting' | 'delivered' | 'unproven'
}

const ORDER: readonly Mark[] = ['failed', 'waiting', 'unproven', 'delivered']

/** What became of what the box sent. */
export const statusOf = ({ recipients, refusedBecause }: PecSubmission): Status => {
  const marks = recipients.map(({ state }) => MARKS[state]).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  const count = (mark: Mark): number => marks.filter((one) => one === mark).length
  const [delivered, failed, waiting] = [count('delivered'), count('failed'), count('waiting')]
  return {
    marks,
    delivered,
    failed,
    waiting,
    total: marks.length,
    kind:
      refusedBecause !== null
        ? 'refused'
        : failed > 0
          ? 'failed'
          : waiting > 0
            ? 'waiting'
            : delivered > 0
              ? 'delivered'
              : 'unproven',
  }
}

/** What certified mail writes before subjects: people know what it is by the sign. */
const PREFIXES = /^(?:(?:POSTA CERTIFICATA|ANOMALIA MESSAGGIO)\s*:\s*)+/i
export const plainSubject = (subject: string | null): string => (subject ?? '').replace(PREFIXES, '').trim()

export type Sign = 'certified' | 'ordinary' | 'draft' | 'anomaly' | 'virus' | 'signature' | 'receipt'

const signOf = ({ kind, warning }: PecThread): Sign | undefined => {
  if (warning !== null) return warning
  if (kind === 'transportEnvelope') return 'certified'
  if (kind === 'ordinary' || kind === 'draft') return kind
  if (kind === 'anomalyEnvelope') return 'anomaly'
  return kind === 'sent' ? undefined : 'receipt'
}

export type RowView = {
  readonly subject: string
  readonly people: readonly string[]
  /** The box wrote last: the people are those it wrote to. */
  readonly outgoing: boolean
  readonly unread: number
  readonly flagged: boolean
  readonly messages: number
  readonly sign: Sign | undefined
  readonly status: Status | undefined
}

const nameOf = ({ name, email }: { readonly name: string | null; readonly email: string }): string =>
  name?.trim() || email

export const rowView = (
  { card, emailId }: { readonly card: PecThread; readonly emailId: string },
  overlay: Overlay,
): RowView => {
  const said = overlay.get(emailId)
  const changes = card.writtenIds.flatMap((id) => overlay.get(id) ?? [])
  // A list of what was sent shows what became of it, whoever wrote last.
  const own = card.submissions.find((one) => one.emailId === emailId)
  const submission = own ?? (card.kind === 'sent' ? card.submissions.at(-1) : undefined)
  const outgoing = own !== undefined || card.kind === 'sent' || card.kind === 'draft'
  const allSeen = changes.length > 0 && changes.every(({ seen }) => seen === true)
  return {
    subject: plainSubject(card.subject),
    people: own ? own.recipients.map(({ name, address }) => nameOf({ name, email: address })) : card.people.map(nameOf),
    outgoing,
    unread: said?.seen === false ? Math.max(1, card.unread) : said?.seen === true || allSeen ? 0 : card.unread,
    flagged: said?.flagged ?? (changes.some(({ flagged }) => flagged === false) ? false : card.flagged),
    messages: card.writtenIds.length,
    sign: signOf(card),
    status: submission && statusOf(submission),
  }
}

/** Whether what was done takes the conversation out of a list: of this folder, or of what was found outside of these. */
export const isTakenAway = (
  said: Changed | undefined,
  { folderId, away }: { readonly folderId: string | undefined; readonly away: readonly string[] },
): boolean => {
  if (!said) return false
  if (said.gone) return true
  if (folderId !== undefined) return said.out.includes(folderId)
  return said.into.some((id) => away.includes(id))
}

const ROME = 'Europe/Rome'
const FORMS = {
  hour: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  date: { day: '2-digit', month: '2-digit', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** Making one is dear, and rows come by the hundred. */
const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (locale: string, form: keyof typeof FORMS): Intl.DateTimeFormat => {
  const key = `${locale} ${form}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...FORMS[form], timeZone: ROME })
  formats.set(key, known)
  return known
}

/** `2026-11-23`, in Italy. */
export const dayOf = (at: Date): string => formatOf('en-CA', 'date').format(at)

/** The hour of today, day and month of this year, else the whole date; `today` as `dayOf` gives it. */
export const shortDate = (text: string, today: string, locale: string): string => {
  const at = new Date(text)
  const day = dayOf(at)
  const form = day === today ? 'hour' : day.slice(0, 4) === today.slice(0, 4) ? 'day' : 'date'
  return formatOf(locale, form).format(at)
}

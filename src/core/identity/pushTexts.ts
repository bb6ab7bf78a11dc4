// What a device shows of an alert: short, and on a locked screen others read it too. Never what a message says; sender
// and subject only where that was asked for on this device.
import { quoted } from './accountTextsAlerts.ts'
import type { AlertKind, AlertShows } from './alerts.ts'

export type PushLanguage = 'it' | 'en'

export type PushLine = {
  readonly sender: string | null
  readonly subject: string | null
  readonly level: number | null
}

export type PushFacts = {
  /** `test`: the holder pressed a button to see whether it works. */
  readonly kind: AlertKind | 'test'
  readonly address: string
  readonly lines: readonly PushLine[]
  readonly shows: AlertShows
}

/** What the service worker is given (web/account/worker): it shows it and, pressed, opens the page. */
export type PushMessage = {
  readonly title: string
  readonly body: string
  readonly lang: PushLanguage
  /** A second one with the same tag takes the place of the first. */
  readonly tag: string
  readonly url: string
}

type Words = {
  readonly message: (n: number) => string
  readonly unread: (n: number, days: number) => string
  readonly received: string
  readonly filling: (level: number) => string
  readonly full: string
  readonly expiry: (days: number) => string
  readonly expired: string
  readonly test: string
  readonly works: string
}

/** `all’85%`, `al 70%` */
const at = (level: number): string => (level === 85 || level === 80 || level === 8 ? `all’${level}%` : `al ${level}%`)

const WORDS: Readonly<Record<PushLanguage, Words>> = {
  it: {
    message: (n) => (n === 1 ? 'Nuovo messaggio PEC' : `${n} nuovi messaggi PEC`),
    unread: (n, days) =>
      n === 1 ? `Un messaggio PEC non letto da ${days} giorni` : `${n} messaggi PEC non letti da ${days} giorni`,
    received: 'Per legge vale come ricevuto anche se non lo apri.',
    filling: (level) => `Casella PEC piena ${at(level)}`,
    full: 'Quando è piena i messaggi non vengono consegnati.',
    expiry: (days) =>
      days === 0 ? 'La casella PEC è scaduta' : `La casella PEC scade fra ${days} ${days === 1 ? 'giorno' : 'giorni'}`,
    expired: 'Ti abbiamo scritto che cosa succede e che cosa fare.',
    test: 'Avvisi attivi',
    works: 'Su questo dispositivo vedrai gli avvisi della casella.',
  },
  en: {
    message: (n) => (n === 1 ? 'New certified message' : `${n} new certified messages`),
    unread: (n, days) =>
      n === 1 ? `A certified message unread for ${days} days` : `${n} certified messages unread for ${days} days`,
    received: 'In law it is received even if you do not open it.',
    filling: (level) => `Certified mailbox ${level}% full`,
    full: 'When it is full messages are not delivered.',
    expiry: (days) =>
      days === 0 ? 'The mailbox has expired' : `The mailbox expires in ${days} ${days === 1 ? 'day' : 'days'}`,
    expired: 'We have written to you what happens and what to do.',
    test: 'Alerts are on',
    works: 'This device will show the alerts of the mailbox.',
  },
}

/** Who wrote and about what, of a single message and where it may be said. */
const detail = ({ lines, shows }: PushFacts): readonly string[] => {
  const [line, ...more] = lines
  if (!line || more.length > 0) return []
  const { sender, subject } = line
  return [
    ...(shows.showSender && sender ? [quoted(sender)] : []),
    ...(shows.showSubject && subject ? [`«${quoted(subject)}»`] : []),
  ]
}

const wordsFor = (facts: PushFacts, words: Words): readonly [title: string, ...body: string[]] => {
  const n = facts.lines.length
  switch (facts.kind) {
    case 'message':
      return [words.message(n), ...detail(facts)]
    case 'unread3':
      return [words.unread(n, 3), ...detail(facts), words.received]
    case 'unread7':
      return [words.unread(n, 7), ...detail(facts), words.received]
    case 'filling':
      return [words.filling(Math.max(...facts.lines.map(({ level }) => level ?? 0))), words.full]
    case 'expiry':
      return [words.expiry(Math.min(...facts.lines.map(({ level }) => level ?? 0))), words.expired]
    case 'test':
      return [words.test, words.works]
  }
}

export const pushMessage = (facts: PushFacts, lang: PushLanguage, tag: string): PushMessage => {
  const [title, ...body] = wordsFor(facts, WORDS[lang])
  const url = ['message', 'unread3', 'unread7'].includes(facts.kind) ? '/posta' : '/casella'
  return { title, body: [...body, facts.address].join('\n'), lang, tag, url }
}

/** RFC 8030 §5.3: what may wake a phone that saves its battery. */
export const pushUrgency = (kind: PushFacts['kind']): 'high' | 'normal' => (kind === 'filling' ? 'normal' : 'high')

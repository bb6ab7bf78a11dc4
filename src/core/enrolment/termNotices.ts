// What holder and Order are told of the term of a box: before it ends, when it ends, when it is renewed or closed.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import type { TermNotice } from '../mailbox/termSchedule.ts'

export type TermNoticeFacts = {
  /** Given name and surname. */
  readonly name: string
  readonly address: string
  readonly order: string
  readonly helpDeskPhone: string
  readonly secretariatPhone: string
  readonly expiresAt: Instant
  readonly graceUntil?: Instant | undefined
  readonly purgeAfter?: Instant | undefined
  /** Days to what is told of. */
  readonly days: number
  readonly nextPayer: 'order' | 'member' | 'nobody'
  readonly receivesWhenExpired: boolean
  /** Where the holder renews, if they may. */
  readonly renewalLink?: string | undefined
}

export type NoticeText = { readonly kind: string; readonly subject: string; readonly text: string }

const day = (at: Instant | undefined): string => (at === undefined ? '' : italianDay(legalTime(at)))
const inDays = (days: number, one: string, many: string): string => (days === 1 ? `1 ${one}` : `${days} ${many}`)

type Paragraphs = { readonly subject: string; readonly it: readonly string[]; readonly en: readonly string[] }

const howToRenew = (facts: TermNoticeFacts): { readonly it: string; readonly en: string } => {
  if (facts.nextPayer === 'order') {
    return {
      it: 'Non devi fare nulla: il tuo Ordine rinnova e paga.',
      en: 'You need do nothing: your Order renews and pays.',
    }
  }
  if (facts.nextPayer === 'member' && facts.renewalLink !== undefined) {
    return {
      it: `Il rinnovo è a tuo carico. Per rinnovare apri questo link:\n${facts.renewalLink}`,
      en: `The renewal is yours to pay. To renew, open this link:\n${facts.renewalLink}`,
    }
  }
  return {
    it: 'La convenzione con cui era stata attivata non prevede un rinnovo. Procurati per tempo un’altra casella PEC e comunicala al tuo Ordine.',
    en: 'The convention under which it was activated has no renewal. Get another certified mailbox in time, and tell its address to your Order.',
  }
}

const WHEN_EXPIRED = {
  true: {
    it: 'Finché dura il periodo di tolleranza la casella continua a ricevere, ma non invia: ciò che arriva vale come ricevuto per legge, anche se non lo apri. Leggila.',
    en: 'During the grace the box still receives, but sends nothing: what arrives is received in law, even if you do not open it. Read it.',
  },
  false: {
    it: 'Durante il periodo di tolleranza puoi leggere la posta, ma la casella non riceve e non invia: chi scrive ha un avviso di mancata consegna.',
    en: 'During the grace you can read your mail, but the box neither receives nor sends: who writes gets a notice of non-delivery.',
  },
} as const

const beforeTheEnd = (facts: TermNoticeFacts): Paragraphs => {
  const renew = howToRenew(facts)
  const grace = WHEN_EXPIRED[`${facts.receivesWhenExpired}`]
  const ends = facts.nextPayer === 'order' ? [] : [grace]
  return {
    subject: `La tua casella PEC scade fra ${inDays(facts.days, 'giorno', 'giorni')}`,
    it: [
      `${facts.name}, la casella ${facts.address} scade il ${day(facts.expiresAt)}.`,
      renew.it,
      ...ends.map((one) => `Se non viene rinnovata: ${one.it}`),
    ],
    en: [
      `${facts.name}, the mailbox ${facts.address} expires on ${day(facts.expiresAt)}.`,
      renew.en,
      ...ends.map((one) => `If it is not renewed: ${one.en}`),
    ],
  }
}

const TEXTS: Readonly<Record<TermNotice, (facts: TermNoticeFacts) => Paragraphs>> = {
  expiry90: beforeTheEnd,
  expiry30: beforeTheEnd,
  expiry7: beforeTheEnd,
  expired: (facts) => ({
    subject: 'La tua casella PEC è scaduta',
    it: [
      `${facts.name}, il termine della casella ${facts.address} è finito il ${day(facts.expiresAt)}.`,
      WHEN_EXPIRED[`${facts.receivesWhenExpired}`].it,
      `Puoi ancora rinnovarla fino al ${day(facts.graceUntil)}. ${howToRenew(facts).it}`,
    ],
    en: [
      `${facts.name}, the term of the mailbox ${facts.address} ended on ${day(facts.expiresAt)}.`,
      WHEN_EXPIRED[`${facts.receivesWhenExpired}`].en,
      `You can still renew it until ${day(facts.graceUntil)}. ${howToRenew(facts).en}`,
    ],
  }),
  renewed: (facts) => ({
    subject: 'La tua casella PEC è rinnovata',
    it: [
      `${facts.name}, la casella ${facts.address} è rinnovata fino al ${day(facts.expiresAt)}.`,
      'Indirizzo, password e posta restano gli stessi: non devi fare nulla.',
    ],
    en: [
      `${facts.name}, the mailbox ${facts.address} is renewed until ${day(facts.expiresAt)}.`,
      'Address, password and mail stay the same: you need do nothing.',
    ],
  }),
  closed: (facts) => ({
    subject: 'La tua casella PEC è chiusa: scarica la posta',
    it: [
      `${facts.name}, la casella ${facts.address} è chiusa: non riceve e non invia più.`,
      `Hai tempo fino al ${day(facts.purgeAfter)} per scaricare tutta la posta, con il programma che usi o dalla pagina della casella. Poi sarà cancellata.`,
      'L’indirizzo non passerà mai a un’altra persona. Se eserciti ancora, comunica al tuo Ordine un altro domicilio digitale.',
    ],
    en: [
      `${facts.name}, the mailbox ${facts.address} is closed: it neither receives nor sends any more.`,
      `You have until ${day(facts.purgeAfter)} to take out all your mail, with your mail program or from the page of the box. Then it is deleted.`,
      'The address will never pass to another person. If you still practise, tell your Order another digital domicile.',
    ],
  }),
  closing30: (facts) => ({
    subject: `La posta della casella chiusa sarà cancellata fra ${inDays(facts.days, 'giorno', 'giorni')}`,
    it: [
      `${facts.name}, il ${day(facts.purgeAfter)} la posta della casella ${facts.address} sarà cancellata.`,
      'Scaricala prima: messaggi e ricevute sono le tue prove, e dopo quel giorno non potremo recuperarli.',
    ],
    en: [
      `${facts.name}, on ${day(facts.purgeAfter)} the mail of ${facts.address} will be deleted.`,
      'Take it out before: messages and receipts are your proofs, and after that day we cannot bring them back.',
    ],
  }),
  purged: (facts) => ({
    subject: 'La posta della casella chiusa è stata cancellata',
    it: [
      `${facts.name}, la posta della casella ${facts.address} è stata cancellata, come annunciato.`,
      'Il registro dei messaggi resta conservato per il tempo previsto dalla legge (30 mesi).',
    ],
    en: [
      `${facts.name}, the mail of ${facts.address} has been deleted, as announced.`,
      'The log of messages is kept for as long as the law asks (30 months).',
    ],
  }),
}

/** A notice to the holder: Italian first, English below. */
export const termNotice = (notice: TermNotice, facts: TermNoticeFacts): NoticeText => {
  const { subject, it, en } = TEXTS[notice](facts)
  return {
    kind: `term.${notice}`,
    subject,
    text: [
      ...it,
      `${facts.order}, segreteria ${facts.secretariatPhone}. Assistenza: ${facts.helpDeskPhone}.`,
      '---',
      ...en,
      `${facts.order}, secretariat ${facts.secretariatPhone}. Help: ${facts.helpDeskPhone}.`,
    ].join('\n\n'),
  }
}

export type DigestLine = {
  readonly name: string
  readonly address: string
  readonly notice: TermNotice
  readonly expiresAt: Instant
}

const DIGEST: readonly (readonly [TermNotice, string])[] = [
  ['expiry7', 'Scadono entro 7 giorni'],
  ['expiry30', 'Scadono entro 30 giorni'],
  ['expiry90', 'Scadono entro 90 giorni'],
  ['expired', 'Scadute, in tolleranza'],
  ['renewed', 'Rinnovate'],
  ['closed', 'Chiuse'],
]
const DIGEST_MOST = 200

/** One message a day to the secretariat, with what its members were told: most urgent first. */
export const orderDigest = (order: string, lines: readonly DigestLine[], consoleUrl: string): NoticeText => {
  const parts = DIGEST.flatMap(([notice, title]) => {
    const of = lines.filter((line) => line.notice === notice)
    if (of.length === 0) return []
    const shown = of.slice(0, DIGEST_MOST).map((line) => `- ${line.name}, ${line.address} (${day(line.expiresAt)})`)
    const rest = of.length > DIGEST_MOST ? [`- e altre ${of.length - DIGEST_MOST}`] : []
    return [[`${title}: ${of.length}`, ...shown, ...rest].join('\n')]
  })
  return {
    kind: 'term.digest',
    subject: `Caselle PEC degli iscritti: ${lines.length === 1 ? '1 novità' : `${lines.length} novità`}`,
    text: [
      `${order}: ecco che cosa abbiamo comunicato oggi ai titolari delle caselle in convenzione.`,
      ...parts,
      `L’elenco completo, con le azioni possibili, è nella console:\n${consoleUrl}`,
    ].join('\n\n'),
  }
}

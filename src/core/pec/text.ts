// What the fourteen messages say to people: Italian text and its HTML twin, from one table of templates.
import type { Instant } from '../lib/instant.ts'
import { italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { PecKind, PecRecipient } from './model.ts'
import { CERTIFIED_TEXT, EXTERNAL_TEXT } from './vocabulary.ts'

/** All that a template may name. Fields that a kind does not use are not read. */
export type TextFacts = {
  readonly at: Instant
  readonly sender: string
  readonly subject?: string | undefined
  readonly identifier: string
  readonly recipients: readonly PecRecipient[]
  /** The one recipient that a notice is about. */
  readonly recipient?: string | undefined
  /** Why: reason, error or name of the virus. */
  readonly reason?: string | undefined
}

type Template = {
  readonly title: string
  /** Lines between the title and the identifier. */
  readonly lines: (f: TextFacts) => readonly string[]
}

/** `Il giorno gg/mm/aaaa alle ore hh:mm:ss (zona)`: legal time, the zone as real providers print it. */
// RFC 6109 §4.2
const when = (at: Instant): string => {
  const t = legalTime(at)
  return `Il giorno ${italianDay(t)} alle ore ${italianHour(t)} (${t.zone})`
}
const message = (f: TextFacts): string => `"${f.subject ?? ''}" proveniente da "${f.sender}"`
const addressed = (f: TextFacts): string => `e destinato all'utente "${f.recipient ?? ''}"`
const list = (f: TextFacts): readonly string[] => f.recipients.map((r) => r.address)
const typedList = (f: TextFacts): readonly string[] =>
  f.recipients.map((r) => `${r.address} ("${r.certified ? CERTIFIED_TEXT : EXTERNAL_TEXT}")`)
const security = (f: TextFacts): string =>
  `è stato rilevato un problema di sicurezza${f.reason === undefined ? '' : ` ${f.reason}`}.`

const deliveryLines = (f: TextFacts): readonly string[] => [
  `${when(f.at)} il messaggio`,
  message(f),
  `ed indirizzato a "${f.recipient ?? ''}"`,
  'è stato consegnato nella casella di destinazione.',
]

const TEMPLATES: Readonly<Record<PecKind, Template>> = {
  // RFC 6109 §3.1.4, §2.2.1
  acceptance: {
    title: 'Ricevuta di accettazione',
    lines: (f) => [
      `${when(f.at)} il messaggio`,
      message(f),
      'ed indirizzato a:',
      ...typedList(f),
      'è stato accettato dal sistema ed inoltrato.',
    ],
  },
  // RFC 6109 §3.1.2
  nonAcceptance: {
    title: "Errore nell'accettazione del messaggio",
    lines: (f) => [
      `${when(f.at)} nel messaggio`,
      message(f),
      'ed indirizzato a:',
      ...list(f),
      "è stato rilevato un problema che ne impedisce l'accettazione",
      `a causa di ${f.reason ?? ''}.`,
      'Il messaggio non è stato accettato.',
    ],
  },
  // RFC 6109 §3.1.3
  virusNonAcceptance: {
    title: "Errore nell'accettazione del messaggio per presenza di virus",
    lines: (f) => [
      `${when(f.at)} nel messaggio`,
      message(f),
      'ed indirizzato a:',
      ...list(f),
      security(f),
      'Il messaggio non è stato accettato.',
    ],
  },
  // RFC 6109 §3.1.5
  transportEnvelope: {
    title: 'Messaggio di posta certificata',
    lines: (f) => [
      `${when(f.at)} il messaggio`,
      `"${f.subject ?? ''}" è stato inviato da "${f.sender}"`,
      'indirizzato a:',
      ...list(f),
      'Il messaggio originale è incluso in allegato.',
    ],
  },
  // RFC 6109 §3.2.1
  takeInCharge: {
    title: 'Ricevuta di presa in carico',
    lines: (f) => [
      `${when(f.at)} il messaggio`,
      message(f),
      'ed indirizzato a:',
      ...list(f),
      'è stato accettato dal sistema.',
    ],
  },
  // RFC 6109 §3.3.2.1
  deliveryComplete: { title: 'Ricevuta di avvenuta consegna', lines: deliveryLines },
  // RFC 6109 §3.3.2.2
  deliveryBrief: { title: 'Ricevuta breve di avvenuta consegna', lines: deliveryLines },
  // RFC 6109 §3.3.2.3
  deliveryConcise: { title: 'Ricevuta sintetica di avvenuta consegna', lines: deliveryLines },
  // RFC 6109 §3.3.3
  nonDelivery: {
    title: 'Avviso di mancata consegna',
    lines: (f) => [
      `${when(f.at)} nel messaggio`,
      message(f),
      addressed(f),
      `è stato rilevato un errore ${f.reason ?? ''}.`,
      'Il messaggio è stato rifiutato dal sistema.',
    ],
  },
  // RFC 6109 §3.1.6
  timeoutWarning: {
    title: 'Avviso di mancata consegna',
    lines: (f) => [
      `${when(f.at)} il messaggio`,
      message(f),
      addressed(f),
      'non è stato consegnato nelle prime dodici ore dal suo invio. Non escludendo',
      'che questo possa avvenire in seguito, si ritiene utile considerare che',
      "l'invio potrebbe non andare a buon fine. Il sistema provvederà comunque",
      'ad inviare un ulteriore avviso di mancata consegna se nelle prossime dodici',
      'ore non vi sarà la conferma della ricezione da parte del destinatario.',
    ],
  },
  timeoutFinal: {
    title: 'Avviso di mancata consegna',
    lines: (f) => [
      `${when(f.at)} il messaggio`,
      message(f),
      addressed(f),
      'non è stato consegnato nelle ventiquattro ore successive al suo invio.',
      'Si ritiene che la spedizione debba considerarsi non andata a buon fine.',
    ],
  },
  // RFC 6109 §3.2.3
  virusDetection: {
    title: 'Avviso di rilevazione virus informatico',
    lines: (f) => [`${when(f.at)} nel messaggio`, message(f), addressed(f), security(f)],
  },
  // RFC 6109 §3.2.4
  virusNonDelivery: {
    title: 'Avviso di mancata consegna per virus',
    lines: (f) => [
      `${when(f.at)} nel messaggio`,
      message(f),
      addressed(f),
      security(f),
      'Il messaggio non è stato consegnato.',
    ],
  },
  // RFC 6109 §3.2.2
  anomalyEnvelope: {
    title: 'Anomalia nel messaggio',
    lines: (f) => [
      `${when(f.at)} è stato ricevuto`,
      `il messaggio ${message(f)}`,
      'ed indirizzato a:',
      ...list(f),
      'Tali dati non sono stati certificati per il seguente errore:',
      f.reason ?? '',
      'Il messaggio originale è incluso in allegato.',
    ],
  },
}

const oneLine = (line: string): string => line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').toWellFormed()

/** The text of a message as its title and lines, not yet wrapped or encoded. */
export type HumanText = { readonly title: string; readonly lines: readonly string[] }

/** Text of a message of the given kind. Line breaks and controls inside the facts become spaces. */
export const humanText = (kind: PecKind, facts: TextFacts): HumanText => {
  const template = TEMPLATES[kind]
  const lines = template.lines(facts).map(oneLine)
  // RFC 6109 §3.2.2: the anomaly envelope certifies nothing, and names no identifier.
  if (kind === 'anomalyEnvelope') return { title: template.title, lines }
  return { title: template.title, lines: [...lines, `Identificativo messaggio: ${facts.identifier}`] }
}

/** As plain text, lines ended by CRLF. */
export const plainText = (text: HumanText): string => `${text.title}\r\n\r\n${text.lines.join('\r\n')}\r\n\r\n`

const HTML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const html = (text: string): string =>
  /[&<>]|[^\u0000-\u00ff]/.test(text)
    ? text.replace(/[&<>]/g, (c) => HTML_ESCAPES[c]!).replace(/[^\u0000-\u00ff]/gu, (c) => `&#${c.codePointAt(0)!};`)
    : text

/**
 * The same as HTML: no image, font, style, script or reference of any kind. Characters that ISO-8859-1 lacks are
 * character references.
 */
// RFC 6109 §4.3.1
export const htmlText = (text: HumanText): string =>
  `<html><head><title>${html(text.title)}</title></head><body>\r\n<h3>${html(text.title)}</h3>\r\n` +
  `<p>${text.lines.map(html).join('<br>\r\n')}</p>\r\n</body></html>\r\n`

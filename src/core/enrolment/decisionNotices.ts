// What the provider writes to an applicant after a decision: ordinary e-mail, Italian first, and the first certified one.

import type { PayerRule } from '../convention/convention.ts'
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { MailServers } from '../mailbox/mailServers.ts'

export type DecisionNotice = { readonly kind: string; readonly subject: string; readonly text: string }

export type CaseOfNotice = {
  /** Given name and surname. */
  readonly name: string
  readonly caseNumber: string
  readonly order: string
  readonly helpDeskPhone: string
  readonly publicUrl: string
}

const day = (at: Instant): string => italianDay(legalTime(at))
const moment = (at: Instant): string => `${day(at)} alle ${italianHour(legalTime(at)).slice(0, 5)}`

/** Paragraphs, then the same in English under a line. */
const bilingual = (italian: readonly string[], english: readonly string[]): string =>
  [...italian, '---', ...english].join('\n\n')

const signature = ({ caseNumber, order, helpDeskPhone }: CaseOfNotice, language: 'it' | 'en'): string =>
  language === 'it'
    ? `Pratica ${caseNumber}, ${order}.\nPer assistenza: ${helpDeskPhone}. Tieni a portata di mano il numero della pratica.`
    : `Case ${caseNumber}, ${order}.\nHelp: ${helpDeskPhone}. Keep the case number at hand.`

const PAYS: Readonly<Record<PayerRule, { readonly it: string; readonly en: string }>> = {
  order: { it: 'Paga l’Ordine', en: 'The Order pays' },
  member: { it: 'Il canone è a tuo carico', en: 'You pay the fee' },
  split: { it: 'Paga l’Ordine per il primo periodo', en: 'The Order pays the first term' },
}

/** To the reference e-mail: the box is active. */
export const activationNotice = (
  one: CaseOfNotice & {
    readonly address: string
    readonly activatedAt: Instant
    readonly expiresAt: Instant
    readonly payer: PayerRule
  },
): DecisionNotice => ({
  kind: 'boxActivated',
  subject: `La tua casella PEC ${one.address} è attiva`,
  text: bilingual(
    [
      `${one.name}, la tua casella ${one.address} è attiva dal ${moment(one.activatedAt)}.`,
      'Da ora è il tuo domicilio digitale, registrato dall’Ordine: ciò che vi arriva vale come ricevuto, anche se non lo apri. Leggila spesso, oppure tienila sul telefono.',
      'Per leggerla usa un programma di posta con l’indirizzo come nome utente e la password che hai scelto durante la richiesta. Il primo messaggio che trovi nella casella spiega come fare.',
      `${PAYS[one.payer].it}, fino al ${day(one.expiresAt)}. Ti avvisiamo 90, 30 e 7 giorni prima della scadenza.`,
      signature(one, 'it'),
    ],
    [
      `${one.name}, your certified mailbox ${one.address} has been active since ${moment(one.activatedAt).replace(' alle ', ' at ')}.`,
      'It is your digital domicile from now on: what arrives there is received in law, even if you do not open it. Read it often, or keep it on your phone.',
      'Read it with a mail program: the address is the user name, the password is the one that you chose. The first message in the box explains how.',
      `${PAYS[one.payer].en}, until ${day(one.expiresAt)}. You will be told 90, 30 and 7 days before it expires.`,
      signature(one, 'en'),
    ],
  ),
})

/** To the reference e-mail: something is to be mended. `link` opens the case where it is to be mended. */
export const askAgainNotice = (
  one: CaseOfNotice & { readonly reason: string; readonly link: string },
): DecisionNotice => ({
  kind: 'caseAskedAgain',
  subject: `Pratica ${one.caseNumber}: serve una correzione`,
  text: bilingual(
    [
      `${one.name}, abbiamo esaminato la tua richiesta di casella PEC. Per attivarla serve una correzione.`,
      `Che cosa manca:\n${one.reason}`,
      `Apri la pratica e correggi solo questo, il resto è conservato:\n${one.link}`,
      'L’indirizzo che hai scelto resta riservato a te. Appena rimandi la richiesta la riesaminiamo.',
      signature(one, 'it'),
    ],
    [
      `${one.name}, we have looked at your request for a certified mailbox. Something is to be mended before it can be activated.`,
      `What is missing (in Italian):\n${one.reason}`,
      `Open the case and mend only this, the rest is kept:\n${one.link}`,
      'The address that you chose stays reserved for you. We look again as soon as you send the case.',
      signature(one, 'en'),
    ],
  ),
})

/** To the reference e-mail: the case was refused. */
export const refusalNotice = (one: CaseOfNotice & { readonly reason: string }): DecisionNotice => ({
  kind: 'caseRefused',
  subject: `Pratica ${one.caseNumber}: richiesta non accolta`,
  text: bilingual(
    [
      `${one.name}, la tua richiesta di casella PEC non è stata accolta e la pratica è chiusa.`,
      `Il motivo:\n${one.reason}`,
      'Non devi pagare nulla: l’acquisto è annullato. L’indirizzo che avevi scelto non è più riservato.',
      `Se il motivo viene meno puoi presentare una nuova richiesta:\n${one.publicUrl}/attivazione`,
      signature(one, 'it'),
    ],
    [
      `${one.name}, your request for a certified mailbox was not accepted and the case is closed.`,
      `The reason (in Italian):\n${one.reason}`,
      'You owe nothing: the purchase is undone. The address that you had chosen is reserved no more.',
      `If the reason ceases you may send a new request:\n${one.publicUrl}/attivazione`,
      signature(one, 'en'),
    ],
  ),
})

/** The lines that a mail program asks for. */
const serversOf = (
  { mailServers, helpDeskPhone }: Pick<Parameters<typeof welcomeMessage>[0], 'mailServers' | 'helpDeskPhone'>,
  language: 'it' | 'en',
): string => {
  if (!mailServers)
    return language === 'it'
      ? `I nomi dei server te li dice l’assistenza, ${helpDeskPhone}.`
      : `The help desk tells you the names of the servers, ${helpDeskPhone}.`
  const { imap, smtp } = mailServers
  return language === 'it'
    ? `Server in arrivo (IMAP): ${imap.host}, porta ${imap.port}, SSL/TLS. Server in uscita (SMTP): ${smtp.host}, porta ${smtp.port}, SSL/TLS, con lo stesso nome utente e la stessa password.`
    : `Incoming (IMAP): ${imap.host}, port ${imap.port}, SSL/TLS. Outgoing (SMTP): ${smtp.host}, port ${smtp.port}, SSL/TLS, with the same user name and password.`
}

/** The first message in a box: what it means in law, how to read it, whom to call. */
export const welcomeMessage = (
  one: CaseOfNotice & {
    readonly address: string
    readonly expiresAt: Instant
    readonly provider: string
    readonly mailServers?: MailServers | undefined
  },
): { readonly subject: string; readonly text: string } => ({
  subject: 'Benvenuto nella tua casella PEC: leggi questo per primo',
  text: bilingual(
    [
      `${one.name}, questo è il primo messaggio della tua casella ${one.address}.`,
      'CHE COSA VALE PER LEGGE\nUn messaggio certificato vale come ricevuto quando arriva in questa casella, non quando lo apri: ha il valore di una raccomandata con ricevuta di ritorno (art. 48 del Codice dell’amministrazione digitale, d.lgs. 82/2005). Da quel momento decorrono i termini, anche se non lo leggi. Quando scrivi tu, la ricevuta di avvenuta consegna è la tua prova: conservala.',
      'CHE COSA FARE\nLeggi la casella spesso. Non lasciarla riempire: una casella piena non riceve, e per legge rispondi tu della mancata consegna. Non dare a nessuno la password.',
      `LEGGERLA SUL TELEFONO O SUL COMPUTER\nNelle impostazioni della posta aggiungi un account di tipo "Altro" o IMAP. Nome utente: ${one.address}. Password: quella che hai scelto durante la richiesta. ${serversOf(one, 'it')} Il messaggio originale è l’allegato postacert.eml: i programmi di posta lo mostrano come un messaggio. Le ricevute si riconoscono dall’oggetto, che comincia per ACCETTAZIONE o CONSEGNA.`,
      'SE ARRIVA POSTA ORDINARIA\nL’oggetto comincia per ANOMALIA MESSAGGIO: vuol dire che il mittente non usa una casella certificata. Il messaggio è leggibile, ma non ha valore legale.',
      `CHI CHIAMARE\n${one.provider}, telefono ${one.helpDeskPhone}. Pratica ${one.caseNumber}. La casella è tua fino al ${day(one.expiresAt)}: ti scriviamo 90, 30 e 7 giorni prima, qui e alla tua e-mail di riferimento.`,
    ],
    [
      `${one.name}, this is the first message of your certified mailbox ${one.address}.`,
      'WHAT COUNTS IN LAW\nA certified message is received when it arrives in this box, not when you open it: it is worth a registered letter with advice of delivery. Terms run from then, even if you do not read it. When you write, the delivery receipt is your proof: keep it.',
      'WHAT TO DO\nRead the box often. Do not let it fill: a full box does not receive, and in law that is your fault. Give the password to nobody.',
      `ON YOUR PHONE OR COMPUTER\nAdd an account of type "Other" or IMAP. User name: ${one.address}. Password: the one that you chose. ${serversOf(one, 'en')} The original message is the attachment postacert.eml.`,
      'ORDINARY MAIL\nIts subject begins with ANOMALIA MESSAGGIO: the sender does not use a certified mailbox. You can read it, but it has no legal value.',
      `WHOM TO CALL\n${one.provider}, telephone ${one.helpDeskPhone}. Case ${one.caseNumber}. The box is yours until ${day(one.expiresAt)}.`,
    ],
  ),
})

// What the holder of a box is told of a message that was to leave later, and did not.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import { quoted } from './accountTextsAlerts.ts'
import type { MailText } from './staffTexts.ts'

/** As NotSent of core/jmap/release.ts. */
export type NotSentReason = 'boxMayNotSend' | 'rightEnded' | 'passwordRevoked' | 'failing'

export type NotSentFacts = {
  readonly address: string
  readonly subject: string
  readonly recipients: readonly string[]
  readonly releaseAt: Instant
  readonly why: NotSentReason
}

const WHY: Readonly<Record<NotSentReason, { readonly it: string; readonly en: string }>> = {
  boxMayNotSend: {
    it: 'in quel momento la casella non poteva inviare: è sospesa, chiusa o scaduta',
    en: 'at that moment the mailbox could not send: it is suspended, closed or expired',
  },
  rightEnded: {
    it: 'chi lo aveva programmato non può più inviare da questa casella',
    en: 'who had scheduled it may not send from this mailbox any more',
  },
  passwordRevoked: {
    it: 'la password del programma con cui era stato programmato è stata revocata',
    en: 'the password of the program by which it had been scheduled was revoked',
  },
  failing: {
    it: 'per un giorno intero non è stato possibile certificarlo, per un guasto del servizio',
    en: 'for a whole day it could not be certified, because of a failure of the service',
  },
}

const MOST_NAMED = 20

const moment = (at: Instant): string => `${italianDay(legalTime(at))}, ${italianHour(legalTime(at)).slice(0, 5)}`

/** The letter: which message, why not, and that nothing of it has left. */
export const notSentText = (name: string, facts: NotSentFacts): MailText => {
  const { address, subject, recipients, releaseAt, why } = facts
  const named = recipients.slice(0, MOST_NAMED).map((one) => `    ${quoted(one)}`)
  const more = recipients.length - MOST_NAMED
  if (more > 0) named.push(`    + ${more}`)
  const what = quoted(subject)
  return {
    subject: 'Un messaggio programmato non è partito',
    text: `Gentile ${name || 'titolare'},

il messaggio «${what}», che doveva partire dalla casella ${address} il ${moment(releaseAt)}, non è stato inviato:
${WHY[why].it}. Destinatari:

${named.join('\n')}

Nessuno di loro lo ha ricevuto e non esistono ricevute: non vale come inviato. Il testo resta nella casella, dove lo
avevi messo. Se deve partire, invialo di nuovo, o con un altro mezzo se c’è una scadenza.

---

Dear ${name || 'holder'},

the message “${what}”, which was to leave the mailbox ${address} on ${moment(releaseAt)}, was not sent: ${WHY[why].en}.
Its recipients are listed above. None of them has received it and there are no receipts: it does not count as sent. Its
text stays in the mailbox where you had put it. If it must leave, send it again, or by other means if there is a deadline.
`,
  }
}

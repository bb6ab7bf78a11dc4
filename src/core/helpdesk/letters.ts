// What the help desk writes by ordinary e-mail. An answer to it lands in the ticket.

import type { MailText } from '../identity/staffTexts.ts'
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import { CUT_LINE } from './mailedReply.ts'

type Facts = {
  readonly number: string
  readonly subject: string
  /** Opens the ticket. */
  readonly link: string
  /** Whether an answer to the e-mail reaches the ticket. */
  readonly answerable: boolean
}

const when = (at: Instant): string => {
  const time = legalTime(at)
  return `${italianDay(time)} alle ${italianHour(time).slice(0, 5)}`
}

const titled = ({ number, subject }: Facts, re: boolean): string => `${re ? 'Re: ' : ''}[${number}] ${subject}`

const ends = ({ number, link, answerable }: Facts): string =>
  `Richiesta ${number}. Leggila ${answerable ? 'e rispondi dalla sua pagina, oppure rispondendo a questa e-mail' : 'e rispondi dalla sua pagina'}:
${link}

Request ${number}. Read it and answer on its page${answerable ? ', or by answering this e-mail' : ''}.
`

const page = (facts: Facts, re: boolean, text: string): MailText => ({
  subject: titled(facts, re),
  text: `${facts.answerable ? `${CUT_LINE}\n\n` : ''}${text}\n\n${ends(facts)}`,
})

/** To an e-mail that nobody has confirmed: the link that does. */
export const confirmLetter = ({ number, subject, link }: Omit<Facts, 'answerable'>): MailText => ({
  subject: `[${number}] Conferma la tua richiesta di aiuto`,
  text: `Abbiamo ricevuto da questo indirizzo la richiesta di aiuto «${subject}». Per farla arrivare a un operatore conferma che
l’hai scritta tu:

${link}

Il link vale sette giorni. Se non l’hai scritta tu ignora questo messaggio: la richiesta si cancella da sola.

---

We have received the request for help “${subject}” from this address. Open the link above to confirm that you wrote it: then
it reaches an operator. The link is good for seven days. If it was not you ignore this message.
`,
})

/** The ticket is at the desk. */
export const receivedLetter = (facts: Facts & { readonly answerDueAt: Instant }): MailText =>
  page(
    facts,
    false,
    `Abbiamo ricevuto la tua richiesta di aiuto. Ti rispondiamo entro il ${when(facts.answerDueAt)}.
We have received your request for help, and will answer by then.`,
  )

/** An operator's answer; `attachments` are on the page of the ticket. */
export const answerLetter = (
  facts: Facts & {
    readonly answer: string
    readonly by: string
    readonly attachments: number
    readonly solved: boolean
  },
): MailText => {
  const parts = [facts.answer.trim(), facts.by]
  if (facts.attachments > 0)
    parts.push('Ci sono allegati: si scaricano dalla pagina della richiesta. / There are attachments on its page.')
  if (facts.solved)
    parts.push(
      'Per noi è risolta. Se non lo è rispondi entro 14 giorni: si riapre. / For us it is solved. If it is not, answer within 14 days.',
    )
  return page(facts, true, parts.join('\n\n'))
}

/** The person was awaited for too long. */
export const lapsedLetter = (facts: Facts): MailText =>
  page(
    facts,
    true,
    `Da 14 giorni aspettiamo una tua risposta: consideriamo risolta la richiesta. Se ti serve ancora rispondi entro altri 14
giorni, e si riapre.
We have waited for your answer for 14 days and take the request as solved. If you still need it answer within 14 more days.`,
  )

/** To a certified box whose holder has no reference e-mail: that there is an answer, and where. */
export const boxLetter = (facts: Pick<Facts, 'number' | 'subject'> & { readonly page: string }): MailText => ({
  subject: `Risposta alla richiesta di aiuto ${facts.number}`,
  text: `C’è una risposta alla tua richiesta di aiuto «${facts.subject}». Leggila e rispondi qui:

${facts.page}

---

There is an answer to your request for help “${facts.subject}”, at the address above.
`,
})

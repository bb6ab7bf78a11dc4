// What holders are told of their password and their reference e-mail, by ordinary e-mail and in the box.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { MailText } from './staffTexts.ts'

type Both = { readonly subject: string; readonly it: string; readonly en: string }

const letter = (name: string, { subject, it, en }: Both): MailText => ({
  subject,
  text: `Gentile ${name || 'titolare'},

${it}

---

Dear ${name || 'holder'},

${en}
`,
})

const moment = (at: Instant): string => {
  const time = legalTime(at)
  return `${italianDay(time)} alle ${italianHour(time).slice(0, 5)}`
}
const momentEn = (at: Instant): string => moment(at).replace(' alle ', ' at ')

/** A code as it is read and typed: in two groups. */
const grouped = (code: string): string => `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}`

export type ResetFacts = {
  readonly name: string
  readonly address: string
  readonly link: string
  readonly code: string
  readonly until: Instant
}

/** Whose password it is: a box's, or a collaborator's of boxes of others. */
type Whose = {
  readonly collaborator?: boolean | undefined
  /** How many use the box beside its holder. */
  readonly others?: number | undefined
}

/** The letter with link and code to choose a new password. */
export const resetLetter = ({ name, address, link, code, until, collaborator }: ResetFacts & Whose): MailText =>
  letter(name, {
    subject: `Scegli una nuova password per ${collaborator ? 'il tuo accesso di collaboratore' : 'la tua casella PEC'}`,
    it: `è stata chiesta una nuova password per ${collaborator ? 'l’accesso di collaboratore' : 'la casella'} ${address}. Apri questo link:

${link}

oppure scrivi questo codice nella pagina da cui l’hai chiesta:

    ${grouped(code)}

Link e codice valgono fino al ${moment(until)}, per una password sola. Se hai un secondo fattore, resta quello.
Se non l’hai chiesta tu non fare nulla e non dare il codice a nessuno: la password di prima resta.`,
    en: `a new password was asked for the ${collaborator ? 'sign-in' : 'mailbox'} ${address}. Open the link above, or type the code above on the page where
you asked. They are good until ${momentEn(until)}, for one password. Your second factor stays, if you have one.
If it was not you do nothing and give the code to nobody: the present password stays.`,
  })

/** That the password was changed. */
export const passwordChangedText = (
  name: string,
  address: string,
  how: 'changed' | 'reset',
  at: Instant,
  page: string,
  { collaborator, others = 0 }: Whose = {},
): MailText =>
  letter(name, {
    subject: `La password ${collaborator ? 'del tuo accesso di collaboratore' : 'della tua casella PEC'} è cambiata`,
    it: `la password di ${address} è cambiata il ${moment(at)}${how === 'reset' ? `, con il link inviato ${collaborator ? 'alla tua e-mail' : 'all’e-mail di riferimento'}` : ''}.
${how === 'reset' ? 'Tutte le sessioni aperte nel browser sono state chiuse.' : 'Le altre sessioni aperte nel browser sono state chiuse.'} I programmi di posta che usavano la vecchia password chiedono la nuova.${others > 0 ? '\nNella casella entrano ancora i tuoi collaboratori: se non li riconosci tutti, togli loro l’accesso.' : ''}

Se non sei stato tu, scegli subito un’altra password:

${page}`,
    en: `the password of ${address} was changed on ${momentEn(at)}${how === 'reset' ? `, by the link sent to ${collaborator ? 'your e-mail' : 'the reference e-mail'}` : ''}.
${how === 'reset' ? 'All sessions in browsers were ended.' : 'The other sessions in browsers were ended.'} Mail programs that used the old password ask for the new one.${others > 0 ? '\nYour collaborators still enter the mailbox: if you do not know them all, remove their access.' : ''}
If it was not you choose another password at once, on the page above.`,
  })

/** That a password for a mail program was made. */
export const appPasswordMadeText = (
  name: string,
  {
    address,
    program,
    at,
    page,
  }: { readonly address: string; readonly program: string; readonly at: Instant; readonly page: string },
): MailText =>
  letter(name, {
    subject: 'Una nuova password per un programma di posta',
    it: `il ${moment(at)} è stata creata una password per un programma di posta della casella ${address}, con il nome «${program}».
Con essa quel programma legge e invia i messaggi. Se sei stato tu non devi fare nulla.

Se non sei stato tu toglila subito, e poi cambia la password della casella:

${page}`,
    en: `on ${momentEn(at)} a password was made for a mail program of the mailbox ${address}, named “${program}”. With it that program
reads and sends. If it was you there is nothing to do. If not, remove it at once on the page above, then change the password
of the mailbox.`,
  })

/** The letter that confirms a new reference e-mail. */
export const confirmReferenceLetter = ({ name, address, link, code, until }: ResetFacts): MailText =>
  letter(name, {
    subject: 'Conferma l’e-mail di riferimento della tua casella PEC',
    it: `questo indirizzo è stato indicato come e-mail di riferimento della casella ${address}. Scrivi questo codice nella pagina:

    ${grouped(code)}

oppure apri questo link e conferma:

${link}

Valgono fino al ${moment(until)}. L’e-mail di riferimento riceve gli avvisi e serve a scegliere una nuova password.
Se non sai di che cosa si tratta ignora questo messaggio: senza conferma nulla cambia.`,
    en: `this address was named as the reference e-mail of the mailbox ${address}. Type the code above on the page, or open the
link above and confirm, until ${momentEn(until)}. The reference e-mail receives alerts and serves to choose a new password.
If you do not know what this is about ignore it: without confirmation nothing changes.`,
  })

export type ReferenceFacts = {
  readonly name: string
  readonly address: string
  readonly newEmail: string
  readonly undo: string
  readonly undoUntil: Instant
  readonly resetFrom: Instant
}

/** To the old reference e-mail: it was changed, and how to undo that. */
export const referenceOldText = ({ name, address, newEmail, undo, undoUntil }: ReferenceFacts): MailText =>
  letter(name, {
    subject: 'È cambiata l’e-mail di riferimento della tua casella PEC',
    it: `l’e-mail di riferimento di ${address} non è più questa: ora è ${newEmail}.

Se l’hai cambiata tu non serve fare nulla. Se non sei stato tu, annulla la modifica entro il ${moment(undoUntil)}:

${undo}

Annullando torna valida questa e-mail e si chiudono tutte le sessioni aperte; poi scegli una nuova password.`,
    en: `the reference e-mail of ${address} is no longer this one: now it is ${newEmail}.
If you changed it there is nothing to do. If it was not you undo the change by the link above, until ${momentEn(undoUntil)}:
this e-mail is good again and all open sessions are ended; then choose a new password.`,
  })

/** To the new one and the box: it was changed, and what holds until when. */
export const referenceNewText = ({
  name,
  address,
  newEmail,
  resetFrom,
}: Omit<ReferenceFacts, 'undo' | 'undoUntil'>): MailText =>
  letter(name, {
    subject: 'La nuova e-mail di riferimento della tua casella PEC',
    it: `da ora l’e-mail di riferimento di ${address} è ${newEmail}. Gli avvisi arrivano lì.
Per sicurezza serve a scegliere una nuova password solo dal ${moment(resetFrom)}.

Se non sei stato tu, chiama subito l’assistenza.`,
    en: `from now on the reference e-mail of ${address} is ${newEmail}. Alerts arrive there.
For safety it serves to choose a new password only from ${momentEn(resetFrom)}.
If it was not you call the help desk at once.`,
  })

/** That a change was undone. */
export const referenceUndoneText = (name: string, address: string, email: string | null, page: string): MailText =>
  letter(name, {
    subject: 'La modifica dell’e-mail di riferimento è stata annullata',
    it: `la modifica dell’e-mail di riferimento di ${address} è stata annullata${email === null ? '' : `: vale di nuovo ${email}`}.
Tutte le sessioni aperte nel browser sono state chiuse. Se la modifica non era tua, scegli subito una nuova password:

${page}`,
    en: `the change of the reference e-mail of ${address} was undone${email === null ? '' : `: ${email} is good again`}.
All sessions in browsers were ended. If the change was not yours choose a new password at once, on the page above.`,
  })

// What holders and collaborators are told of invitations, rights and their end, by ordinary e-mail and in the box.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { DelegateRights } from './delegation.ts'
import type { MailText } from './staffTexts.ts'

const RIGHTS: Readonly<Record<DelegateRights, { readonly it: string; readonly en: string }>> = {
  read: { it: 'sola lettura', en: 'read only' },
  send: { it: 'lettura e invio', en: 'read and send' },
}

const letter = (name: string, subject: string, it: string, en: string): MailText => ({
  subject,
  text: `Gentile ${name || 'titolare'},\n\n${it}\n\n---\n\nDear ${name || 'holder'},\n\n${en}\n`,
})

const moment = (at: Instant): string => {
  const time = legalTime(at)
  return `${italianDay(time)} alle ${italianHour(time).slice(0, 5)}`
}

/** The box, its holder, and who is let in. */
export type DelegationFacts = {
  readonly address: string
  readonly holder: string
  readonly name: string
  readonly email: string
  readonly rights: DelegateRights
}

const WHAT: Readonly<Record<DelegateRights, { readonly it: string; readonly en: string }>> = {
  read: {
    it: 'Potrai leggere i messaggi e le ricevute. Non potrai inviare, spostare o cancellare nulla.',
    en: 'You will read messages and receipts. You will not send, move or delete anything.',
  },
  send: {
    it: 'Potrai leggere, ordinare e inviare messaggi, che partono con valore legale da quella casella.',
    en: 'You will read, file and send messages, which leave that mailbox with legal effect.',
  },
}

/** The letter with the link of an invitation. */
export const invitationLetter = (
  { address, holder, name, rights }: DelegationFacts,
  { link, until }: { readonly link: string; readonly until: Instant },
): MailText =>
  letter(
    name,
    `Invito alla casella PEC ${address}`,
    `${holder || 'il titolare'} ti invita come collaboratore nella casella PEC ${address}, con il permesso: ${RIGHTS[rights].it}.
${WHAT[rights].it}

Apri questo link per leggere che cosa significa e decidere:

${link}

Vale una volta sola, fino al ${moment(until)}. Avrai un accesso tutto tuo: la password è solo tua, e ciò che fai resta scritto con il tuo nome.
Se non conosci chi ti invita ignora questo messaggio: senza il link nulla cambia.`,
    `${holder || 'the holder'} invites you as a collaborator of the certified mailbox ${address}, with the right: ${RIGHTS[rights].en}.
${WHAT[rights].en} The link above says what this means and lets you decide. It is good once, until ${moment(until).replace(' alle ', ' at ')}.
You will have a sign-in of your own: the password is yours alone, and what you do is written down under your name.
If you do not know who invites you ignore this message: without the link nothing changes.`,
  )

export type HolderEvent = 'invited' | 'joined' | 'rights' | 'revoked' | 'left'

/** To the holder: what happened with a collaborator, and where to undo it. */
export const holderDelegationText = (event: HolderEvent, facts: DelegationFacts, page: string): MailText => {
  const { address, holder, name, email, rights } = facts
  const who = `${name} (${email})`
  const words: Readonly<Record<HolderEvent, readonly [subject: string, it: string, en: string]>> = {
    invited: [
      'Hai invitato un collaboratore',
      `hai invitato ${who} nella casella ${address}, con il permesso: ${RIGHTS[rights].it}. Finché non accetta non vede nulla.`,
      `you invited ${who} to the mailbox ${address}, with the right: ${RIGHTS[rights].en}. Until they accept they see nothing.`,
    ],
    joined: [
      'Un collaboratore ha accettato l’invito',
      `${who} ha accettato: da ora usa la casella ${address} con il permesso: ${RIGHTS[rights].it}.`,
      `${who} has accepted and uses the mailbox ${address} from now on, with the right: ${RIGHTS[rights].en}.`,
    ],
    rights: [
      'È cambiato il permesso di un collaboratore',
      `nella casella ${address} il permesso di ${who} ora è: ${RIGHTS[rights].it}.`,
      `in the mailbox ${address} the right of ${who} is now: ${RIGHTS[rights].en}.`,
    ],
    revoked: [
      'Un collaboratore non ha più accesso',
      `${who} non ha più accesso alla casella ${address}: accessi aperti e password dei suoi programmi sono finiti.`,
      `${who} has no access to the mailbox ${address} any more: open sign-ins and passwords of programs have ended.`,
    ],
    left: [
      'Un collaboratore ha lasciato la casella',
      `${who} ha rinunciato all’accesso alla casella ${address}.`,
      `${who} has given up the access to the mailbox ${address}.`,
    ],
  }
  const [subject, it, en] = words[event]
  return letter(
    holder,
    `${subject}: ${address}`,
    `${it}

Se non ti risulta, guarda subito i collaboratori e poi cambia la password della casella:

${page}`,
    `${en}
If this surprises you look at the collaborators at once on the page above, then change the password of the mailbox.`,
  )
}

/** To the collaborator: the right has changed, or ended. */
export const collaboratorText = (event: 'rights' | 'revoked' | 'left', facts: DelegationFacts): MailText => {
  const { address, holder, name, rights } = facts
  switch (event) {
    case 'rights':
      return letter(
        name,
        `È cambiato il tuo permesso: ${address}`,
        `${holder || 'il titolare'} ha cambiato il tuo permesso nella casella PEC ${address}. Ora è: ${RIGHTS[rights].it}.\n${WHAT[rights].it}`,
        `${holder || 'the holder'} has changed your right in the certified mailbox ${address}. Now it is: ${RIGHTS[rights].en}. ${WHAT[rights].en}`,
      )
    case 'revoked':
      return letter(
        name,
        `Non hai più accesso a ${address}`,
        `il tuo accesso alla casella PEC ${address} è finito: lo ha tolto il titolare. Anche i tuoi telefoni e programmi collegati a quella casella si sono scollegati. Le altre caselle a cui collabori restano come sono.`,
        `your access to the certified mailbox ${address} has ended: the holder has taken it away. Your telephones and programs are no longer connected to it. Other mailboxes that you work in stay as they are.`,
      )
    case 'left':
      return letter(
        name,
        `Hai lasciato ${address}`,
        `hai rinunciato all’accesso alla casella PEC ${address}. Se non sei stato tu, scegli subito una nuova password.`,
        `you have given up the access to the certified mailbox ${address}. If it was not you choose a new password at once.`,
      )
  }
}

/** To holder and collaborator: a password for a program of the collaborator was made. */
export const collaboratorProgramText = (
  to: string,
  facts: Omit<DelegationFacts, 'holder' | 'rights'> & { readonly program: string; readonly at: Instant },
): MailText =>
  letter(
    to,
    'Una nuova password per un programma di un collaboratore',
    `il ${moment(facts.at)} ${facts.name} (${facts.email}), collaboratore della casella ${facts.address}, ha creato una password per un programma di posta, con il nome «${facts.program}».
Apre la casella con i permessi del collaboratore e finisce con essi.`,
    `on ${moment(facts.at).replace(' alle ', ' at ')} ${facts.name} (${facts.email}), a collaborator of the mailbox ${facts.address}, made a password for a mail program, named “${facts.program}”. It opens the mailbox with the rights of the collaborator, and ends with them.`,
  )

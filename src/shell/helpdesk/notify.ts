// What the help desk writes to who opened a ticket: to the e-mail, or to the box where there is none.
import { answerLetter, boxLetter, confirmLetter, lapsedLetter, receivedLetter } from '../../core/helpdesk/letters.ts'
import type { MailText } from '../../core/identity/staffTexts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import { newToken } from '../identity/tokens.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { writeDeskMail } from '../pec/desk.ts'
import { putTicketKey, type Ticket } from './store.ts'

/** `receivedAs` names what is told, so that it is told once. */
type Letter =
  | { readonly kind: 'confirm' }
  | { readonly kind: 'received'; readonly answerDueAt: Instant }
  | {
      readonly kind: 'answer'
      readonly seq: number
      readonly answer: string
      readonly by: string
      readonly attachments: number
      readonly solved: boolean
    }
  | { readonly kind: 'lapsed' }

type About = Pick<Ticket, 'id' | 'number' | 'subject' | 'email' | 'opener' | 'orderId' | 'address' | 'name'>

/** Where a ticket is opened by a link. */
export const ticketPage = (office: Pick<Office, 'publicUrl'>): string => `${office.publicUrl}/aiuto/richiesta`

const textOf = (about: About, letter: Letter, link: string, answerable: boolean): MailText => {
  const facts = { number: about.number, subject: about.subject, link, answerable }
  switch (letter.kind) {
    case 'confirm':
      return confirmLetter(facts)
    case 'received':
      return receivedLetter({ ...facts, answerDueAt: letter.answerDueAt })
    case 'answer':
      return answerLetter({ ...facts, ...letter })
    case 'lapsed':
      return lapsedLetter(facts)
  }
}

/** Tells who opened the ticket; each thing once. */
export const tellOpener = async (tx: Tx, office: Office, about: About, letter: Letter): Promise<void> => {
  const onceKey = `ticket ${about.id} ${letter.kind}${letter.kind === 'answer' ? ` ${letter.seq}` : ''}`
  if (about.email === null) {
    if (letter.kind !== 'answer' || about.address === null) return
    const mail = boxLetter({ ...about, page: `${office.publicUrl}/casella/richieste/${about.number}` })
    writeDeskMail(tx, office, { to: { name: about.name, address: about.address }, ...mail })
    return
  }
  const token = newToken('link')
  const answerable = office.helpAddress !== undefined && letter.kind !== 'confirm'
  const { subject, text } = textOf(about, letter, `${ticketPage(office)}#${token}`, answerable)
  const written = await writeNotice(tx, office, {
    kind: `ticket.${letter.kind}`,
    to: about.email,
    subject,
    text,
    subjectKind: 'ticket',
    subjectId: about.id,
    onceKey: letter.kind === 'lapsed' ? `${onceKey} ${office.clock.now()}` : onceKey,
    replyTo: answerable ? office.helpAddress : undefined,
    thread: `aiuto.${about.id}`,
  })
  if (written !== undefined) putTicketKey(tx, { token, ticketId: about.id, purpose: 'link' }, office.clock.now())
}

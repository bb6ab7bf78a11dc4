// The invitation of an Order to a member without a box, and why somebody gets none.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import { isOnRegister, type MemberStatus } from './member.ts'

export type Invited = {
  readonly status: MemberStatus
  readonly email?: string | undefined
  readonly hasBox: boolean
  readonly isEnrolling: boolean
  readonly hasDomicile: boolean
  readonly invitedAt?: Instant | undefined
}

/** Who was invited within so many days is left in peace. */
export const INVITED_DAYS = 7

/** Why a member gets no invitation; undefined where one is sent. */
export const whyNotInvited = (member: Invited, now: Instant): string | undefined => {
  if (!isOnRegister(member.status)) return 'Non è iscritto all’albo.'
  if (member.hasBox) return 'Ha già la casella in convenzione.'
  if (member.isEnrolling) return 'Ha già una pratica in corso.'
  if (member.hasDomicile) return 'Ha già un domicilio digitale.'
  if (!member.email) return 'Non ha un’e-mail in anagrafica.'
  if (member.invitedAt !== undefined && now - member.invitedAt < INVITED_DAYS * 86_400_000) {
    return `È stato invitato il ${italianDay(legalTime(member.invitedAt))}.`
  }
  return undefined
}

export type InvitationFacts = {
  readonly order: string
  readonly conventionCode: string
  readonly link: string
  readonly payer: 'order' | 'member' | 'split'
  readonly termMonths: number
  readonly secretariatPhone: string
  readonly helpDeskPhone: string
}

const PAYS = {
  order: 'La paga l’Ordine',
  member: 'Il canone è a tuo carico',
  split: 'Il primo periodo lo paga l’Ordine',
} as const

/** The e-mail: what it is, who pays, what is needed, where to begin, whom to call. */
export const invitation = (facts: InvitationFacts): { readonly subject: string; readonly text: string } => ({
  subject: `${facts.order}: attiva la tua casella PEC`,
  text: [
    `${facts.order} mette a disposizione degli iscritti una casella di posta elettronica certificata. ${PAYS[facts.payer]}, per ${facts.termMonths} mesi dall’attivazione.`,
    'Per legge ogni iscritto all’albo deve avere un domicilio digitale e comunicarlo all’Ordine (art. 16, comma 7, DL 185/2008). Se hai già una PEC non serve attivarne un’altra: comunica l’indirizzo alla segreteria.',
    `Per attivarla servono dieci minuti, il codice fiscale, un documento di identità e un’e-mail che usi già. Comincia da qui, anche dal telefono:\n${facts.link}`,
    `Codice della convenzione: ${facts.conventionCode}.`,
    `Segreteria: ${facts.secretariatPhone}. Assistenza del gestore: ${facts.helpDeskPhone}.`,
    '---',
    `${facts.order} offers its members a certified mailbox, for ${facts.termMonths} months. Begin here, from your phone too:\n${facts.link}`,
  ].join('\n\n'),
})

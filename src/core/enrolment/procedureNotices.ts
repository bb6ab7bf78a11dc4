// What a holder is told when their Order begins a procedure.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import { PROCEDURES, type ProcedureKind } from './procedures.ts'
import type { NoticeText } from './termNotices.ts'

export type ProcedureNoticeFacts = {
  readonly name: string
  readonly address: string
  readonly order: string
  readonly secretariatPhone: string
  readonly helpDeskPhone: string
  readonly closeAt?: Instant | undefined
  readonly expiresAt: Instant
}

const NAMES: Readonly<Record<ProcedureKind, { readonly it: string; readonly en: string }>> = {
  suspend: { it: 'la sospensione dall’albo', en: 'your suspension from the register' },
  reinstate: { it: 'il tuo rientro nell’albo', en: 'your return to the register' },
  strikeOff: { it: 'la cancellazione dall’albo', en: 'your striking off the register' },
  transfer: { it: 'il trasferimento a un altro Ordine', en: 'your transfer to another Order' },
  death: { it: 'il decesso', en: 'the death' },
  withdraw: { it: 'la rinuncia alla casella', en: 'that you give up the box' },
}

const day = (at: Instant): string => italianDay(legalTime(at))

/** The notice: what was registered, what follows for the box and when, whom to call. */
export const procedureNotice = (kind: ProcedureKind, facts: ProcedureNoticeFacts): NoticeText => {
  const { text } = PROCEDURES[kind]
  const it =
    facts.closeAt === undefined
      ? `La casella ${facts.address} resta attiva fino al ${day(facts.expiresAt)}.`
      : `La casella ${facts.address} si chiude il ${day(facts.closeAt)}.`
  const en =
    facts.closeAt === undefined
      ? `The mailbox ${facts.address} stays active until ${day(facts.expiresAt)}.`
      : `The mailbox ${facts.address} closes on ${day(facts.closeAt)}.`
  return {
    kind: `procedure.${kind}`,
    subject: 'La tua casella PEC: una comunicazione del tuo Ordine',
    text: [
      `${facts.name}, il tuo Ordine ha registrato ${NAMES[kind].it}.`,
      text.it,
      it,
      `Se non è corretto chiama la segreteria: ${facts.order}, ${facts.secretariatPhone}. Assistenza: ${facts.helpDeskPhone}.`,
      '---',
      `${facts.name}, your Order has registered ${NAMES[kind].en}.`,
      text.en,
      en,
      `If this is wrong, call the secretariat: ${facts.order}, ${facts.secretariatPhone}. Help: ${facts.helpDeskPhone}.`,
    ].join('\n\n'),
  }
}

// What follows for a member and the box when the Order says that something has changed: each procedure as a row.
import { type MemberEvent, type MemberStatus, memberMachine } from '../register/member.ts'

export const PROCEDURE_KINDS = ['suspend', 'reinstate', 'strikeOff', 'transfer', 'death', 'withdraw'] as const
export type ProcedureKind = (typeof PROCEDURE_KINDS)[number]

export type Procedure = {
  /** What happens to the member; nothing where only the box is given up. A later one is tried where the first cannot be. */
  readonly events: readonly MemberEvent[]
  /** The Order pays no further term. */
  readonly orderLeaves: boolean
  /** Days after which the box closes; the holder may take it over before, where `canTakeOver`. */
  readonly closesAfterDays?: number
  /** The box is suspended at once: nobody signs in and senders are told that nothing is delivered. */
  readonly suspendsBox: boolean
  readonly text: { readonly it: string; readonly en: string }
}

/**
 * The duty to have a digital domicile is of whoever is on the register, suspended or not
 * (art. 16 c. 7 DL 185/2008): a suspension leaves the box as it is.
 */
export const PROCEDURES: Readonly<Record<ProcedureKind, Procedure>> = {
  suspend: {
    events: ['suspend'],
    orderLeaves: false,
    suspendsBox: false,
    text: {
      it: 'L’iscritto risulta sospeso. La casella resta attiva: l’obbligo di avere un domicilio digitale non viene meno.',
      en: 'The member is suspended. The box stays active: the duty to have a digital domicile goes on.',
    },
  },
  reinstate: {
    events: ['reinstate', 'enrolAgain'],
    orderLeaves: false,
    suspendsBox: false,
    text: {
      it: 'L’iscritto torna attivo. Una chiusura già programmata della casella viene annullata.',
      en: 'The member is active again. A closing of the box that was planned is called off.',
    },
  },
  strikeOff: {
    events: ['strikeOff'],
    orderLeaves: true,
    closesAfterDays: 60,
    suspendsBox: false,
    text: {
      it: 'La casella resta attiva 60 giorni, poi si chiude: il titolare scarica la posta o la mantiene a proprie spese.',
      en: 'The box stays active for 60 days, then closes: the holder takes out the mail, or keeps it at their own cost.',
    },
  },
  transfer: {
    events: ['transfer'],
    orderLeaves: true,
    suspendsBox: false,
    text: {
      it: 'L’indirizzo è della persona e resta fino alla scadenza già pagata. Questo Ordine non rinnova; può farlo il nuovo Ordine con la sua convenzione.',
      en: 'The address is the person’s and stays until the end of what was paid. This Order does not renew; the new one may, under its own convention.',
    },
  },
  death: {
    events: ['die'],
    orderLeaves: true,
    closesAfterDays: 90,
    suspendsBox: true,
    text: {
      it: 'La casella è sospesa subito: nessuno accede, e chi scrive riceve l’avviso di mancata consegna. Dopo 90 giorni si chiude; gli eredi possono chiedere i messaggi.',
      en: 'The box is suspended at once: nobody signs in, and who writes gets a notice of non-delivery. It closes after 90 days; the heirs may ask for the messages.',
    },
  },
  withdraw: {
    events: [],
    orderLeaves: true,
    closesAfterDays: 30,
    suspendsBox: false,
    text: {
      it: 'Il titolare rinuncia: la casella si chiude dopo 30 giorni. Deve comunicare all’Ordine un altro domicilio digitale.',
      en: 'The holder gives the box up: it closes after 30 days. They must tell the Order another digital domicile.',
    },
  },
}

/** The state of the register after a procedure; undefined where it cannot begin in this state. */
export const statusAfter = (kind: ProcedureKind, status: MemberStatus): MemberStatus | undefined => {
  const { events } = PROCEDURES[kind]
  if (events.length === 0) return status
  return events.map((event) => memberMachine.next(status, event)).find((next) => next !== undefined)
}

/** Why a procedure may not begin; undefined where it may. `hasBox`: the member has a living box of this Order. */
export const whyNot = (
  kind: ProcedureKind,
  status: MemberStatus,
  hasBox: boolean,
): { readonly it: string; readonly en: string } | undefined => {
  if (statusAfter(kind, status) === undefined) {
    return {
      it: 'Lo stato attuale dell’iscritto non la prevede.',
      en: 'The present state of the member does not allow it.',
    }
  }
  if (kind === 'withdraw' && !hasBox) {
    return { it: 'L’iscritto non ha una casella in convenzione.', en: 'The member has no box of a convention.' }
  }
  return undefined
}

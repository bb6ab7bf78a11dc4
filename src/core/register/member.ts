// A member of an Order (iscritto): what the register says of a person, and the ways in which it changes.
import type { CivilDate } from '../lib/calendar.ts'
import { machine } from '../lib/machine.ts'

/** The registers of an Order of physicians and dentists: one may be in both. */
export type Section = 'physician' | 'dentist' | 'both'

export type MemberStatus = 'active' | 'suspended' | 'cancelled' | 'transferred' | 'deceased'

export type MemberEvent = 'suspend' | 'reinstate' | 'strikeOff' | 'transfer' | 'die' | 'enrolAgain'

export const SECTIONS: readonly Section[] = ['physician', 'dentist', 'both']
export const MEMBER_STATUSES: readonly MemberStatus[] = ['active', 'suspended', 'cancelled', 'transferred', 'deceased']

/** What an Order may decide of a member; who left may be enrolled again, and nobody comes back from death. */
export const memberMachine = machine<MemberStatus, MemberEvent>('active', {
  active: { suspend: 'suspended', strikeOff: 'cancelled', transfer: 'transferred', die: 'deceased' },
  suspended: { reinstate: 'active', strikeOff: 'cancelled', transfer: 'transferred', die: 'deceased' },
  cancelled: { enrolAgain: 'active', die: 'deceased' },
  transferred: { enrolAgain: 'active', die: 'deceased' },
  deceased: {},
})

/** The events that lead from one status to another, in order; undefined where there is no way. */
export const eventsBetween = (from: MemberStatus, to: MemberStatus): readonly MemberEvent[] | undefined => {
  if (from === to) return []
  const arrows = Object.entries(memberMachine.table[from]) as [MemberEvent, MemberStatus][]
  const direct = arrows.find(([, status]) => status === to)
  if (direct) return [direct[0]]
  for (const [event, status] of arrows) {
    const then = (Object.entries(memberMachine.table[status]) as [MemberEvent, MemberStatus][]).find(
      ([, s]) => s === to,
    )
    if (then) return [event, then[0]]
  }
  return undefined
}

/**
 * Whether the person is on the register: a suspended member is, and keeps the duty of a digital domicile (art. 16 c. 7
 * DL 185/2008); a convention's box is for those who are.
 */
export const isOnRegister = (status: MemberStatus): boolean => status === 'active' || status === 'suspended'

/** What the register holds of a person. */
export type MemberFacts = {
  /** As it is written on the card. */
  readonly fiscalCode: string
  /** Of the code before omocodia. */
  readonly canonicalCode: string
  readonly surname: string
  readonly givenName: string
  /** Number of the enrolment, as the Order writes it. */
  readonly number?: string | undefined
  readonly section: Section
  readonly status: MemberStatus
  readonly birthDate?: CivilDate | undefined
  /** Ordinary e-mail. */
  readonly email?: string | undefined
  /** Certified address that the roll gives for the member. */
  readonly pec?: string | undefined
}

/** `Rossi Mario`, as registers are sorted. */
export const registerName = (member: { readonly surname: string; readonly givenName: string }): string =>
  `${member.surname} ${member.givenName}`

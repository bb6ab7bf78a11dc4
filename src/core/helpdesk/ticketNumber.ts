// The number of a ticket, as people read it aloud and write it by hand.
import { makeCaseNumber, parseCaseNumber } from '../enrolment/caseNumber.ts'

/** The number of a ticket, as `R26-7K3M-9QXT`: a case number's symbols and check, and a letter that tells them apart. */
export const makeTicketNumber = (year: number, random: Uint8Array): string => `R${makeCaseNumber(year, random)}`

/** A ticket's number as somebody typed or read it aloud; undefined where it is none. */
export const parseTicketNumber = (typed: string): string | undefined => {
  const found = /^\s*R[\s.\-–—_]*(.*)$/is.exec(typed)
  const number = found && parseCaseNumber(found[1]!)
  return number ? `R${number}` : undefined
}

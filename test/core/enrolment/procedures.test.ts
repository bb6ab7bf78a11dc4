// Procedures of the Order: from which state each may begin, and what follows.
import { describe, expect, it } from 'vitest'
import { procedureNotice } from '../../../src/core/enrolment/procedureNotices.ts'
import { PROCEDURE_KINDS, PROCEDURES, statusAfter, whyNot } from '../../../src/core/enrolment/procedures.ts'
import { instantOf } from '../../../src/core/lib/calendar.ts'
import { MEMBER_STATUSES } from '../../../src/core/register/member.ts'

const AFTER = {
  //          active         suspended      cancelled   transferred  deceased
  suspend: ['suspended', undefined, undefined, undefined, undefined],
  reinstate: [undefined, 'active', 'active', 'active', undefined],
  strikeOff: ['cancelled', 'cancelled', undefined, undefined, undefined],
  transfer: ['transferred', 'transferred', undefined, undefined, undefined],
  death: ['deceased', 'deceased', 'deceased', 'deceased', undefined],
  withdraw: ['active', 'suspended', 'cancelled', 'transferred', 'deceased'],
} as const

describe.each(PROCEDURE_KINDS)('%s', (kind) => {
  it('leads where the table says', () => {
    expect(MEMBER_STATUSES.map((status) => statusAfter(kind, status))).toEqual(AFTER[kind])
  })
  it('says why it may not begin, and only then', () => {
    for (const status of MEMBER_STATUSES) {
      expect(whyNot(kind, status, true) === undefined).toBe(statusAfter(kind, status) !== undefined)
    }
  })
  it('tells the holder what follows, in both languages', () => {
    const { text } = procedureNotice(kind, {
      name: 'Anna D’Angelo',
      address: 'anna.dangelo@pec.example',
      order: 'Ordine di Prova',
      secretariatPhone: '0862 1',
      helpDeskPhone: '800 1',
      expiresAt: instantOf('2029-03-12', 23, 59, 59),
      closeAt: PROCEDURES[kind].closesAfterDays === undefined ? undefined : instantOf('2026-05-08', 23, 59, 59),
    })
    expect(text).toContain(PROCEDURES[kind].text.it)
    expect(text).toContain(PROCEDURES[kind].text.en)
    expect(text).toContain(PROCEDURES[kind].closesAfterDays === undefined ? '12/03/2029' : '08/05/2026')
  })
})

it('giving up wants a box', () => {
  expect(whyNot('withdraw', 'active', false)?.it).toContain('non ha una casella')
})

// Who may do what, as tables.
import { describe, expect, it } from 'vitest'
import { blockedUntil, FREE_TRIES } from '../../../src/core/identity/codeTries.ts'
import { type Grant, may, type Permission } from '../../../src/core/identity/permissions.ts'
import { accessChangeText, invitationText, ROLE_NAMES } from '../../../src/core/identity/staffTexts.ts'
import { DAY, MINUTE } from '../../../src/core/lib/instant.ts'

describe('a permission', () => {
  const reader: Grant = { role: 'orderReader', order: 'A' }
  const admin: Grant = { role: 'orderAdmin', order: 'B' }
  const operator: Grant = { role: 'operator' }
  const table: readonly (readonly [readonly Grant[], Permission, string | undefined, boolean])[] = [
    [[], 'members.read', 'A', false],
    [[reader], 'members.read', 'A', true],
    [[reader], 'members.read', 'B', false],
    [[reader], 'members.read', undefined, false],
    [[reader], 'members.write', 'A', false],
    [[reader, admin], 'members.write', 'A', false],
    [[reader, admin], 'members.write', 'B', true],
    [[reader, admin], 'order.staff', 'B', true],
    [[operator], 'cases.decide', undefined, true],
    [[operator], 'cases.decide', 'A', false],
    [[operator], 'provider.staff', undefined, false],
    [[operator], 'members.read', 'A', false],
    [[{ role: 'operatorAdmin' }], 'members.read', 'A', false],
    [[{ role: 'operatorAdmin' }], 'provider.staff', undefined, true],
    [[{ role: 'orderSecretary', order: 'A' }], 'order.staff', 'A', false],
  ]
  it.each(table)('%j %s at %s: %s', (grants, permission, order, allowed) =>
    expect(may(grants, permission, order)).toBe(allowed),
  )
})

describe('tries at a code', () => {
  it.each([
    [0, 0],
    [FREE_TRIES - 1, 0],
    [FREE_TRIES, MINUTE],
    [FREE_TRIES + 1, 2 * MINUTE],
    [FREE_TRIES + 10, 1024 * MINUTE],
    [FREE_TRIES + 11, DAY],
    [FREE_TRIES + 5_000, DAY],
  ])('after %i wrong ones the next waits %i ms', (failures, ms) =>
    expect(blockedUntil(failures, 1_000)).toBe(1_000 + ms),
  )
})

describe('the e-mails', () => {
  it('of an invitation hold the link, the role and the last day, in both languages', () => {
    const { subject, text } = invitationText({
      name: 'Nina',
      role: 'orderSecretary',
      at: 'Ordine di Prova',
      by: 'Ada Capo',
      link: 'https://x.example/invito/abc',
      expiresAt: Date.UTC(2026, 11, 2, 23, 30),
    })
    expect(subject).toBe('Invito al servizio PEC: Ordine di Prova')
    for (const part of [
      'Ada Capo ti invita',
      'https://x.example/invito/abc',
      '03/12/2026',
      ROLE_NAMES.orderSecretary.en,
    ])
      expect(text).toContain(part)
  })
  it('of a change say what to do', () => {
    for (const change of ['passwordChanged', 'secondFactorSet', 'recoveryCodeUsed'] as const)
      expect(accessChangeText(change, 'Nina').text).toMatch(/Password dimenticata/)
  })
})

// The address that a member has elsewhere: asked by a real certified message, confirmed by its delivery receipt.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isRefusal } from '../../src/core/api/problems.ts'
import { MINUTE } from '../../src/core/lib/instant.ts'
import { addDomicile } from '../../src/shell/register/addDomicile.ts'
import { findMemberRow } from '../../src/shell/register/members.ts'
import { makeConvention, makeOperator, type TestConvention } from '../shell/enrolment/decide/support.ts'
import { addMember } from '../shell/enrolment/support.ts'
import { kindsOf } from './support/observe.ts'
import { type Pair, startPair } from './support/pair.ts'

let pair: Pair
let convention: TestConvention
let staffId: number
let n = 0
beforeAll(async () => {
  pair = await startPair({ office: true })
  const office = pair.alfa.office!
  convention = await makeConvention(office.db, pair.clock.now())
  staffId = await makeOperator(office.db, pair.clock.now())
})
afterAll(() => pair?.stop())

/** Registers the address of a new member, and lets time pass until there is an answer. */
const register = async (address: string) => {
  const office = pair.alfa.office!
  const { orderId } = convention
  const { memberId } = await addMember(office.db, orderId, ++n)
  const added = await addDomicile(office, { orderId, memberId, address, actor: { kind: 'staff', staffId } })
  expect(isRefusal(added)).toBe(false)
  for (let minutes = 0; minutes < 3; minutes++) {
    await pair.settle()
    pair.clock.advance(MINUTE)
  }
  await pair.settle()
  return (await findMemberRow(office, orderId, memberId))!
}

it('a box at another provider is confirmed', async () => {
  await pair.beta.mailbox('medico@pec.beta.example')
  const member = await register('medico@pec.beta.example')
  expect(member).toMatchObject({ domicile_state: 'confirmed', domicile_address: 'medico@pec.beta.example' })
  expect(member.exceptions).toEqual([])
  expect(await kindsOf(pair.beta, 'medico@pec.beta.example')).toEqual(['transportEnvelope'])
})

it('one that does not exist is not, and the secretariat is told', async () => {
  const member = await register('nessuno@pec.beta.example')
  expect(member).toMatchObject({ domicile_state: 'failed' })
  expect(member.exceptions).toEqual(['noDomicile'])
  const told = await pair.alfa.office!.db.query('t-told', `select 1 from notice where kind = 'domicileFailed'`)
  expect(told).toHaveLength(1)
})

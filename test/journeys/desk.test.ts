// Certified mail that the provider itself writes: through the same engine, once it is committed, exactly once.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deskMailStanding, writeDeskMail } from '../../src/shell/pec/desk.ts'
import { allOf, kindsOf } from './support/observe.ts'
import { type Pair, startPair } from './support/pair.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair({ office: true })
})
afterAll(() => pair?.stop())

const TEXT = 'Gentile dottoressa,\n\nè arrivata la sua casella.\n.\nCordiali saluti'
const write = async (address: string, id?: string): Promise<string> => {
  const office = pair.alfa.office!
  return office.db.tx(async (tx) =>
    writeDeskMail(tx, office, {
      ...(id ? { id } : {}),
      to: { name: 'Niccolò D’Angelo', address },
      subject: 'La casella è attiva',
      text: TEXT,
    }),
  )
}

it.each([
  ['of this provider', 'alfa'],
  ['of another', 'beta'],
] as const)('reaches a box %s, and its delivery is known', async (_, side) => {
  const office = pair.alfa.office!
  const address = `persona.${side}@pec.${side}.example`
  await pair[side].mailbox(address)
  const id = await write(address)
  expect(await deskMailStanding(office, id)).toBeUndefined()
  await pair.settle()
  expect(await kindsOf(pair[side], address)).toEqual(['transportEnvelope'])
  expect(await deskMailStanding(office, id)).toMatchObject({ accepted: true, state: 'delivered' })
  expect((await kindsOf(pair.alfa, office.deskAddress)).slice(-2).sort()).toEqual(['acceptance', 'deliveryComplete'])
})

it('is sent once where it is written twice under one id', async () => {
  await pair.alfa.mailbox('una.volta@pec.alfa.example')
  const id = '00000000-0000-4000-8000-000000000001'
  await write('una.volta@pec.alfa.example', id)
  await write('una.volta@pec.alfa.example', id)
  await pair.settle()
  expect(await allOf(pair.alfa, 'una.volta@pec.alfa.example')).toHaveLength(1)
})

it('to a box that is not there, the failure is known', async () => {
  const id = await write('nessuno@pec.beta.example')
  await pair.settle()
  expect(await deskMailStanding(pair.alfa.office!, id)).toMatchObject({ accepted: true, state: 'failed' })
})

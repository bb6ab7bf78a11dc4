// A certified message from submission to delivery receipt, between two providers on the wire.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { kinds, message, send } from './support/mail.ts'
import { type Pair, startPair } from './support/pair.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
})
afterAll(async () => {
  await pair?.stop()
})

describe('a certified message', () => {
  it('within one provider goes the whole way: acceptance, take-in-charge, envelope, delivery', async () => {
    const { alfa } = pair
    const reply = await send(
      alfa,
      'mario.rossi',
      ['anna.bianchi@pec.alfa.example'],
      message({ to: 'anna.bianchi@pec.alfa.example' }),
    )
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(kinds(await alfa.inbox('mario.rossi@pec.alfa.example'))).toEqual(['acceptance', 'deliveryComplete'])
    expect(kinds(await alfa.inbox('anna.bianchi@pec.alfa.example'))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox('ricevute@pec.alfa.example'))).toEqual(['takeInCharge'])
  })

  it('crosses to another provider and its receipts come back', async () => {
    const { alfa, beta } = pair
    await alfa.mailbox('anna@pec.alfa.example')
    const reply = await send(
      alfa,
      'anna',
      ['giulia.neri@pec.beta.example'],
      message({ to: 'giulia.neri@pec.beta.example' }),
    )
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(kinds(await beta.inbox('giulia.neri@pec.beta.example'))).toEqual(['transportEnvelope'])
    const receipts = await alfa.inbox('anna@pec.alfa.example')
    expect(kinds(receipts)).toEqual(['acceptance', 'deliveryComplete'])
    const delivery = toLatin1(await alfa.bytes(receipts[1]!))
    expect(delivery).toContain('X-Ricevuta: avvenuta-consegna')
  })
})

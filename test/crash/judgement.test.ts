// The judge of the crash test must be able to say no: each kind of loss and doubling, by hand.
import { describe, expect, it } from 'vitest'
import { type Found, readFound } from './evidence.ts'
import { judgeAll } from './judgement.ts'
import type { LedgerMessage } from './ledger.ts'

const ID = '<one@crash.localhost>'
const FROM = 'user1@pec.alfa.example'
const HERE = 'user2@pec.alfa.example'
const NOBODY = 'nessuno1@pec.alfa.example'

const message = (change: Partial<LedgerMessage> = {}): LedgerMessage => ({
  kind: 'sent',
  id: ID,
  round: 3,
  from: FROM,
  fate: 'acceptance',
  recipients: [
    { address: HERE, fate: 'delivery' },
    { address: NOBODY, fate: 'nonDelivery' },
  ],
  answer: { kind: 'answered', id: ID, code: 250, text: 'ok' },
  ...change,
})

const found = (marker: string, change: Partial<Found> = {}): Found => ({
  mailbox: FROM,
  uid: 1,
  marker,
  error: 'nessuno',
  clientMsgid: ID,
  identifier: 'x@pec.alfa.example',
  about: '',
  faults: [],
  ...change,
})

const acceptance = found('accettazione')
const delivery = found('avvenuta-consegna', { about: HERE })
const nonDelivery = found('errore-consegna', { about: NOBODY })
const envelope = found('posta-certificata', { mailbox: HERE })
const whole = [acceptance, delivery, nonDelivery, envelope]

const faultsOf = (one: LedgerMessage, evidence: readonly Found[]): readonly string[] =>
  judgeAll(new Map([[one.id, one]]), evidence).faults.map((fault) => `${fault.kind}: ${fault.what}`)

describe('the judge of the crash test', () => {
  it('finds nothing where all is there once', () => {
    expect(faultsOf(message(), whole)).toEqual([])
  })

  it.each([
    ['acceptance', acceptance, 'lost: no acceptance or non-acceptance'],
    ['delivery', delivery, `lost: no outcome for ${HERE}`],
    ['non-delivery', nonDelivery, `lost: no outcome for ${NOBODY}`],
    ['envelope', envelope, `lost: no envelope at ${HERE}`],
  ])('misses a lost %s', (_, lost, told) => {
    expect(
      faultsOf(
        message(),
        whole.filter((one) => one !== lost),
      ),
    ).toEqual([told])
  })

  it.each([
    ['acceptance', acceptance],
    ['delivery', delivery],
    ['non-delivery', nonDelivery],
    ['envelope', envelope],
  ])('sees a doubled %s', (_, doubled) => {
    const [fault, ...others] = faultsOf(message(), [...whole, { ...doubled, uid: 2 }])
    expect(fault).toMatch(/^doubled: 2 ×/)
    expect(others).toEqual([])
  })

  it('sees a message that got both a delivery and a non-delivery', () => {
    expect(faultsOf(message(), [...whole, { ...nonDelivery, about: HERE }])).toHaveLength(2)
  })

  it('takes an unanswered message that left no trace, and one that is whole', () => {
    const unanswered = message({ answer: undefined })
    expect(faultsOf(unanswered, [])).toEqual([])
    expect(faultsOf(unanswered, whole)).toEqual([])
  })

  it('does not take an unanswered message by halves or twice', () => {
    const unanswered = message({ answer: undefined })
    expect(faultsOf(unanswered, [acceptance])).toHaveLength(3)
    expect(faultsOf(unanswered, [...whole, acceptance])).toHaveLength(1)
  })

  it('sees a message accepted that had to be refused', () => {
    expect(faultsOf(message({ fate: 'virusNonAcceptance' }), whole).length).toBeGreaterThan(0)
    const refusal = found('non-accettazione', { error: 'virus' })
    expect(faultsOf(message({ fate: 'virusNonAcceptance' }), [refusal])).toEqual([])
    expect(faultsOf(message({ fate: 'nonAcceptance' }), [refusal])).toHaveLength(1)
  })

  it('sees what is in the wrong mailbox, of no message, or badly signed', () => {
    expect(faultsOf(message(), [...whole, { ...envelope, mailbox: FROM }])).toHaveLength(1)
    expect(faultsOf(message(), [...whole, found('accettazione', { clientMsgid: '<other@x>' })])).toHaveLength(1)
    expect(
      faultsOf(message(), [acceptance, delivery, nonDelivery, { ...envelope, faults: ['signature'] }]),
    ).toHaveLength(1)
  })
})

describe('the reader of the crash test', () => {
  it('reads marker, Message-ID and recipient from the bytes alone', () => {
    const xml =
      '<?xml version="1.0"?><postacert tipo="errore-consegna" errore="no-dest"><dati><identificativo>i@x</identificativo>' +
      '<msgid>&lt;a@b&gt;</msgid><consegna>c@d</consegna></dati></postacert>'
    const bytes = Buffer.from(
      'X-Ricevuta: errore-consegna\r\nSubject: x\r\n\r\n--b\r\nContent-Type: application/xml;\r\n name="daticert.xml"\r\n' +
        `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(xml).toString('base64')}\r\n--b--\r\n`,
    )
    expect(readFound('m', 7, bytes)).toEqual({
      mailbox: 'm',
      uid: 7,
      marker: 'errore-consegna',
      error: 'no-dest',
      clientMsgid: '<a@b>',
      identifier: 'i@x',
      about: 'c@d',
    })
  })
})

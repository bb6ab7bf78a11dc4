// RFC 6109 §2.2.2: how the incoming point sorts what arrives, and whom a receipt may speak for.
import { describe, expect, it } from 'vitest'
import type { ProviderRecord } from '../../../src/core/directory/providers.ts'
import {
  type FormalFinding,
  receiptTransitions,
  type SignatureFinding,
  sortIncoming,
} from '../../../src/core/pec/incoming.ts'
import type { CertificationData, PecKind } from '../../../src/core/pec/model.ts'

const record = (name: string, domain: string): ProviderRecord => ({
  name,
  certificates: [],
  certificateHashes: [],
  serviceMailbox: `ricevute@${domain}`,
  managedDomains: [domain],
  ldifUrl: undefined,
})
const alfa = record('Gestore Alfa', 'pec.alfa.example')
const beta = record('Gestore Beta', 'pec.beta.example')
const proven = (signer: ProviderRecord): SignatureFinding => ({ kind: 'proven', signer })

const SENDER = 'mario.rossi@pec.alfa.example'
const RECIPIENT = 'giulia.neri@pec.beta.example'
const data = (more: Partial<CertificationData> = {}): CertificationData => ({
  kind: 'transportEnvelope',
  error: 'none',
  sender: SENDER,
  recipients: [{ address: RECIPIENT, certified: true }],
  replyTo: SENDER,
  provider: 'x',
  at: 0,
  identifier: 'ce1.2@pec.alfa.example',
  ...more,
})
const pec = (
  pecKind: PecKind | undefined,
  more: Partial<CertificationData> = {},
  formFailures: string[] = [],
): FormalFinding => ({
  kind: 'pec',
  pecKind,
  data: data(more),
  formFailures,
})

describe('RFC 6109 §2.2.2 sorting', () => {
  const cases: [string, SignatureFinding, FormalFinding, string][] = [
    ['no signature', { kind: 'absent' }, { kind: 'ordinary' }, 'ordinary'],
    ['markers without a signature', { kind: 'absent' }, pec('transportEnvelope'), 'ordinary'],
    ['a signature that does not hold', { kind: 'unproven', reason: 'x' }, pec('transportEnvelope'), 'ordinary'],
    ['a provider’s signature on something else', proven(alfa), { kind: 'ordinary' }, 'anomalous'],
    ['a valid envelope', proven(alfa), pec('transportEnvelope'), 'envelope'],
    ['a valid envelope out of form', proven(alfa), pec('transportEnvelope', {}, ['x']), 'anomalous'],
    ['an unknown kind', proven(alfa), pec(undefined), 'anomalous'],
    ['an anomaly envelope of another provider', proven(alfa), pec('anomalyEnvelope'), 'anomalous'],
    [
      'a delivery by the provider of the recipient',
      proven(beta),
      pec('deliveryComplete', { deliveryTo: RECIPIENT }),
      'receipt',
    ],
    [
      'a take-in-charge by the provider of the recipient',
      proven(beta),
      pec('takeInCharge', { takenFor: [RECIPIENT] }),
      'receipt',
    ],
  ]
  it.each(cases)('%s', (_, signature, form, kind) => {
    expect(sortIncoming(signature, form).kind).toBe(kind)
  })

  const forgeries: [string, PecKind, Partial<CertificationData>][] = [
    ['a delivery by a provider that does not manage the recipient', 'deliveryComplete', { deliveryTo: RECIPIENT }],
    ['a non-delivery by a provider that does not manage the recipient', 'nonDelivery', { deliveryTo: RECIPIENT }],
    ['a take-in-charge where one recipient is another’s', 'takeInCharge', { takenFor: [SENDER, RECIPIENT] }],
    ['a virus detection by a stranger', 'virusDetection', { deliveryTo: RECIPIENT }],
  ]
  it.each(forgeries)('forged: %s', (_, kind, more) => {
    expect(sortIncoming(proven(alfa), pec(kind, more)).kind).toBe('anomalous')
  })
  it('forged: an envelope whose sender belongs to another provider', () => {
    expect(sortIncoming(proven(beta), pec('transportEnvelope')).kind).toBe('anomalous')
  })
  it('forged: an acceptance by a provider that is not the sender’s', () => {
    expect(sortIncoming(proven(beta), pec('acceptance')).kind).toBe('anomalous')
  })
})

describe('RFC 6109 §3.1.6 what receipts do to recipients', () => {
  const cases: [PecKind, Partial<CertificationData>, readonly string[]][] = [
    ['takeInCharge', { takenFor: [RECIPIENT, SENDER] }, [`${RECIPIENT} takeInCharge`, `${SENDER} takeInCharge`]],
    ['deliveryComplete', { deliveryTo: RECIPIENT }, [`${RECIPIENT} delivery`]],
    ['deliveryBrief', { deliveryTo: RECIPIENT }, [`${RECIPIENT} delivery`]],
    ['deliveryConcise', { deliveryTo: RECIPIENT }, [`${RECIPIENT} delivery`]],
    ['nonDelivery', { deliveryTo: RECIPIENT }, [`${RECIPIENT} nonDelivery`]],
    ['virusDetection', { deliveryTo: RECIPIENT }, [`${RECIPIENT} nonDelivery`]],
    ['timeoutWarning', { deliveryTo: RECIPIENT }, []],
    ['acceptance', {}, []],
  ]
  it.each(cases)('%s', (kind, more, moves) => {
    expect(receiptTransitions(kind, data(more)).map((move) => `${move.address} ${move.event}`)).toEqual(moves)
  })
})

// The words of the wire, as the rules print them.
import { describe, expect, it } from 'vitest'
import type { PecKind } from '../../../src/core/pec/model.ts'
import {
  CERTIFICATION_KIND,
  ERROR_WORD,
  KIND_WORD,
  MARKER,
  parseError,
  parseKind,
  parseReceiptMarker,
  parseReceiptType,
  parseTransportMarker,
  RECEIPT_TYPE_WORD,
} from '../../../src/core/pec/vocabulary.ts'

describe('markers and subjects', () => {
  // RFC 6109 §2.1.1, §3 and §8.1: one row for each kind of message
  const rows: readonly (readonly [PecKind, string, string, boolean])[] = [
    ['acceptance', 'X-Ricevuta: accettazione', 'ACCETTAZIONE', false], // RFC 6109 §3.1.4
    ['nonAcceptance', 'X-Ricevuta: non-accettazione', 'AVVISO DI NON ACCETTAZIONE', false], // RFC 6109 §3.1.2
    ['virusNonAcceptance', 'X-Ricevuta: non-accettazione', 'AVVISO DI NON ACCETTAZIONE PER VIRUS', true], // §3.1.3
    ['transportEnvelope', 'X-Trasporto: posta-certificata', 'POSTA CERTIFICATA', false], // RFC 6109 §3.1.5
    ['takeInCharge', 'X-Ricevuta: presa-in-carico', 'PRESA IN CARICO', false], // RFC 6109 §3.2.1
    ['deliveryComplete', 'X-Ricevuta: avvenuta-consegna', 'CONSEGNA', false], // RFC 6109 §3.3.2
    ['deliveryBrief', 'X-Ricevuta: avvenuta-consegna', 'CONSEGNA', false],
    ['deliveryConcise', 'X-Ricevuta: avvenuta-consegna', 'CONSEGNA', false],
    ['nonDelivery', 'X-Ricevuta: errore-consegna', 'AVVISO DI MANCATA CONSEGNA', false], // RFC 6109 §3.3.3
    [
      'timeoutWarning',
      'X-Ricevuta: preavviso-errore-consegna',
      'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO',
      false,
    ],
    [
      'timeoutFinal',
      'X-Ricevuta: preavviso-errore-consegna',
      'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO',
      false,
    ],
    ['virusDetection', 'X-Ricevuta: rilevazione-virus', 'PROBLEMA DI SICUREZZA', false], // RFC 6109 §3.2.3
    ['virusNonDelivery', 'X-Ricevuta: errore-consegna', 'AVVISO DI MANCATA CONSEGNA PER VIRUS', true], // RFC 6109 §3.2.4
    ['anomalyEnvelope', 'X-Trasporto: errore', 'ANOMALIA MESSAGGIO', false], // RFC 6109 §3.2.2
  ]
  it.each(rows)('%s', (kind, field, prefix, security) => {
    const marker = MARKER[kind]
    expect([`${marker.field}: ${marker.value}`, marker.subjectPrefix, marker.security]).toEqual([
      field,
      prefix,
      security,
    ])
  })
  it('covers every kind', () => {
    expect(rows.map(([kind]) => kind).sort()).toEqual(Object.keys(MARKER).sort())
    expect(Object.keys(CERTIFICATION_KIND).length).toBe(13)
  })
  it('agrees with the certification data: the marker is the tipo', () => {
    for (const [kind, certification] of Object.entries(CERTIFICATION_KIND)) {
      expect(MARKER[kind as PecKind].value).toBe(KIND_WORD[certification])
    }
  })
})

describe('the way back', () => {
  it('reads every word, in any case of letters', () => {
    for (const [kind, word] of Object.entries(KIND_WORD)) expect(parseKind(` ${word.toUpperCase()} `)).toBe(kind)
    for (const [error, word] of Object.entries(ERROR_WORD)) expect(parseError(word)).toBe(error)
    for (const [type, word] of Object.entries(RECEIPT_TYPE_WORD))
      expect(parseReceiptType(word.toUpperCase())).toBe(type)
  })
  it('knows no other', () => {
    expect([parseKind('errore'), parseError(''), parseReceiptType('lunga')]).toEqual([undefined, undefined, undefined])
    expect(parseKind('constructor')).toBeUndefined()
    expect(parseTransportMarker('posta')).toBeUndefined()
  })
  it('keeps the words of the two marker fields apart', () => {
    expect(parseReceiptMarker('posta-certificata')).toBeUndefined()
    expect(parseReceiptMarker('Accettazione')).toBe('acceptance')
    expect(parseTransportMarker('Posta-Certificata')).toBe('transportEnvelope')
    expect(parseTransportMarker('errore')).toBe('anomalyEnvelope')
    expect(parseTransportMarker('accettazione')).toBeUndefined()
  })
})

// The line in which a person says what they look for: read, written, made into a filter.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_SEARCH,
  isEmptySearch,
  parseSearch,
  printSearch,
  type Search,
  searchFilter,
  snippetFilter,
} from '../../../src/core/jmap/searchText.ts'

const FOLDERS = [
  { id: 'F1', name: 'Inbox', role: 'inbox' },
  { id: 'F2', name: 'Sent', role: 'sent' },
  { id: 'F3', name: 'Trash', role: 'trash' },
  { id: 'F4', name: 'Gare 2026', role: null },
]

describe('a search in one line', () => {
  it.each<[string, Partial<Search>]>([
    ['', {}],
    ['verbale  assemblea', { words: 'verbale assemblea' }],
    ['"verbale di assemblea" perché', { words: '"verbale di assemblea" perché' }],
    ['da:rossi', { from: ['rossi'] }],
    ['DA:Rossi Mittente:ordine', { from: ['Rossi', 'ordine'] }],
    ['from:"Mario Rossi" to:studio@pec.example', { from: ['Mario Rossi'], to: ['studio@pec.example'] }],
    ['stato:in-attesa', { state: 'pending' }],
    ['status:failed', { state: 'failed' }],
    ['stato:mancata-consegna', { state: 'failed' }],
    ['tipo:PEC', { kind: 'certified' }],
    ['kind:receipts', { kind: 'receipts' }],
    ['tipo:anomalie', { kind: 'warnings' }],
    ['prima:2026-01-01 dopo:31/12/2024', { before: '2026-01-01', after: '2024-12-31' }],
    ['dal:2026 prima:2026-3', { after: '2026-01-01', before: '2026-03-01' }],
    ['allegato:sì da-leggere:si evidenza:no', { attachment: true, unread: true, flagged: false }],
    ['attachment:no unread:yes', { attachment: false, unread: true }],
    ['cartella:"Gare 2026" gara', { folder: 'Gare 2026', words: 'gara' }],
    ['cestino:sì fattura', { bin: true, words: 'fattura' }],
    // what is not understood is looked for
    ['prima:ieri', { words: 'prima:ieri' }],
    ['prima:2026-02-30', { words: 'prima:2026-02-30' }],
    ['stato:boh tipo: http://a.example/', { words: 'stato:boh tipo: http://a.example/' }],
    ['da:', { words: 'da:' }],
    ['da:"rossi', { words: 'da:"rossi' }],
    ['5:30 "aperta', { words: '5:30 "aperta' }],
    ['__proto__:x constructor:y', { words: '__proto__:x constructor:y' }],
  ])('reads %s', (text, expected) => expect(parseSearch(text)).toEqual({ ...EMPTY_SEARCH, ...expected }))

  it.each<[string, 'it' | 'en', string]>([
    [
      'verbale flagged:yes from:"Mario Rossi" before:2026 status:pending',
      'it',
      'da:"Mario Rossi" stato:in-attesa prima:2026-01-01 evidenza:sì verbale',
    ],
    ['cestino:sì tipo:ricevute cartella:arrivo a:anna', 'en', 'to:anna kind:receipt folder:arrivo bin:yes'],
  ])('writes %s in %s', (text, language, written) => expect(printSearch(parseSearch(text), language)).toBe(written))

  it('reads again what it wrote, in either language', () => {
    const value = fc.string({ unit: fc.constantFrom(...'abZè1 :"-@.'), maxLength: 8 })
    const text = fc.array(fc.oneof(value, fc.tuple(fc.constantFrom('da', 'to', 'tipo', 'dopo', 'in'), value)), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(text, fc.constantFrom('it' as const, 'en' as const), (parts, language) => {
        const search = parseSearch(parts.map((one) => (Array.isArray(one) ? one.join(':') : one)).join(' '))
        expect(parseSearch(printSearch(search, language))).toEqual(search)
      }),
    )
  })

  it.each<[string, unknown]>([
    ['cestino:sì verbale', [{ text: 'verbale' }, { pecWritten: true }]],
    ['verbale', [{ text: 'verbale' }, { pecWritten: true }, { inMailboxOtherThan: ['F3'] }]],
    [
      'in:inviata stato:in-attesa',
      [{ pecWritten: true }, { pecStates: ['pending', 'taken', 'warned'] }, { inMailbox: 'F2' }],
    ],
    ['cartella:"gare 2026" tipo:pec', [{ pecKinds: ['transportEnvelope'] }, { pecWritten: true }, { inMailbox: 'F4' }]],
    ['cartella:altrove', [{ pecWritten: true }, { inMailbox: 'F0' }]],
    // days begin in Italy, in summer and in winter
    [
      'cestino:sì dopo:2026-07-01 prima:2026-12-01',
      [{ pecWritten: true }, { after: '2026-06-30T22:00:00Z' }, { before: '2026-11-30T23:00:00Z' }],
    ],
    [
      'cestino:sì da-leggere:sì evidenza:no allegato:sì',
      [{ pecWritten: true }, { hasAttachment: true }, { notKeyword: '$seen' }, { notKeyword: '$flagged' }],
    ],
  ])('asks the server for %s', (text, conditions) =>
    expect(searchFilter(parseSearch(text), FOLDERS)).toEqual({ operator: 'AND', conditions }),
  )

  it('asks for receipts alone where receipts are wanted', () => {
    expect(JSON.stringify(searchFilter(parseSearch('tipo:ricevute cestino:sì'), FOLDERS))).not.toContain('pecWritten')
  })

  it.each<[string, unknown]>([
    ['da:rossi', undefined],
    ['da:rossi verbale', { text: 'verbale' }],
    ['oggetto:gara verbale', { operator: 'AND', conditions: [{ text: 'verbale' }, { subject: 'gara' }] }],
  ])('marks of %s', (text, filter) => expect(snippetFilter(parseSearch(text))).toEqual(filter))

  it.each([
    ['', true],
    ['cestino:sì', true],
    ['in:inviata', false],
    ['evidenza:no', false],
  ])('knows whether %s asks for anything', (text, empty) => expect(isEmptySearch(parseSearch(text))).toBe(empty))
})

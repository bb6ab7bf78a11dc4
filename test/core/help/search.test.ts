// Search among help pages: what people type, slips and all, and what they must find.
import { describe, expect, it } from 'vitest'
import { isNear } from '../../../src/core/help/distance.ts'
import type { HelpPage } from '../../../src/core/help/page.ts'
import { indexHelp, searchHelp } from '../../../src/core/help/search.ts'
import { foldText, stemOf, tellingWords } from '../../../src/core/help/stem.ts'
import { readHelpMarkdown } from '../../../src/shell/help/markdown.ts'
import { shippedHelp } from '../../../src/shell/help/shipped.ts'

const pages = (language: 'it' | 'en'): readonly HelpPage[] =>
  [...shippedHelp()[language]].map(([slug, { rank: _, ...text }]) => ({
    ...text,
    slug,
    language,
    origin: 'shipped',
    blocks: readHelpMarkdown(text.text).blocks,
  }))
const indexes = { it: indexHelp(pages('it')), en: indexHelp(pages('en')) }
const find = (query: string, language: 'it' | 'en' = 'it'): readonly string[] =>
  searchHelp(indexes[language], query).map((hit) => hit.page.slug)

describe('words', () => {
  it.each([
    ['ricevuta', 'ricevute'],
    ['ricevuta', 'ricevere'],
    ['attivare', 'attivazione'],
    ['attivare', 'attivata'],
    ['consegna', 'consegnato'],
    ['messaggio', 'messaggi'],
    ['casella', 'caselle'],
    ['anomalia', 'anomalie'],
    ['destinatario', 'destinatari'],
    ['collaboratore', 'collaboratori'],
    ['allegato', 'allegati'],
    ['telefono', 'telefoni'],
    ['receipt', 'receipts'],
  ])('%s and %s are one', (a, b) => expect(stemOf(a)).toBe(stemOf(b)))

  it.each([
    ['casa', 'cassa'],
    ['conto', 'conte1'],
    ['porta', 'posta'],
  ])('%s and %s are two', (a, b) => expect(stemOf(a)).not.toBe(stemOf(b)))

  it('are without accents and capitals', () => expect(foldText('È Perché L’Ordine')).toBe('e perche l’ordine'))
  it('that say nothing are left out, unless nothing else is there', () => {
    expect(tellingWords('come si cambia la password')).toEqual(['cambia', 'password'])
    expect(tellingWords('che cosa è')).toEqual(['che', 'cosa', 'e'])
  })
})

describe('a slip of the fingers', () => {
  it.each([
    ['password', 'pasword', 1, true],
    ['password', 'passwrod', 1, true],
    ['password', 'passwordd', 1, true],
    ['password', 'passuord', 1, true],
    ['password', 'parola', 2, false],
    ['rinnovo', 'ricevuta', 2, false],
  ] as const)('%s, %s, %i: %s', (a, b, most, near) => {
    expect(isNear(a, b, most)).toBe(near)
    expect(isNear(b, a, most)).toBe(near)
  })
})

describe('the search', () => {
  it.each([
    ['ricevuta', 'ricevute'],
    ['RICEVUTE', 'ricevute'],
    ['ricevuta di consegna', 'ricevute'],
    ['password dimenticata', 'password-dimenticata'],
    ['ho perso la pasword', 'password-dimenticata'],
    ['anomalia messaggio', 'busta-di-anomalia'],
    ['busta anomalie', 'busta-di-anomalia'],
    ['iphone', 'iphone-ipad-mac'],
    ['outlok', 'outlook'],
    ['thunderbrid', 'thunderbird'],
    ['gmail', 'android'],
    ['attivazione', 'attivare-la-casella'],
    ['scadenza', 'scadenza-e-rinnovo'],
    ['la mia casella è scaduta', 'scadenza-e-rinnovo'],
    ['rinnovare', 'scadenza-e-rinnovo'],
    ['casella piena', 'spazio'],
    ['delega segretaria', 'collaboratori'],
    ['virus', 'virus'],
    ['mancata consegna', 'mancata-consegna'],
    ['24 ore', 'tempo-massimo'],
    ['postacert.eml', 'gli-allegati-tecnici'],
    ['chiusura', 'chiudere-la-casella'],
    ['disdetta', 'chiudere-la-casella'],
    ['backup', 'copia-di-tutta-la-posta'],
    ['2fa', 'secondo-fattore'],
    ['SMTP', 'telefono-e-programmi'],
    ['ccn', 'piu-destinatari'],
    ['a che punto è', 'a-che-punto-e-la-pratica'],
    ['perché', 'password-per-i-programmi'],
  ])('finds for "%s" first %s', (query, slug) => expect(find(query)[0]).toBe(slug))

  it.each(['ricev', 'pass', 'tele', 'ip'])('finds something while "%s" is still being typed', (query) =>
    expect(find(query).length).toBeGreaterThan(0),
  )
  it('a last word that is finished stands for itself', () => {
    expect(find('out')).toContain('outlook')
    expect(find('out ')).not.toContain('outlook')
  })
  it.each(['', '   ', '!?', 'xyzzyq', '𝕏', '\u0000'])('finds nothing for "%s"', (query) =>
    expect(find(query)).toEqual([]),
  )
  it('takes a query of any length', () => expect(find('ricevuta '.repeat(5_000))[0]).toBe('ricevute'))
  it('puts the title before the text', () => {
    const page = (slug: string, title: string, text: string): HelpPage => ({
      slug,
      title,
      summary: 'Un riassunto qualsiasi.',
      group: 'use',
      words: '',
      related: [],
      text,
      language: 'it',
      origin: 'shipped',
      blocks: readHelpMarkdown(text).blocks,
    })
    const hits = searchHelp(
      indexHelp([page('a', 'Altro', 'Le ricevute.'), page('b', 'Ricevute', 'Niente.')]),
      'ricevuta',
    )
    expect(hits.map((hit) => hit.page.slug)).toEqual(['b', 'a'])
    expect(hits[1]!.excerpt).toBe('Le ricevute.')
  })
  it.each([
    ['forgotten password', 'password-dimenticata'],
    ['receipts', 'ricevute'],
    ['renewal', 'scadenza-e-rinnovo'],
    ['set up my phone', 'telefono-e-programmi'],
  ])('finds in English for "%s" first %s', (query, slug) => expect(find(query, 'en')[0]).toBe(slug))
})

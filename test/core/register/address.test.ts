// What is proposed before the @, and what may be chosen.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddrSpec } from '../../../src/core/mail/address.ts'
import {
  LOCAL_PART_TEXT,
  type LocalPartProblem,
  localPartCandidates,
  localPartProblem,
  proposeLocalParts,
  tidyLocalPart,
} from '../../../src/core/register/address.ts'

const DOMAIN = 'pec.ordine.example'
const free = (): boolean => false

describe('proposals', () => {
  test.each([
    ['Rossi', 'Mario', ['mario.rossi', 'rossi.mario', 'm.rossi', 'mario-rossi']],
    ['Rossi', 'Maria Grazia', ['mariagrazia.rossi', 'maria.rossi', 'maria.g.rossi', 'rossi.mariagrazia']],
    ["D'Angelo", 'Nicolò', ['nicolo.dangelo', 'dangelo.nicolo', 'n.dangelo', 'nicolo-dangelo']],
    ['De Luca Rossi', 'Sara', ['sara.delucarossi', 'sara.deluca', 'delucarossi.sara', 's.delucarossi']],
    ['Müller', 'Eva', ['eva.muller', 'muller.eva', 'e.muller', 'eva-muller']],
    ['Fo', 'Dario', ['dario.fo', 'fo.dario', 'd.fo', 'dario-fo']],
  ])('%s %s', (surname, givenName, proposals) =>
    expect(proposeLocalParts({ surname, givenName }, DOMAIN, free)).toEqual(proposals),
  )

  test('what is taken is passed over, down to numbers', () => {
    const person = { surname: 'Rossi', givenName: 'Mario', section: 'physician' } as const
    const taken = new Set(['mario.rossi', 'rossi.mario', 'm.rossi', 'mario.rossi.medico', 'mario.rossi2'])
    expect(proposeLocalParts(person, DOMAIN, (local) => taken.has(local), 3)).toEqual([
      'mario-rossi',
      'mario.rossi3',
      'mario.rossi4',
    ])
    expect(proposeLocalParts({ ...person, section: 'dentist' }, DOMAIN, free, 5)).toContain('mario.rossi.odontoiatra')
  })

  test('a surname that is a word of offices or of offence is still a name', () => {
    expect(proposeLocalParts({ surname: 'Ordine', givenName: 'Nuccio' }, DOMAIN, free)[0]).toBe('nuccio.ordine')
    expect(proposeLocalParts({ surname: 'Troia', givenName: 'Anna' }, DOMAIN, free)[0]).toBe('anna.troia')
    expect(localPartProblem('anna.troia', DOMAIN)).toBe('offensive')
  })

  test('very long names get short forms', () => {
    const person = { surname: 'Castelfranchi Montecuccoli degli Erri', givenName: 'Massimiliano Alessandro' }
    const found = proposeLocalParts(person, DOMAIN, free)
    expect(found).toContain('massimiliano.castelfranchi')
    for (const local of found) expect(local.length).toBeLessThanOrEqual(40)
  })

  test('a name without a Latin letter gets no proposal, and no error', () =>
    expect(proposeLocalParts({ surname: '李', givenName: '明' }, DOMAIN, free)).toEqual([]))

  test('every proposal is allowed, free, its own, and an address', () => {
    const text = fc.oneof(fc.string({ maxLength: 30 }), fc.stringMatching(/^[A-Za-zàèìòù' -]{1,40}$/))
    fc.assert(
      fc.property(text, text, fc.array(fc.nat(300), { maxLength: 50 }), (surname, givenName, places) => {
        const person = { surname, givenName }
        const all = localPartCandidates(person, DOMAIN)
        const taken = new Set(places.map((place) => all[place]))
        const found = proposeLocalParts(person, DOMAIN, (local) => taken.has(local))
        expect(new Set(found).size).toBe(found.length)
        for (const local of found) {
          expect(localPartProblem(local, DOMAIN, person)).toBeUndefined()
          expect(taken.has(local)).toBe(false)
          expect(all).toContain(local)
          expect(parseAddrSpec(`${local}@${DOMAIN}`)?.spec).toBe(`${local}@${DOMAIN}`)
        }
      }),
    )
  })
})

describe('what may be chosen', () => {
  test.each([
    'mario.rossi',
    'm-rossi_80',
    'rossi2',
    'nuccio.ordine',
    'studio.rossi',
    'montenegro',
    'giovanni.negroni',
    'possesso',
    'agricola',
  ])('%s', (local) => expect(localPartProblem(local, DOMAIN)).toBeUndefined())

  test.each<[string, LocalPartProblem]>([
    ['', 'missing'],
    ['ab', 'tooShort'],
    ['a'.repeat(65), 'tooLong'],
    ['mario rossi', 'characters'],
    ['Mario', 'characters'],
    ['nicolò', 'characters'],
    ['mario+rossi', 'characters'],
    ['mario@rossi', 'characters'],
    ['.mario', 'separators'],
    ['mario.', 'separators'],
    ['mario..rossi', 'separators'],
    ['mario.-rossi', 'separators'],
    ['12345', 'noLetter'],
    ['postmaster', 'reserved'],
    ['post.master', 'reserved'],
    ['info', 'reserved'],
    ['info2', 'reserved'],
    ['posta-certificata', 'reserved'],
    ['ordine.segreteria', 'reserved'],
    ['segreteria.ordine.medici', 'reserved'],
    ['no-reply', 'reserved'],
    ['v.a.f.f.a.n.c.u.l.o', 'offensive'],
    ['stronzo99', 'offensive'],
    ['mario.culo', 'offensive'],
  ])('%j is refused: %s', (local, problem) => expect(localPartProblem(local, DOMAIN)).toBe(problem))

  test('the whole address has a limit too', () =>
    expect(localPartProblem('a'.repeat(60), 'b'.repeat(200))).toBe('tooLong'))

  test('any text: a reason in both languages, or an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 70 }), fc.stringMatching(/^[a-z._-]{1,20}$/)), (text) => {
        const local = tidyLocalPart(text)
        const problem = localPartProblem(local, DOMAIN)
        if (problem === undefined) expect(parseAddrSpec(`${local}@${DOMAIN}`)).toBeDefined()
        else expect(LOCAL_PART_TEXT[problem].it && LOCAL_PART_TEXT[problem].en).toBeTruthy()
      }),
    )
  })

  test('tidyLocalPart', () => expect(tidyLocalPart(' Mario.Rossi ')).toBe('mario.rossi'))
})

// Names of files for mail that is taken out: hostile subjects and folders stay inside the archive.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  archiveReadme,
  EXTRACT_COLUMNS,
  extractNotes,
  mboxPath,
  namesOnce,
  receiptsFolder,
} from '../../../src/core/mailbox/archive.ts'
import { takeOutPath } from '../../../src/core/mailbox/takeOutPath.ts'

const AT = Date.UTC(2026, 2, 9, 9)

it.each([
  ['INBOX', 'ACCETTAZIONE: prova', 'INBOX/2026-03-09 ACCETTAZIONE prova (7).eml'],
  ['Archivio/2026', 'a/b\\c', 'Archivio/2026/2026-03-09 a b c (7).eml'],
  ['../../etc', '../passwd', '_/_/etc/2026-03-09 passwd (7).eml'],
  ['.nascosta', 'CON\u202egpj.exe', 'nascosta/2026-03-09 CON gpj.exe (7).eml'],
  ['INBOX', undefined, 'INBOX/2026-03-09 senza oggetto (7).eml'],
  ['INBOX', '', 'INBOX/2026-03-09 _ (7).eml'],
])('%s, %s', (folder, subject, path) => expect(takeOutPath(folder, 7, AT, subject)).toBe(path))

it('any names make a relative path that unpacks where it is told', () => {
  const words = fc.string({ unit: 'binary', maxLength: 200 })
  fc.assert(
    fc.property(words, words, (folder, subject) => {
      // One look for all parts: a look for each takes longer than the path.
      const unfit = takeOutPath(folder, 1, AT, subject)
        .split('/')
        .filter(
          (part) =>
            !/^[^\x00-\x1f<>:"\\|?*]+$/.test(part) ||
            ['.', '..', ''].includes(part) ||
            !part.isWellFormed() ||
            part.length >= 120,
        )
      expect(unfit).toEqual([])
    }),
  )
})

describe('the archive', () => {
  it.each([
    ['INBOX', 'posta/INBOX.mbox'],
    ['Archivio/2026', 'posta/Archivio/2026.mbox'],
    ['../../etc', 'posta/_/_/etc.mbox'],
  ])('names the file of %s', (folder, path) => expect(mboxPath(folder)).toBe(path))
  it('names the folder of receipts by the subject of what they are about', () => {
    expect(receiptsFolder(AT, 'AVVENUTA CONSEGNA: Fattura 7/2026')).toBe('ricevute/2026-03-09 Fattura 7 2026')
    expect(receiptsFolder(AT, undefined)).toBe('ricevute/2026-03-09 senza oggetto')
  })
  it('gives each name once, as systems see names that take no notice of case', () => {
    const once = namesOnce()
    expect(['a.eml', 'A.eml', 'a.eml', 'x/b', 'x.y/b', 'x/B'].map(once)).toEqual([
      'a.eml',
      'A (2).eml',
      'a (3).eml',
      'x/b',
      'x.y/b',
      'x/B (2)',
    ])
  })
  it('says what each thing is', () => {
    const words = archiveReadme('mbox', { address: 'anna@pec.example', provider: 'Gestore', at: AT })
    for (const one of ['posta/', 'ricevute/', 'registro/', 'SHA256SUMS', 'anna@pec.example', '09/03/2026'])
      expect(words).toContain(one)
    for (const [name] of EXTRACT_COLUMNS) expect(extractNotes()).toContain(`  ${name}: `)
  })
})

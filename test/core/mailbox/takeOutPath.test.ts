// Names of files for mail that is taken out: hostile subjects and folders stay inside the archive.
import fc from 'fast-check'
import { expect, it } from 'vitest'
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
      for (const part of takeOutPath(folder, 1, AT, subject).split('/')) {
        expect(part).toMatch(/^[^\x00-\x1f<>:"\\|?*]+$/)
        expect(['.', '..', '']).not.toContain(part)
        expect(part.isWellFormed()).toBe(true)
        expect(part.length).toBeLessThan(120)
      }
    }),
  )
})

// PDF documents: a foreign reader finds the words, pages break between rows, the same document is the same bytes.
import { describe, expect, it } from 'vitest'
import { openPdf } from '../../../src/shell/adapters/pdf.ts'
import { pdfTexts } from '../../support/pdf.ts'

const options = {
  title: 'Prova',
  author: 'Alfa',
  language: 'it',
  createdAt: Date.UTC(2026, 2, 12),
  head: 'Alfa Posta Certificata',
  foot: 'Documento di prova',
} as const
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const sample = (rows: number): Promise<Uint8Array> => {
  const pdf = openPdf(options)
  pdf.heading('Titolo')
  pdf.heading('Parte', 2)
  pdf.paragraph('Perché no: “è così” – 25,00 € – Łukasz')
  pdf.facts([['Numero', 'PEC/2026/12']])
  pdf.image(PIXEL, { width: 40, alt: 'Un punto', align: 'right' })
  pdf.table(
    [
      { title: 'Descrizione', share: 3 },
      { title: 'Importo', share: 1, align: 'right' },
    ],
    Array.from({ length: rows }, (_, i) => [`Riga ${i} ${'lunga '.repeat(i % 40)}`, '1.234,50 €']),
  )
  pdf.signature('Firma')
  return pdf.finish()
}

describe('PDF', () => {
  it('says its words to a foreign reader', async () => {
    const [text = ''] = await pdfTexts(await sample(2))
    for (const words of ['Titolo', '“è così” – 25,00 € – Łukasz', 'PEC/2026/12', 'Importo', 'Firma', 'Pagina 1 di 1'])
      expect(text).toContain(words)
  })

  it('begins new pages between rows, each with its head and foot', async () => {
    const pages = await pdfTexts(await sample(120))
    expect(pages.length).toBeGreaterThan(3)
    for (const [i, page] of pages.entries()) {
      expect(page).toContain('Alfa Posta Certificata')
      expect(page).toContain(`Pagina ${i + 1} di ${pages.length}`)
    }
    const rows = [...pages.join('\n').matchAll(/Riga (\d+)/g)].map((found) => Number(found[1]))
    expect(rows).toEqual(Array.from({ length: 120 }, (_, i) => i))
  })

  it('is tagged, has a language, embeds its font and is the same bytes each time', async () => {
    const bytes = Buffer.from(await sample(3))
    const source = bytes.toString('latin1')
    expect(source).toMatch(/\/MarkInfo/)
    expect(source).toMatch(/\/Lang \(it\)/)
    expect(source).toMatch(/\/FontFile[23]/)
    expect(bytes.equals(Buffer.from(await sample(3)))).toBe(true)
  })
})

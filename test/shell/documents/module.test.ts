// The module to sign: its words, its QR after every way that paper takes, and the same bytes for the same data.
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCaseQr } from '../../../src/core/enrolment/caseNumber.ts'
import { makeModule } from '../../../src/shell/documents/module.ts'
import { normalise } from '../../../src/shell/documents/normalise.ts'
import { pdfTexts } from '../../support/pdf.ts'
import { caseOf, faxed, moduleData, printedModule } from './papers.ts'

const readCase = async (paper: Uint8Array): Promise<string | undefined> => {
  const found = await normalise(paper, true)
  if ('refusal' in found) throw new Error(found.refusal)
  return found.pages.flatMap((page) => page.qrTexts.map(readCaseQr)).find((one) => one !== undefined)
}

describe('the module', () => {
  it('says who asks for what, and what is declared', async () => {
    const pages = await pdfTexts(await makeModule(moduleData()))
    expect(pages).toHaveLength(1)
    const text = pages[0]!.replaceAll(/\s+/g, ' ')
    for (const words of [
      caseOf(1),
      'D’Amico Șerban Niccolò Łukasz',
      'RSSMRA80A01H501U',
      'a L’Aquila (AQ) il 02/01/1980',
      'Via delle Prove 12, 67100 L’Aquila (AQ)',
      'carta d’identità n. CA00000AA',
      'niccolo.damico@pec.alfa.example',
      'niccolo@posta.example',
      'OMCEO-XX-0001',
      'articoli 46 e 47 del DPR 445/2000',
      'articolo 13 del Regolamento UE 2016/679',
      'a carico dell’Ordine',
      'Luogo e data',
      'Firma leggibile',
      'per e-mail a documenti@pec.alfa.example',
    ])
      expect(text).toContain(words)
  })
  it('says the price where the member pays', async () => {
    const data = { ...moduleData(), term: { months: 36, payer: 'member', priceCents: 1505 } } as const
    expect((await pdfTexts(await makeModule(data)))[0]!.replaceAll(/\s+/g, ' ')).toContain(
      'al prezzo di 15,05 € più IVA',
    )
  })
  it('stays on one page with the longest data', async () => {
    const data = moduleData()
    const long = {
      ...data,
      orderName: 'Ordine provinciale dei Medici Chirurghi e degli Odontoiatri '.repeat(2),
      address: `${'x'.repeat(60)}@pec.alfa.example`,
      person: {
        ...data.person,
        surname: 'Cognome Lungo '.repeat(5),
        givenName: 'Nome Lungo '.repeat(7),
        street: 'Via delle Prove Lunghissime '.repeat(4),
        town: 'Presicce-Acquarica del Capo '.repeat(2),
      },
      document: { ...data.document!, issuer: 'Comune di Presicce-Acquarica del Capo '.repeat(2) },
    }
    expect(await pdfTexts(await makeModule(long))).toHaveLength(1)
  })
  it('is the same bytes for the same data', async () => {
    const [a, b] = [await makeModule(moduleData()), await makeModule(moduleData())]
    expect(Buffer.compare(a, b)).toBe(0)
    expect(Buffer.compare(a, await makeModule({ ...moduleData(), createdAt: 0 }))).not.toBe(0)
  })
})

describe('its QR', () => {
  let paper: Uint8Array
  beforeAll(async () => {
    paper = await printedModule(caseOf(7))
  })

  it('is read from the PDF itself', async () => {
    expect(await readCase(await makeModule(moduleData(caseOf(300))))).toBe(caseOf(300))
  })
  it.each([
    [98, 0, 0],
    [98, 4, 20],
    [98, 180, 5],
    [196, -7, 30],
  ] as const)(
    'is read from a fax of %i lines an inch, %i degrees askew, %i ‰ of noise',
    async (dpiY, degrees, noise) => {
      expect(await readCase(await faxed(paper, { dpiY, degrees, noise }))).toBe(caseOf(7))
    },
  )
  it.each([
    ['a dim photo, askew', (image: Sharp) => image.rotate(12, { background: '#444' }).linear(0.5, 20).blur(1.5)],
    ['a small scan', (image: Sharp) => image.resize(620)],
    ['a photo of low quality', (image: Sharp) => image.resize(1200).jpeg({ quality: 20 })],
  ])('is read from %s', async (_, spoil) => {
    expect(
      await readCase(
        await sharp(await spoil(sharp(paper)).toBuffer())
          .jpeg()
          .toBuffer(),
      ),
    ).toBe(caseOf(7))
  })
  it('is not found where there is none', async () => {
    expect(
      await readCase(await sharp(paper).extract({ left: 0, top: 900, width: 1600, height: 1400 }).toBuffer()),
    ).toBe(undefined)
  })
})

// The processes that open files: limits, deaths, turns; and that one file never meets another.
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { type Normaliser, type NormaliserOptions, openNormaliser } from '../../../src/shell/documents/normaliser.ts'
import { endlessPdf, pdfOfPages } from './papers.ts'

const opened: Normaliser[] = []
const open = (options?: NormaliserOptions): Normaliser => {
  const normaliser = openNormaliser(options)
  opened.push(normaliser)
  return normaliser
}
afterEach(() => {
  for (const normaliser of opened.splice(0)) normaliser.close()
})
const NO_QR = { wantQr: false }

describe('the normaliser', () => {
  it('gives pages and refusals, several files in their turns', async () => {
    const normaliser = open()
    const found = await Promise.all([
      normaliser.normalise(pdfOfPages(2), NO_QR),
      normaliser.normalise(Buffer.from('MZ'), NO_QR),
      normaliser.normalise(pdfOfPages(1), NO_QR),
    ])
    expect(found).toMatchObject([{ pages: [{}, {}] }, { refusal: 'documentExecutable' }, { type: 'pdf', pages: [{}] }])
  })
  it('stops a file that takes for ever, and goes on with the next', async () => {
    const hard = open({ timeLimitMs: 1500 }).normalise(endlessPdf(), NO_QR)
    expect(await hard).toEqual({ refusal: 'documentTooHard' })
    expect(await open().normalise(pdfOfPages(1), NO_QR)).toMatchObject({ type: 'pdf' })
  })
  it('stops a file that takes too much memory', async () => {
    const hard = open({ memoryLimitBytes: 10_000_000 }).normalise(endlessPdf(), NO_QR)
    expect(await hard).toEqual({ refusal: 'documentTooHard' })
  })
  it('lets only so many wait', async () => {
    const normaliser = open({ mostWaiting: 1 })
    const first = normaliser.normalise(pdfOfPages(1), NO_QR)
    await expect(normaliser.normalise(pdfOfPages(1), NO_QR)).rejects.toBeInstanceOf(Fault)
    expect(await first).toMatchObject({ type: 'pdf' })
  })
  it('opens nothing once it is closed', async () => {
    const normaliser = open()
    normaliser.close()
    await expect(normaliser.normalise(pdfOfPages(1), NO_QR)).rejects.toBeInstanceOf(Fault)
  })
})

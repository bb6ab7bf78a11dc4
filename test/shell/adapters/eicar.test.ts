// The sandbox's scanner, on what its two states and its chunk borders can get wrong.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EICAR, eicarScanner } from '../../../src/shell/adapters/eicar.ts'

const scanner = eicarScanner()
async function* pieces(text: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}
const found = async (text: string, sizeBytes = 65_536): Promise<boolean> =>
  (await scanner.scan(pieces(text, sizeBytes))).kind === 'infected'

const base64 = (text: string, width: number, end = '\r\n'): string =>
  Buffer.from(text, 'latin1')
    .toString('base64')
    .replace(new RegExp(`.{1,${width}}`, 'g'), `$&${end}`)
const mail = (encoding: string, body: string): string =>
  `From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nciao\r\n--x\r\n` +
  `Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n--x--\r\n`
const quoted = (text: string): string =>
  text.replace(/[^\r\n]/g, (c, i) => (i % 3 ? c : `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))

describe('the scanner that knows EICAR only', () => {
  it('says in its name what it is', () => expect(scanner.name).toMatch(/EICAR only/))

  it.each([1, 2, 67, 68, 69, 100, 65_536])('finds it in chunks of %i bytes, in every encoding', async (size) => {
    const padding = 'a line before it, of no meaning\r\n'.repeat(5)
    expect(await found(`${padding}${EICAR}${padding}`, size)).toBe(true)
    for (const offset of ['', 'x', 'xx'])
      expect(await found(mail('base64', base64(`${padding}${offset}${EICAR}`, 76)), size)).toBe(true)
    expect(await found(mail('quoted-printable', quoted(EICAR)), size)).toBe(true)
    expect(await found(mail('quoted-printable', `${EICAR.slice(0, 40)}=\r\n${EICAR.slice(40)}`), size)).toBe(true)
  })

  it.each([4, 19, 60, 75, 76, 77, 998])('finds it in base64 lines of %i characters', async (width) => {
    const body = base64(`${'padding '.repeat(50)}${EICAR}${'padding '.repeat(50)}`, width)
    expect(await found(mail('base64', body), 251)).toBe(true)
    expect(await found(mail('BASE64', body.replaceAll('\r\n', '\n')), 251)).toBe(true)
    expect(await found(mail('\r\n base64', body).replaceAll('\r\n', '\n'), 251)).toBe(true)
  })

  it('finds it in base64 without any line end, and in lines of all lengths', async () => {
    const filler = 'x'.repeat(300_000)
    expect(await found(mail('base64', base64(filler + EICAR + filler, 2_000_000)))).toBe(true)
    let i = 0
    const uneven = base64(filler + EICAR, 2_000_000).replace(/.{7}/g, (run) => (i++ % 3 ? run : `${run}\r\n`))
    expect(await found(mail('base64', uneven))).toBe(true)
  })

  it('finds it in an attachment of a nested message, after another base64 part', async () => {
    const inner = mail('base64', base64(EICAR, 76))
    const outer = mail('base64', base64('harmless', 76)).replace(
      '--x--',
      `--x\r\nContent-Type: message/rfc822\r\n\r\n${inner}`,
    )
    expect(await found(outer, 100)).toBe(true)
  })

  it('finds nothing in clean mail, nor base64 where no header announces it', async () => {
    expect(await found(mail('base64', base64('harmless '.repeat(9_000), 76)))).toBe(false)
    expect(await found(mail('7bit', base64(EICAR, 76)))).toBe(false)
    expect(await found(EICAR.slice(1))).toBe(false)
    expect(await found('')).toBe(false)
  })

  it('finds it wherever it is and however the stream is cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '=', '-', '\r', '\n', '+', '/', 'X5O'), maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 400 }),
        async (a, b, width, size) => {
          expect(await found(`${a}${EICAR}${b}`, size)).toBe(true)
          expect(await found(mail('base64', base64(`${a}${EICAR}${b}`, width)), size)).toBe(true)
        },
      ),
    )
  })
})

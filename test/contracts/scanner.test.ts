// The contract of the Scanner port, which clamd and the sandbox's own scanner both keep.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../src/core/lib/refusal.ts'
import type { Scanner } from '../../src/core/ports.ts'
import { clamdScanner } from '../../src/shell/adapters/clamd.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { makeScanner } from '../../src/shell/adapters/scanner.ts'
import { type RunningClamd, startClamd } from '../support/clamd.ts'
import { needs } from '../support/judges.ts'

async function* pieces(bytes: Uint8Array, sizeBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const mail = (encoding: string, body: string): string =>
  [
    'Received: from [127.0.0.1] by mx.alfa.example; Mon, 23 Nov 2026 10:00:00 +0100',
    'From: mario.rossi@pec.alfa.example',
    'To: giulia.neri@pec.beta.example',
    'Subject: relazione',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'In allegato la relazione.',
    '--b1',
    'Content-Type: application/octet-stream; name="relazione.com"',
    'Content-Disposition: attachment; filename="relazione.com"',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    body,
    '--b1--',
    '',
  ].join('\r\n')
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')
const quoted = `${EICAR.slice(0, 30).replaceAll('O', '=4F')}=\r\n${EICAR.slice(30)}`
/** An envelope's way of carrying a message: the original is an attachment, as it is. */
const envelope = (inner: string): string =>
  mail('7bit', '')
    .replace('Content-Type: application/octet-stream; name="relazione.com"\r\n', 'Content-Type: message/rfc822\r\n')
    .replace('7bit\r\n\r\n', `7bit\r\n\r\n${inner}`)

const verdicts = [
  ['an empty stream', '', 'clean'],
  ['a clean message', mail('base64', base64('una relazione '.repeat(200))), 'clean'],
  ['the virus alone', EICAR, 'infected'],
  ['the virus in a base64 attachment', mail('base64', base64(EICAR)), 'infected'],
  ['the virus in a quoted-printable attachment', mail('quoted-printable', quoted), 'infected'],
  [
    'the virus in an attachment of the original inside an envelope',
    envelope(mail('base64', base64(EICAR))),
    'infected',
  ],
] as const

const contract = (scanner: () => Scanner): void => {
  it.each(verdicts)('%s', async (_, text, kind) => {
    for (const size of [7, 65_536]) expect((await scanner().scan(pieces(bytesOf(text), size))).kind).toBe(kind)
  })

  it('names what it has found', async () => {
    expect(await scanner().scan(pieces(bytesOf(EICAR)))).toEqual({
      kind: 'infected',
      signature: expect.stringMatching(/eicar/i),
    })
  })

  it('leaves the bytes as they were', async () => {
    const bytes = bytesOf(mail('base64', base64('x'.repeat(100_000))))
    const before = Buffer.from(bytes)
    await scanner().scan(pieces(bytes))
    expect(before.equals(bytes)).toBe(true)
  })

  it('scans many at one time, each with its own verdict', async () => {
    const kinds = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 'infected' : 'clean'))
    const texts = kinds.map((kind) => mail('base64', base64(kind === 'infected' ? EICAR : 'ciao')))
    const found = await Promise.all(texts.map((text) => scanner().scan(pieces(bytesOf(text)))))
    expect(found.map((verdict) => verdict.kind)).toEqual(kinds)
  })

  it('passes on the failure of what it reads, and goes on with the next', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytesOf('Subject: x\r\n')
      throw new Fault('blobs', 'gone')
    }
    await expect(scanner().scan(broken())).rejects.toThrow('blobs: gone')
    expect((await scanner().scan(pieces(bytesOf('ciao')))).kind).toBe('clean')
  })

  it('takes 8 MB', async () => {
    const bytes = bytesOf(mail('base64', base64('0123456789abcdef'.repeat(375_000))))
    expect((await scanner().scan(pieces(bytes))).kind).toBe('clean')
  })
}

describe('the scanner that knows EICAR only', () => {
  const scanner = makeScanner({ kind: 'eicarOnly' })
  contract(() => scanner)
})

describe.skipIf(needs('clamd'))('clamd of Debian', () => {
  const limitBytes = 12_000_000
  let daemon: RunningClamd
  let scanner: ReturnType<typeof makeScanner>
  beforeAll(async () => {
    daemon = await startClamd(limitBytes)
    scanner = makeScanner({ kind: 'clamd', address: { kind: 'unix', path: daemon.socketPath } })
  })
  afterAll(() => daemon?.stop())

  contract(() => scanner)

  it('says its version', async () => expect(await scanner.version()).toMatch(/^ClamAV \d/))

  it('has no verdict on what is longer than StreamMaxLength', async () => {
    const long = pieces(new Uint8Array(limitBytes + 4_000_000))
    await expect(scanner.scan(long)).rejects.toThrow(/^scanner: longer than StreamMaxLength/)
    expect((await scanner.scan(pieces(bytesOf('ciao')))).kind).toBe('clean')
  })

  it('has no verdict once clamd is dead', async () => {
    const other = await startClamd(limitBytes)
    const orphan = clamdScanner({ address: { kind: 'unix', path: other.socketPath } })
    expect((await orphan.scan(pieces(bytesOf('ciao')))).kind).toBe('clean')
    await other.stop()
    await expect(orphan.scan(pieces(bytesOf('ciao')))).rejects.toBeInstanceOf(Fault)
    await expect(orphan.version()).rejects.toBeInstanceOf(Fault)
  })
})

import { describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { ARCHIVE_LIMITS, archiveProblem } from '../../../src/core/evidence/archive.ts'
import { GIVEN, put, run, SAMPLES } from './harness.ts'
import { sample } from './support.ts'

const zipOf = async (files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> => {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const PARTS = {
  acceptance: '01_accettazione.eml',
  envelope: '02_busta_di_trasporto.eml',
  complete: '04_consegna_completa_To.eml',
  concise: '05_consegna_sintetica_Cc.eml',
} as const
const parts = (...names: (keyof typeof PARTS)[]) =>
  Object.fromEntries(names.map((one) => [PARTS[one], sample(PARTS[one])]))
/** The original as the envelope carries it. */
const original = (): Buffer => {
  const text = sample(PARTS.envelope).toString('latin1')
  const start = text.indexOf('\r\n\r\n', text.indexOf('message/rfc822')) + 4
  const boundary = /boundary="([^"]+)"/.exec(text.slice(text.indexOf('multipart/mixed')))![1]!
  return Buffer.from(text.slice(start, text.indexOf(`\r\n--${boundary}`, start)), 'latin1')
}

type Reply = {
  readonly verdict: string
  readonly complete: boolean
  readonly parts: readonly { readonly file: string; readonly verdict: string }[]
  readonly messages: readonly {
    readonly recipients: readonly { readonly address: string; readonly fate: string }[]
    readonly checks: readonly { readonly name: string; readonly outcome: string; readonly detail?: string }[]
  }[]
  readonly checks: readonly { readonly name: string; readonly outcome: string; readonly detail?: string }[]
  readonly error?: string
}

let made = 0
const verify = async (zip: Uint8Array, ...more: string[]) => {
  const result = await run([put(`bundle${made++}.zip`, zip), ...GIVEN, '--json', ...more])
  return { ...result, reply: JSON.parse(result.out) as Reply }
}
const outcomes = (reply: Reply, ...wanted: string[]): string[] =>
  [...reply.checks, ...reply.messages.flatMap((one) => one.checks)]
    .filter((check) => wanted.includes(check.outcome))
    .map((check) => [check.name, check.detail].filter(Boolean).join(' '))

describe('an archive of one message', () => {
  it('holds part by part and together, with what became of it for each recipient', async () => {
    const zip = await zipOf({ ...parts('acceptance', 'envelope', 'complete', 'concise'), 'originale.eml': original() })
    const { status, reply } = await verify(zip)
    expect(reply).toMatchObject({ verdict: 'holds', complete: true })
    expect(status).toBe(0)
    expect(outcomes(reply, 'weak', 'fails', 'notChecked')).toEqual([])
    expect(reply.messages[0]!.recipients.map((one) => one.fate)).toEqual(['delivered', 'delivered', 'ordinary'])
    const words = await run([put('words.zip', zip), ...GIVEN])
    expect(words.out).toContain('Esito: REGGE, parte per parte e nell’insieme.')
  })

  it('as who receives has it: the envelope alone holds, and what is not there is said', async () => {
    const { status, reply } = await verify(await zipOf(parts('envelope')))
    expect(status).toBe(0)
    expect(outcomes(reply, 'notChecked')).toEqual(['sameFacts', 'original', 'acceptance', 'receipts'])
  })

  it('without the receipt of a recipient says which', async () => {
    const { status, reply } = await verify(await zipOf(parts('acceptance', 'envelope', 'complete')))
    expect(status).toBe(0)
    expect(outcomes(reply, 'weak')).toEqual(['receipts luca.verdi@pec.gestore-b.example'])
  })

  it('with an original that was changed does not hold', async () => {
    const changed = original().toString('latin1').replace('prova', 'frode')
    const { status, reply } = await verify(await zipOf({ ...parts('envelope'), 'originale.eml': changed }))
    expect(status).toBe(1)
    expect(outcomes(reply, 'fails')).toEqual(['original originale.eml'])
  })

  it('with a copy of the original with LF line ends holds', async () => {
    const lf = original().toString('latin1').replaceAll('\r\n', '\n')
    expect((await verify(await zipOf({ ...parts('envelope'), 'originale.eml': lf }))).status).toBe(0)
  })

  it('with a tampered envelope does not hold', async () => {
    const bad = sample('02b_busta_manomessa_NEGATIVO.eml')
    const { status, reply } = await verify(await zipOf({ ...parts('acceptance', 'complete'), 'busta.eml': bad }))
    expect(status).toBe(1)
    expect(reply.parts.map((part) => part.verdict)).toEqual(['holds', 'holds', 'fails'])
  })

  it('with certification data of its own invention does not hold', async () => {
    const { status, reply } = await verify(await zipOf({ ...parts('envelope'), 'x.daticert.xml': '<postacert/>' }))
    expect(status).toBe(1)
    expect(outcomes(reply, 'fails')).toEqual(['daticert x.daticert.xml'])
  })

  it('whose list of digests is of other files does not hold', async () => {
    const list = `${'0'.repeat(64)}  ${PARTS.envelope}\n`
    const { status, reply } = await verify(await zipOf({ ...parts('envelope'), 'impronte.sha256': list }))
    expect(status).toBe(1)
    expect(outcomes(reply, 'fails')).toEqual([`fingerprints ${PARTS.envelope}`])
  })

  it('without a certified message is none', async () => {
    const { status, reply } = await verify(await zipOf({ 'a.eml': sample('00_originale_inviato_dal_client.eml') }))
    expect(status).toBe(1)
    expect(reply.verdict).toBe('notPec')
  })
})

describe('an archive that is not opened', () => {
  it.each([
    ['out of its folder', '../x.eml'],
    ['from the root', '/aax.eml'],
    ['by a drive', 'c:/x.eml'],
    ['by another separator', '..\\x.eml'],
  ])('because a name leads %s', async (_, name) => {
    const zip = (await zipOf({ abcdefgh: 'x' })).toString('latin1').replaceAll('abcdefgh', name.padEnd(8, 'y'))
    const { status, reply } = await verify(Buffer.from(zip, 'latin1'))
    expect(status).toBe(2)
    expect(reply).toMatchObject({ verdict: 'unreadable', error: 'badName' })
  })

  it('because it would grow beyond reason', async () => {
    const { reply } = await verify(await zipOf({ 'a.eml': Buffer.alloc(ARCHIVE_LIMITS.freeBytes + 1) }))
    expect(reply.error).toBe('bomb')
  })

  it('because it is cut off', async () => {
    const zip = await zipOf(parts('envelope'))
    expect((await verify(zip.subarray(0, zip.length - 30))).reply.error).toBe('unreadable')
  })

  it('because it lies about a size', async () => {
    const zip = await zipOf({ 'a.eml': 'Subject: x\r\nFrom: a@b.example\r\n\r\nx' })
    const at = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24
    zip.writeUInt32LE(zip.readUInt32LE(at) - 1, at)
    expect((await verify(zip)).reply.error).toBe('unreadable')
  })

  const entry = (name: string, sizeBytes = 1, compressedBytes = sizeBytes) => ({ name, sizeBytes, compressedBytes })
  it.each([
    ['repeated', [entry('a'), entry('a')]],
    ['tooMany', Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, (_, i) => entry(`f${i}`))],
    ['tooLarge', [entry('a', ARCHIVE_LIMITS.entryBytes + 1)]],
    ['tooLarge', Array.from({ length: 5 }, (_, i) => entry(`f${i}`, ARCHIVE_LIMITS.entryBytes))],
    [undefined, [entry('cartella/a.eml'), entry('b..c.eml')]],
  ])('%s', (problem, entries) => expect(archiveProblem(entries)).toBe(problem))
})

describe('a signed document', () => {
  const SIGNED = `${SAMPLES}/igpec.ldif.p7m`

  it('holds, and says who signed', async () => {
    const { status, out } = await run([SIGNED, ...GIVEN, '--json'])
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'holds', signers: [{ holds: true, known: true }] })
  })

  it('does not hold once a byte of it is another', async () => {
    const bytes = sample('igpec.ldif.p7m')
    const at = bytes.indexOf('providerName')
    bytes[at] = bytes[at]! ^ 1
    const { status, out } = await run([put('changed.p7m', bytes), ...GIVEN, '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'fails', signers: [{ holds: false, reason: 'digestMismatch' }] })
  })

  it('in base64 is read too, and noise under its name is told as unreadable', async () => {
    const base64 = sample('igpec.ldif.p7m').toString('base64').replace(/.{64}/g, '$&\n')
    expect((await run([put('b64.p7m', base64), ...GIVEN])).status).toBe(0)
    const noise = await run([put('noise.p7m', 'x'.repeat(200)), ...GIVEN])
    expect(noise.status).toBe(1)
    expect(noise.out).toContain('non è leggibile')
  })
})

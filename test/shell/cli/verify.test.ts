import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { toPem } from '../../../src/shell/sandbox/x509.ts'
import { makeRoot, NOW } from '../../core/smime/make.ts'
import { needs } from '../../support/judges.ts'
import {
  authority,
  ENVELOPE,
  folder,
  GIVEN,
  json,
  type Line,
  newFolder,
  notable,
  put,
  run,
  SAMPLES,
} from './harness.ts'
import { envelopeSignedBy, sample, signedByOpenssl } from './support.ts'

describe('the samples', () => {
  const KINDS: Readonly<Record<string, string>> = {
    '01': 'acceptance',
    '02': 'transportEnvelope',
    '03': 'takeInCharge',
    '04': 'deliveryComplete',
    '05': 'deliveryConcise',
    '06': 'deliveryBrief',
    '07': 'deliveryConcise',
    '08': 'nonDelivery',
    '09': 'nonDelivery',
    '10': 'nonAcceptance',
    '11': 'virusNonAcceptance',
    '12': 'timeoutWarning',
    '13': 'timeoutFinal',
    '14': 'virusDetection',
    '15': 'virusNonDelivery',
    '16': 'anomalyEnvelope',
  }
  const files = readdirSync(SAMPLES).filter((name) => /^(?!00|02b)\d+_.*\.eml$/.test(name))

  it('are all here', () => expect(files.map((name) => name.slice(0, 2)).sort()).toEqual(Object.keys(KINDS).sort()))

  it.each(files)('%s holds', async (name) => {
    const line = await json([`${SAMPLES}/${name}`, ...GIVEN])
    expect(line).toMatchObject({ status: 0, verdict: 'holds', complete: true, kind: KINDS[name.slice(0, 2)] })
    expect(notable(line, 'weak', 'fails')).toEqual([])
    expect(notable(line, 'notChecked')).toEqual(['revocation noList'])
  })

  it('the tampered envelope does not hold', async () => {
    const line = await json([`${SAMPLES}/02b_busta_manomessa_NEGATIVO.eml`, ...GIVEN])
    expect(line).toMatchObject({ status: 1, verdict: 'fails', complete: false })
    expect(notable(line, 'fails')).toEqual(['signature digestMismatch'])
  })

  it('the original as the client sent it is no certified mail', async () => {
    const line = await json([`${SAMPLES}/00_originale_inviato_dal_client.eml`, ...GIVEN])
    expect(line).toMatchObject({ status: 1, verdict: 'notPec', kind: 'ordinary' })
    expect(line.signer).toBeUndefined()
  })

  it('hold together only if each does', async () => {
    const { status, out } = await run([ENVELOPE, `${SAMPLES}/02b_busta_manomessa_NEGATIVO.eml`, ...GIVEN, '--json'])
    expect(status).toBe(1)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Line).verdict),
    ).toEqual(['holds', 'fails'])
  })

  it.each([
    ['02_busta_di_trasporto', []],
    ['02b_busta_manomessa_NEGATIVO', []],
    ['12_preavviso_12h', ['--lang', 'en']],
  ])('%s is told in these words', async (name, more) => {
    const { out } = await run([`${SAMPLES}/${name}.eml`, ...GIVEN, ...more])
    await expect(out).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  it('give JSON of this shape', async () => {
    const { out } = await run([ENVELOPE, ...GIVEN, '--json'])
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync('test/shell/cli/golden/02.json', 'utf8')))
  })
})

describe('copies with other line ends', () => {
  const lf = (): Buffer =>
    Buffer.from(sample('02_busta_di_trasporto.eml').toString('latin1').replaceAll('\r\n', '\n'), 'latin1')

  it('a copy with LF is tried with CRLF, and that is said', async () => {
    const file = put('lf.eml', lf())
    const line = await json([file, ...GIVEN])
    expect(line).toMatchObject({ status: 0, verdict: 'holds', complete: true, lineEnds: 'restored' })
    expect((await run([file, ...GIVEN])).out).toContain('righe terminate da LF')
  })

  it('a tampered copy with LF stays tampered', async () => {
    const file = put('lf-tampered.eml', lf().toString('latin1').replace('Messaggio di posta', 'Messaggia di posta'))
    expect(await json([file, ...GIVEN])).toMatchObject({ status: 1, verdict: 'fails', lineEnds: 'asIs' })
  })

  it.skipIf(needs('openssl'))('a message that was signed with LF holds as it is', async () => {
    const { ca, directory, signer } = authority()
    const file = put(
      'signed-lf.eml',
      signedByOpenssl(
        Buffer.from(envelopeSignedBy(signer).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
        signer,
        'sha256',
      ),
    )
    expect(await json([file, ...ca, ...directory])).toMatchObject({ status: 0, lineEnds: 'asIs' })
  })
})

describe('what is not given', () => {
  it('without authority and directory the file holds as far as could be checked, which is said', async () => {
    const line = await json([ENVELOPE])
    expect(line).toMatchObject({ status: 0, verdict: 'holds', complete: false })
    expect(notable(line, 'notChecked')).toEqual(['chain noAuthority', 'revocation noList', 'directory noDirectory'])
    expect((await run([ENVELOPE])).out).toContain('non si sa se chi ha firmato è un gestore')
  })

  it('a message of a real provider beside a sandbox: its authority is not at hand, which is not its fault', async () => {
    const data = newFolder('beside-')
    writeFileSync(join(data, 'ca.pem'), toPem('CERTIFICATE', makeRoot('Altra').certificate.der))
    const beside = await run([ENVELOPE, '--json'], data)
    expect(beside.status).toBe(0)
    expect(JSON.parse(beside.out)).toMatchObject({ verdict: 'holds', complete: false })
    const named = await run([ENVELOPE, '--json', '--ca', join(data, 'ca.pem')], data)
    expect(named.status).toBe(1)
  })

  it("the sandbox's files in the data folder stand in, unless told not to", async () => {
    const data = newFolder('data-')
    writeFileSync(join(data, 'ca.pem'), readFileSync(`${SAMPLES}/test_ca.pem`))
    writeFileSync(join(data, 'igpec.ldif.p7m'), readFileSync(`${SAMPLES}/igpec.ldif.p7m`))
    const line = JSON.parse((await run([ENVELOPE, '--json'], data)).out) as Line
    expect(line.complete).toBe(true)
    expect((JSON.parse((await run([ENVELOPE, '--json', '--no-data'], data)).out) as Line).complete).toBe(false)
    writeFileSync(join(data, 'igpec.ldif.p7m'), 'broken')
    const { status, err } = await run([ENVELOPE, '--json'], data)
    expect(status).toBe(0)
    expect(err).toContain('igpec.ldif.p7m')
  })
})

describe('old messages', () => {
  it.skipIf(needs('openssl'))('SHA-1 is good in an archive and said as such', async () => {
    const { ca, directory, signer } = authority({ rsa: true })
    const file = put('sha1.eml', signedByOpenssl(envelopeSignedBy(signer), signer, 'sha1'))
    const line = await json([file, ...ca, ...directory])
    expect(line).toMatchObject({ status: 0, verdict: 'holds', complete: true, signer: { digest: 'sha1' } })
    expect(notable(line, 'weak')).toEqual(['strength sha1'])
    expect((await run([file, ...ca, ...directory])).out).toContain("valida nell'archivio, oggi non più accettata")
  })

  it.skipIf(needs('openssl'))('a signature without signed attributes holds too', async () => {
    const { ca, directory, signer } = authority({ rsa: true })
    const file = put('noattr.eml', signedByOpenssl(envelopeSignedBy(signer), signer, 'sha256', ['-noattr']))
    const line = await json([file, ...ca, ...directory])
    expect(line).toMatchObject({ status: 0, judged: { source: 'certificationData' } })
  })

  it('an ended certificate is judged when it signed, and as of another instant when asked', async () => {
    const { ca, directory, signer } = authority({ notAfter: NOW + DAY })
    const file = put('ended.eml', envelopeSignedBy(signer, NOW))
    expect(await json([file, ...ca, ...directory])).toMatchObject({ status: 0, judged: { source: 'signingTime' } })
    const later = await json([file, ...ca, ...directory, '--at', '2030-01-01'])
    expect(later.status).toBe(1)
    expect(notable(later, 'fails')).toEqual(['validity expired'])
  })

  it('several directories: the one of the time is enough', async () => {
    const { ca, directory, signer } = authority()
    const file = put('several.eml', envelopeSignedBy(signer))
    const now = ['--directory', `${SAMPLES}/igpec.ldif`]
    expect(notable(await json([file, ...ca, ...now]), 'fails')).toEqual(['directory notListed'])
    expect(await json([file, ...ca, ...now, ...directory])).toMatchObject({ status: 0 })
  })
})

describe('other files', () => {
  it('a PEC message forwarded as an attachment is found, not verified', async () => {
    const inner = sample('02_busta_di_trasporto.eml').toString('latin1')
    const outer = `From: a@b.example\r\nSubject: inoltro\r\nContent-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--f--\r\n`
    const file = put('forwarded.eml', Buffer.from(outer, 'latin1'))
    expect(await json([file, ...GIVEN])).toMatchObject({ status: 1, verdict: 'notPec', pecInside: 1 })
    expect((await run([file, ...GIVEN])).out).toContain('va estratto e verificato da solo')
  })

  it.each([
    ['an empty file', ''],
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))],
    ['a header only', 'X-Trasporto: posta-certificata\r\nContent-Type: multipart/signed; boundary=x'],
  ])('%s is refused without a crash', async (_, content) => {
    expect(await run([put('odd.eml', content), ...GIVEN])).toMatchObject({ status: 1, err: '' })
  })

  it('a message of 24 MB holds', async () => {
    const { ca, directory, signer } = authority()
    const big = Buffer.alloc(24 * 1024 * 1024, `${'A'.repeat(76)}\r\n`)
    const message = envelopeSignedBy(signer, NOW, big)
    const file = put('big.eml', message)
    expect(await json([file, ...ca, ...directory])).toMatchObject({ status: 0, verdict: 'holds' })
  })
})

describe('the command line', () => {
  it.each([
    ['no file', []],
    ['an unknown option', [ENVELOPE, '--colour']],
    ['an unknown language', [ENVELOPE, '--lang', 'fr']],
    ['an instant that is none', [ENVELOPE, '--at', 'yesterday']],
    ['an authority that is not there', [ENVELOPE, '--ca', '/nowhere/ca.pem']],
    ['an authority that is none', [ENVELOPE, '--ca', ENVELOPE]],
    ['a directory that is none', [ENVELOPE, '--directory', ENVELOPE]],
    ['a list that is none', [ENVELOPE, '--crl', ENVELOPE]],
    ['a directory signed by others', [ENVELOPE, '--ca', 'STRANGE', '--directory', `${SAMPLES}/igpec.ldif.p7m`]],
  ])('%s: status 2, with the usage', async (_, args) => {
    const strange = put('strange.pem', toPem('CERTIFICATE', makeRoot('Finto').certificate.der))
    const { status, out, err } = await run(args.map((one) => (one === 'STRANGE' ? strange : one)))
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('Uso: ceralacca verify')
  })

  it('a file that cannot be read does not keep the others from being told', async () => {
    const { status, out, err } = await run(['/nowhere.eml', folder, ENVELOPE, ...GIVEN, '--json'])
    expect(status).toBe(2)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Line).verdict),
    ).toEqual(['unreadable', 'unreadable', 'holds'])
    expect(err).toContain('/nowhere.eml')
  })

  it('a directory signed under SHA-256 by its authority is taken without --ca too', async () => {
    const line = await json([ENVELOPE, '--directory', `${SAMPLES}/igpec.ldif.p7m`])
    expect(notable(line, 'notChecked')).toEqual(['chain noAuthority', 'revocation noList'])
  })

  it('answers --help', async () => {
    expect(await run(['--help'])).toMatchObject({ status: 0, err: '' })
  })
})

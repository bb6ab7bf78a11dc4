// Messages that somebody forged or altered, each named after what was done.
import { describe, expect, it } from 'vitest'
import { HOUR } from '../../../src/core/lib/instant.ts'
import { toPem } from '../../../src/shell/sandbox/x509.ts'
import { mailExtensions, make, makeCrl, makeRoot, NOW } from '../../core/smime/make.ts'
import { needs } from '../../support/judges.ts'
import { ADDRESS, authority, json, NAME, notable, put, run } from './harness.ts'
import { editDaticert, envelopeSignedBy, signedAgain, signedByOpenssl } from './support.ts'

describe('forgeries', () => {
  const cases: [string, (given: ReturnType<typeof authority>) => Buffer, string[]][] = [
    [
      "a signature by an authority of one's own making",
      () => envelopeSignedBy(make(NAME, { issuer: makeRoot('Finto'), own: mailExtensions(ADDRESS) })),
      ['chain unknownIssuer', 'directory notListed'],
    ],
    [
      "a certificate of the authority that is no provider's",
      ({ root }) => envelopeSignedBy(make(NAME, { issuer: root, own: mailExtensions(ADDRESS) })),
      ['directory notListed'],
    ],
    [
      'another From than that of the certificate',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) => text.replaceAll(`<${ADDRESS}>`, '<banca@pec.prova.example>')),
      ['address fromDiffers'],
    ],
    [
      'another subject in the header, which nobody signs',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) => text.replace(/^Subject: .*/m, 'Subject: POSTA CERTIFICATA: Bonifico')),
      ['header subjectDiffers'],
    ],
    [
      'the identifier of another envelope in the header',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) => text.replace(/^Message-ID: <opec1/m, 'Message-ID: <opec9')),
      ['form badForm', 'certificationData identifierDiffers'],
    ],
    [
      'an original that is of another envelope',
      ({ signer }) =>
        signedAgain(envelopeSignedBy(signer), signer, (text) =>
          text.replace(/(name="postacert\.eml"[\s\S]*?Message-ID: <)opec1/, '$1opec9'),
        ),
      ['original identifierDiffers'],
    ],
    [
      'the envelope made to look like a receipt',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) =>
          text.replace('X-Trasporto: posta-certificata', 'X-Ricevuta: avvenuta-consegna'),
        ),
      ['domain notManaged', 'form badForm', 'certificationData kindDiffers'],
    ],
    [
      'a signature over another part (wrapping)',
      ({ signer }) => wrapped(envelopeSignedBy(signer)),
      ['signature noSignature', 'form badForm'],
    ],
    [
      'the signature taken away',
      ({ signer }) => stripped(envelopeSignedBy(signer)),
      ['signature noSignature', 'form badForm'],
    ],
    [
      'a signature that is no CMS',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) => text.replace(/(smime\.p7s"\r\n\r\n)[\s\S]*?(\r\n--)/, '$1AAAA$2')),
      ['signature unreadable'],
    ],
  ]
  const edit = (message: Buffer, change: (text: string) => string): Buffer => {
    const text = message.toString('latin1')
    const changed = change(text)
    if (changed === text) throw new Error('the edit changed nothing')
    return Buffer.from(changed, 'latin1')
  }
  const wrapped = (message: Buffer): Buffer =>
    edit(message, (text) => {
      const [, head, type, body] = /^([\s\S]*?)(Content-Type: multipart\/signed[\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text)!
      const shown = '--w\r\nContent-Type: text/plain\r\n\r\nPagate subito.\r\n'
      return `${head}Content-Type: multipart/mixed; boundary="w"\r\n\r\n${shown}--w\r\n${type}\r\n\r\n${body}\r\n--w--\r\n`
    })
  const stripped = (message: Buffer): Buffer =>
    edit(message, (text) =>
      text.replace(
        /\r\n--[^\r\n]*\r\nContent-Type: application\/pkcs7-signature[\s\S]*?(?=\r\n--[^\r\n]*--\r\n$|\r\n--[^\r\n]*--$)/,
        '',
      ),
    )

  it.each(cases)('%s', async (_, forge, expected) => {
    const given = authority()
    const line = await json([put('forged.eml', forge(given)), ...given.ca, ...given.directory])
    expect(line).toMatchObject({ status: 1, verdict: 'fails' })
    expect(notable(line, 'fails')).toEqual(expect.arrayContaining(expected))
  })

  const doubtful: [string, (given: ReturnType<typeof authority>) => Buffer, string][] = [
    [
      'another date in the header, which nobody signs',
      ({ signer }) =>
        edit(envelopeSignedBy(signer), (text) => text.replace(/^Date: .*/m, 'Date: Mon, 02 Feb 2026 10:15:30 +0100')),
      'header dateDiffers',
    ],
    [
      'another name of the provider in the data',
      ({ signer }) =>
        signedAgain(envelopeSignedBy(signer), signer, (text) =>
          editDaticert(text, (xml) => xml.replace(`>${NAME}<`, '>Gestore Altro<')),
        ),
      'certificationData providerDiffers',
    ],
    [
      'another sender in the original',
      ({ signer }) =>
        signedAgain(envelopeSignedBy(signer), signer, (text) =>
          text.replace(/(name="postacert\.eml"[\s\S]*?From: )[^\r\n]*/, '$1altro@pec.prova.example'),
        ),
      'original senderDiffers',
    ],
  ]
  it.each(doubtful)('%s is told, though it may be no forgery', async (_, forge, expected) => {
    const given = authority()
    const line = await json([put('doubtful.eml', forge(given)), ...given.ca, ...given.directory])
    expect(line).toMatchObject({ status: 0, verdict: 'holds' })
    expect(notable(line, 'weak', 'fails')).toEqual([expected])
  })

  it.skipIf(needs('openssl'))('a second signer beside the provider', async () => {
    const { ca, directory, signer } = authority()
    const other = make('Altro')
    const pem = put(
      'other.pem',
      `${toPem('CERTIFICATE', other.certificate.der)}${other.key.export({ type: 'pkcs8', format: 'pem' })}`,
    )
    const message = signedByOpenssl(envelopeSignedBy(signer), signer, 'sha256', ['-signer', pem])
    const line = await json([put('two.eml', message), ...ca, ...directory])
    expect(notable(line, 'fails')).toEqual(['signature severalSigners'])
  })

  it('the signer of an envelope does not manage the domain of its sender', async () => {
    const { ca, directory, signer } = authority({ domains: ['altro.example'] })
    const line = await json([put('stranger.eml', envelopeSignedBy(signer)), ...ca, ...directory])
    expect(notable(line, 'fails')).toEqual(['domain notManaged'])
  })

  it('a revoked certificate', async () => {
    const { root, ca, directory, signer } = authority()
    const lists = (at: number) =>
      put('list.pem', toPem('X509 CRL', makeCrl(root, [{ serialHex: signer.certificate.serialHex, at }]).der))
    const file = put('revoked.eml', envelopeSignedBy(signer))
    const before = await json([file, ...ca, ...directory, '--crl', lists(NOW - HOUR)])
    expect(notable(before, 'fails')).toEqual(['revocation revoked'])
    const after = await json([file, ...ca, ...directory, '--crl', lists(NOW + HOUR)])
    expect(after.status).toBe(0)
    expect(after.checks).toContainEqual({ name: 'revocation', outcome: 'holds' })
  })

  it('a subject that would move the terminal is shown without its controls', async () => {
    const { signer } = authority()
    const moving = Buffer.from('\u001b[2J\u202eREGGE', 'utf8').toString('base64')
    const message = edit(envelopeSignedBy(signer), (text) =>
      text.replace(/^Subject: .*/m, `Subject: =?utf-8?b?${moving}?=`),
    )
    const { out } = await run([put('escape.eml', message)])
    expect(out).not.toMatch(/[\u001b\u202e]/)
  })
})

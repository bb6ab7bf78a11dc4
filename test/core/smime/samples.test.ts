// The signed samples: every one verifies under its authority, the tampered one does not.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCertificates } from '../../../src/core/smime/certificate.ts'
import { readSignedData } from '../../../src/core/smime/cms.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import { verdictOf, word } from './make.ts'

const samples = new URL('../../../spec/samples/', import.meta.url)
const file = (name: string) => readFileSync(new URL(name, samples))

const rootsOf = (name: string) => {
  const read = readCertificates(file(name))
  if ('kind' in read) throw new Error(read.detail)
  return { roots: read, intermediates: [], crls: [] }
}
const trust = rootsOf('test_ca.pem')

/** The signed entity and the signature of a multipart/signed, by its boundary; line ends as CRLF. */
const split = (name: string) => {
  const text = file(name).toString('latin1').replace(/\r?\n/g, '\r\n')
  const boundary = /multipart\/signed;[\s\S]*?boundary="([^"]+)"/.exec(text.slice(0, text.indexOf('\r\n\r\n')))?.[1]
  if (boundary === undefined) return undefined
  const [, entity = '', signature = ''] = text.split(`\r\n--${boundary}`)
  const p7s = Buffer.from(signature.slice(signature.indexOf('\r\n\r\n')), 'base64')
  return { entity: Buffer.from(entity.slice(2), 'latin1'), p7s }
}

const verdict = (name: string) => {
  const { entity, p7s } = split(name)!
  const signed = readSignedData(p7s)
  if (signed.kind === 'problem') throw new Error(signed.detail)
  return verdictOf(signed, trust, { over: entity, at: signed.signers[0]!.attributes!.signingTime! })
}

const names = readdirSync(samples).filter((name) => name.endsWith('.eml'))

describe('sample messages', () => {
  it('are all there', () => {
    expect(names.filter((name) => split(name) === undefined)).toEqual(['00_originale_inviato_dal_client.eml'])
    expect(names).toHaveLength(18)
  })

  it.each(names.filter((name) => /^\d+_/.test(name) && !name.startsWith('00')))('%s verifies', (name) => {
    expect(verdict(name)).toMatchObject({ kind: 'valid', digest: 'sha256', weak: false, chain: [{}, { isCa: true }] })
  })

  it('02b_busta_manomessa_NEGATIVO.eml is refused', () => {
    expect(word(verdict('02b_busta_manomessa_NEGATIVO.eml'))).toBe('digestMismatch')
  })

  it('are not believed under another authority', () => {
    const { entity, p7s } = split('01_accettazione.eml')!
    const signed = readSignedData(p7s)
    if (signed.kind === 'problem') throw new Error(signed.detail)
    const at = signed.signers[0]!.attributes!.signingTime!
    expect(word(verdictOf(signed, { ...trust, roots: [] }, { over: entity, at }))).toBe('unknownIssuer')
  })

  it('do not verify with bare LF', () => {
    const { entity, p7s } = split('01_accettazione.eml')!
    const signed = readSignedData(p7s)
    if (signed.kind === 'problem') throw new Error(signed.detail)
    const over = Buffer.from(entity.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    expect(word(verdictOf(signed, trust, { over }))).toBe('digestMismatch')
  })
})

it('the sample index carries its LDIF', () => {
  const signed = readSignedData(file('igpec.ldif.p7m'))
  if (signed.kind === 'problem') throw new Error(signed.detail)
  expect(Buffer.from(signed.content!)).toEqual(file('igpec.ldif'))
  expect(Buffer.from(signed.signers[0]!.attributes!.messageDigest)).toEqual(
    Buffer.from(hash('sha256', signed.content!)),
  )
})

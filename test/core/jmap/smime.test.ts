// What RFC 9219 tells of a signature, from what a verification found; disposition notifications that are none (RFC 9007).
import { describe, expect, it } from 'vitest'
import { parseEmailFilter, smimeIn, withSmime } from '../../../src/core/jmap/emailFilter.ts'
import { mdnParts, readMdn } from '../../../src/core/jmap/mdn.ts'
import { smimeForm, smimeOutcome } from '../../../src/core/jmap/smime.ts'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../src/core/mail/facts/content.ts'

const partsOf = (text: string) => contentFacts(fromLatin1(text.replaceAll('\n', '\r\n'))).parts
const signed = (second: string) =>
  partsOf(`Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: ${second}\n\nx\n--b--\n`)

describe('the form of a signature', () => {
  it.each([
    ['application/pkcs7-signature', 'signed'],
    ['application/x-pkcs7-signature; name=smime.p7s', 'signed'],
    ['application/pgp-signature', 'unknown'],
    ['text/plain', 'unknown'],
  ])('multipart/signed with %s', (second, form) => expect(smimeForm(signed(second), undefined)).toBe(form))
  it.each([
    ['application/pkcs7-mime; smime-type=signed-data', 'opaque'],
    ['application/x-pkcs7-mime; name="a"; SMIME-Type="Signed-Data"', 'opaque'],
    ['application/pkcs7-mime; smime-type=enveloped-data', 'none'],
    ['application/pkcs7-mime; smime-type=certs-only', 'unknown'],
    ['application/pkcs7-mime', 'unknown'],
    ['text/plain', 'none'],
  ])('%s', (type, form) => expect(smimeForm(partsOf(`Content-Type: ${type}\n\nx\n`), type)).toBe(form))
})

describe('what a verification comes to', () => {
  const holds = (name: string) => ({ name, outcome: 'holds' })
  const all = ['signature', 'strength', 'chain', 'validity', 'revocation', 'directory', 'address', 'form'].map(holds)
  const but = (name: string, outcome: string, reason?: string) =>
    all.map((one) => (one.name === name ? { name, outcome, reason } : one))
  it.each([
    ['all holds', all, 'signed/verified', null],
    ['weak algorithms', but('strength', 'weak', 'sha1'), 'signed/verified', null],
    ['no list', but('revocation', 'notChecked', 'noList'), 'signed/verified', null],
    ['not a provider of certified mail', but('directory', 'fails', 'notListed'), 'signed/verified', null],
    ['a form that the rules of certified mail forbid', but('form', 'fails', 'badForm'), 'signed/verified', null],
    ['no authority to judge by', but('chain', 'notChecked', 'noAuthority'), 'signed', null],
    ['changed since', but('signature', 'fails', 'digestMismatch'), 'signed/failed', 'Signature: '],
    ['an unknown authority', but('chain', 'fails', 'unknownIssuer'), 'signed/failed', 'Chain: '],
    ['expired', but('validity', 'fails', 'expired'), 'signed/failed', 'Validity period: '],
    ['revoked', but('revocation', 'fails', 'revoked'), 'signed/failed', 'Revocation: '],
    ['from somebody else', but('address', 'fails', 'fromDiffers'), 'signed/failed', "Provider's address: "],
  ])('%s', (_, checks, status, error) =>
    expect(smimeOutcome(checks)).toEqual({ status, errors: error === null ? null : [expect.stringContaining(error)] }),
  )
})

describe('conditions on signatures', () => {
  const filter = { operator: 'NOT', conditions: [{ hasSmime: true, hasVerifiedSmime: false }] }
  it('are known with their capability only', () => {
    expect(parseEmailFilter(filter)).toMatchObject({ methodError: 'unsupportedFilter' })
    const read = parseEmailFilter(filter, true)
    if ('methodError' in read) throw new Error(read.methodError)
    expect(smimeIn(read)).toEqual(new Set(['has', 'verified']))
    const told = withSmime(read, (_, __, what) => what === 'has')
    expect(JSON.stringify(told)).toBe(JSON.stringify(read))
    expect(told).toMatchObject({ of: [{ of: [{ what: 'has', passes: expect.any(Function) }, { kind: 'not' }] }] })
  })
})

describe('a disposition notification', () => {
  it('is a report of that type', () => {
    const report = (second: string) =>
      mdnParts(
        partsOf(`Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b\nContent-Type: ${second}\n\nx\n--b--\n`),
      )
    expect(report('message/disposition-notification')).toBeDefined()
    expect(report('message/delivery-status')).toBeUndefined()
    expect(mdnParts(partsOf('Subject: x\n\nx\n'))).toBeUndefined()
    expect(mdnParts(partsOf('Content-Type: multipart/report; boundary=b\n\n--b--\n'))).toBeUndefined()
  })
  it.each([
    ['automatic-action/MDN-sent-automatically; processed', 'processed'],
    ['MANUAL-ACTION / mdn-sent-manually ;dispatched/warning,x', 'dispatched'],
    ['manual-action/MDN-sent-manually', undefined],
    ['displayed', undefined],
    ['manual-action/MDN-sent-manually; displayedx', undefined],
  ])('%s', (disposition, type) => {
    const notification = fromLatin1(`Disposition: ${disposition}\r\n\r\n`)
    const mdn = readMdn({ notification, fields: [], text: null, hasOriginal: false, forEmailId: null })
    expect(mdn?.disposition.type).toBe(type)
  })
})

// A provider renews its signing certificate (RFC 6109 §4.5, pec.md §9) while mail goes on, end to end.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { HOUR } from '../../src/core/lib/instant.ts'
import { decodeTransfer } from '../../src/core/mail/encoding.ts'
import { parseMime } from '../../src/core/mail/mime.ts'
import { readCertificates, sha1Fingerprint } from '../../src/core/smime/certificate.ts'
import { readSignedData } from '../../src/core/smime/cms.ts'
import type { KeyPair } from '../../src/shell/sandbox/authority.ts'
import { needs } from '../support/judges.ts'
import * as forge from './support/forge.ts'
import { judge } from './support/judges.ts'
import { handOver, message, send } from './support/mail.ts'
import { allOf, kindsOf, textOf, unreachable } from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let old: KeyPair
let next: KeyPair
let n = 0

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
  old = forge.keysOf(alfa)
  next = await pair.authority.issueProviderCertificate({
    providerName: 'Gestore Alfa',
    serviceAddress: 'posta-certificata@pec.alfa.example',
    algorithm: 'p256',
  })
})
afterAll(async () => {
  await pair?.stop()
})

const fingerprint = (pem: string): string => {
  const read = readCertificates(pem)
  if ('kind' in read) throw new Error(read.detail)
  return sha1Fingerprint(read[0]!.der)
}
/** SHA-1 of the certificate that a message is signed with. */
const signedBy = (bytes: Uint8Array): string => {
  const part = parseMime(bytes).root.children[1]!
  const signed = readSignedData(decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd)))
  if (signed.kind !== 'signedData') throw new Error(signed.detail)
  return sha1Fingerprint(signed.certificates[0]!.der)
}
/** New people of Alfa and Beta. */
const people = async (): Promise<{ local: string; from: string; to: string }> => {
  const [local, to] = [`mittente${++n}`, `destinatario${n}@pec.beta.example`]
  await alfa.mailbox(`${local}@pec.alfa.example`)
  await beta.mailbox(to)
  return { local, from: `${local}@pec.alfa.example`, to }
}
/** A message of Alfa goes the whole way; all of Alfa's signatures on it are by this certificate. */
const goesWhole = async (keys: KeyPair): Promise<void> => {
  const { local, from, to } = await people()
  expect((await send(alfa, local, [to], message({ to }))).code).toBe(250)
  await pair.settle()
  expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete'])
  const [envelope] = await allOf(beta, to)
  const [acceptance] = await allOf(alfa, from)
  expect([signedBy(envelope!), signedBy(acceptance!)]).toEqual(Array(2).fill(fingerprint(keys.certificatePem)))
  if (!needs('openssl') && !needs('xmllint')) for (const one of [envelope!, acceptance!]) await judge(pair, one)
}
/** An envelope that a server of Alfa with this key hands over; gives the kind that Beta files. */
const handedOver = async (keys: KeyPair): Promise<string> => {
  const { from, to } = await people()
  const draft = forge.envelope(alfa, pair.clock.now(), forge.factsOf(alfa, from, [to]))
  expect((await handOver(beta, from, [to], await forge.seal(draft, keys))).code).toBe(250)
  await pair.settle()
  return (await kindsOf(beta, to)).join()
}

describe('from the old certificate to the new one, step by step', () => {
  it('1. before: the new certificate is nobody’s yet', async () => {
    await goesWhole(old)
    expect(await handedOver(next)).toBe('anomalyEnvelope')
  })

  it('2. the directory lists both: what either signs is certified mail', async () => {
    await pair.certify('alfa', [old.certificatePem, next.certificatePem])
    await goesWhole(old)
    expect(await handedOver(next)).toBe('transportEnvelope')
    expect(await handedOver(old)).toBe('transportEnvelope')
  })

  it('3. the provider signs with the new key; what the old one signed and is still on its way is certified', async () => {
    const { local, from, to } = await people()
    const comeBack = unreachable(pair, 'pec.beta.example')
    await send(alfa, local, [to], message({ to }))
    await pair.settle()
    const key = join(pair.directory, 'next.key')
    const certificate = join(pair.directory, 'next.pem')
    await writeFile(key, next.keyPem)
    await writeFile(certificate, next.certificatePem)
    await alfa.restart({ CERALACCA_SIGNING_KEY_FILE: key, CERALACCA_SIGNING_CERTIFICATE_FILE: certificate })
    await goesWholeWhileAway()
    comeBack()
    pair.clock.advance(HOUR)
    await pair.settle()
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(signedBy((await allOf(beta, to))[0]!)).toBe(fingerprint(old.certificatePem))
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete'])
    await goesWhole(next)
  })
  /** Within Alfa, so that Beta need not be there. */
  const goesWholeWhileAway = async (): Promise<void> => {
    const { local, from } = await people()
    await send(alfa, local, [from], message({ to: from }))
    await pair.settle()
    expect((await kindsOf(alfa, from)).toSorted()).toEqual(['acceptance', 'deliveryComplete', 'transportEnvelope'])
    for (const one of await allOf(alfa, from)) expect(signedBy(one)).toBe(fingerprint(next.certificatePem))
  }

  it('4. the old certificate leaves the directory: what it signs proves nothing any more', async () => {
    await pair.certify('alfa', [next.certificatePem])
    await goesWhole(next)
    const { from, to } = await people()
    const draft = forge.envelope(alfa, pair.clock.now(), forge.factsOf(alfa, from, [to]))
    expect((await handOver(beta, from, [to], await forge.seal(draft, old))).code).toBe(250)
    await pair.settle()
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope'])
    expect(await textOf(beta, (await beta.inbox(to))[0]!)).toContain('firmatario non presente')
    expect(await kindsOf(alfa, from)).toEqual([])
  })

  it('5. the receiver remembers it over a restart', async () => {
    await beta.restart()
    expect(await handedOver(old)).toBe('anomalyEnvelope')
    await goesWhole(next)
  })

  it('6. what the old one signed lies in the mailboxes unchanged', async () => {
    const bytes = toLatin1((await allOf(beta, 'destinatario1@pec.beta.example'))[0]!)
    expect(signedBy((await allOf(beta, 'destinatario1@pec.beta.example'))[0]!)).toBe(fingerprint(old.certificatePem))
    expect(bytes).toContain('X-Trasporto: posta-certificata')
  })
})

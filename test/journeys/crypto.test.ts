// Signatures that prove nothing, or not what they seem to: keys, certificates, tampering, wrapping, revocation (pec.md §5.3).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../src/core/lib/bytes.ts'
import { HOUR } from '../../src/core/lib/instant.ts'
import { readCertificates } from '../../src/core/smime/certificate.ts'
import { type KeyPair, makeAuthority } from '../../src/shell/sandbox/authority.ts'
import * as forge from './support/forge.ts'
import { handOver } from './support/mail.ts'
import { dataOf, kindsOf, textOf } from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let from: string
let to: string

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})
beforeEach(async () => {
  from = `mittente${++n}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
})
afterEach(() => {
  pair.lists.down = false
})

const at = () => pair.clock.now()
const facts = (recipients: readonly string[] = [to], more: Parameters<typeof forge.factsOf>[3] = {}) =>
  forge.factsOf(alfa, from, recipients, more)
/** Hands an envelope to Beta as Alfa would, and lets everything settle. */
const toBeta = async (bytes: Uint8Array, recipients: readonly string[] = [to]) => {
  const reply = await handOver(beta, from, recipients, bytes)
  await pair.settle()
  return reply
}
/** Words of the anomaly envelope that is the last message of a mailbox. */
const anomaly = async (provider: TestProvider, address: string): Promise<string> => {
  const last = (await provider.inbox(address)).at(-1)!
  expect(last.kind).toBe('anomalyEnvelope')
  return (await textOf(provider, last)).replaceAll('=\r\n', '')
}
/** Whether the last message of a mailbox carries all of these bytes: nothing was lost on the way. */
const carries = async (provider: TestProvider, address: string, bytes: Uint8Array): Promise<boolean> =>
  (await textOf(provider, (await provider.inbox(address)).at(-1)!)).includes(toLatin1(bytes).trimEnd())

describe('envelopes that prove nothing: ordinary mail, wrapped as the box wants, no receipt', () => {
  const issue = async (validity: { notBefore?: number; notAfter?: number } = {}): Promise<KeyPair> =>
    pair.authority.issueProviderCertificate({
      providerName: 'Gestore Alfa',
      serviceAddress: 'posta-certificata@pec.alfa.example',
      algorithm: 'p256',
      ...validity,
    })
  const listed = async (keys: KeyPair): Promise<void> =>
    pair.certify('alfa', [alfa.config.signing.certificate, keys.certificatePem])

  const keys: [string, () => Promise<KeyPair>, string][] = [
    [
      'a certificate that has expired, though the directory lists it',
      async () => {
        const one = await issue({ notBefore: at() - 1000 * HOUR, notAfter: at() - HOUR })
        await listed(one)
        return one
      },
      'firma non valida: expired',
    ],
    [
      'a certificate that is not valid yet, though the directory lists it',
      async () => {
        const one = await issue({ notBefore: at() + HOUR, notAfter: at() + 1000 * HOUR })
        await listed(one)
        return one
      },
      'firma non valida: notYetValid',
    ],
    [
      'a certificate that was revoked, though the directory lists it',
      async () => {
        const one = await issue()
        await listed(one)
        const read = readCertificates(one.certificatePem)
        if ('kind' in read) throw new Error(read.detail)
        await pair.revoke(read[0]!.serialHex)
        return one
      },
      'firma non valida: revoked',
    ],
    [
      'a certificate of an authority that nobody knows, though the directory lists it',
      async () => {
        const other = await makeAuthority({ crlUrl: 'http://crl.example/ca.crl', name: 'Autorità di nessuno' })
        const one = await other.issueProviderCertificate({
          providerName: 'Gestore Alfa',
          serviceAddress: 'posta-certificata@pec.alfa.example',
          algorithm: 'p256',
        })
        await listed(one)
        return one
      },
      'firma non valida: unknownIssuer',
    ],
    ['a certificate of the right authority that is not in the directory', issue, 'firmatario non presente'],
    [
      'a server’s certificate of the right authority',
      () => pair.authority.issueServerCertificate({ names: ['mx.pec.alfa.example'] }),
      'firma non valida: wrongUsage',
    ],
  ]
  it.each(keys)('%s', async (_, make, words) => {
    const key = await make()
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), key)
    expect((await toBeta(sealed)).code).toBe(250)
    expect(await anomaly(beta, to)).toContain(words)
    expect(await carries(beta, to, sealed)).toBe(true)
    expect(await kindsOf(alfa, from)).toEqual([])
  })

  it('the same envelope to a box that refuses ordinary mail: 554, and nothing filed', async () => {
    const refusing = `nobusta${n}@pec.beta.example`
    await beta.mailbox(refusing, { ordinaryMail: 'refuse' })
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts([refusing])), await issue())
    const reply = await toBeta(sealed, [refusing])
    expect(reply.code).toBe(554)
    expect(await kindsOf(beta, refusing)).toEqual([])
  })

  const changes: [string, (sealed: string) => string, string][] = [
    [
      'one letter of the text',
      (text) => text.replace('Messaggio di posta certificata', 'Messaggio di porta certificata'),
      'digestMismatch',
    ],
    ['one letter of the original', (text) => text.replace('Buongiorno.', 'Buongiorno!'), 'digestMismatch'],
    [
      'the certification data',
      (text) =>
        text.replace(
          /(filename="daticert\.xml"\r\n\r\n.{40})(.)/,
          (_, head: string, c: string) => head + (c === 'A' ? 'B' : 'A'),
        ),
      'digestMismatch',
    ],
    [
      'white space at the end of a signed line',
      (text) => text.replace('Buongiorno.\r\n', 'Buongiorno. \r\n'),
      'digestMismatch',
    ],
    [
      'the signature',
      (text) =>
        text.replace(
          /(smime\.p7s"\r\n\r\n)([\s\S]*?)(\r\n--)/,
          (_, a: string, b: string, c: string) => `${a + b.slice(0, -80)}AAAA${b.slice(-76)}${c}`,
        ),
      'firma non',
    ],
    [
      'From: not the address of the certificate',
      (text) => text.replace(/^From: .*\r\n( .*\r\n)*/m, 'From: posta-certificata@pec.beta.example\r\n'),
      'mittente diverso',
    ],
    [
      'From: with the address of the certificate as a display name',
      (text) =>
        text.replace(
          /^From: .*\r\n( .*\r\n)*/m,
          'From: "posta-certificata@pec.alfa.example" <falso@altrove.example>\r\n',
        ),
      'mittente diverso',
    ],
    [
      'From: two addresses, one of them right',
      (text) =>
        text.replace(/^From: .*\r\n( .*\r\n)*/m, 'From: posta-certificata@pec.alfa.example, falso@altrove.example\r\n'),
      'mittente diverso',
    ],
  ]
  it.each(changes)('changed on the way: %s', async (_, change, words) => {
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    const bad = forge.tampered(sealed, change)
    expect((await toBeta(bad)).code).toBe(250)
    expect(await anomaly(beta, to)).toContain(words)
    expect(await carries(beta, to, bad)).toBe(true)
    expect(await kindsOf(alfa, from)).toEqual([])
  })
})

describe('signature wrapping: a true signature over another part', () => {
  const boundaryOf = (text: string): string => /\r\n boundary="(=_s[^"]+)"/.exec(text)![1]!
  const headOf = (text: string): string => text.slice(0, text.indexOf('\r\n\r\n') + 2)
  const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4)
  const topLevel = (head: string, type: string): string =>
    head.replace(/Content-Type: multipart\/signed;[^\r]*\r\n boundary="[^"]*"\r\n/, type)
  const unsignedPart = (mark: string): string =>
    `--${mark}\r\nContent-Type: text/plain\r\n\r\nPaghi su questo conto.\r\n`
  const wrappings: [string, (text: string) => string][] = [
    [
      'an unsigned part before the signed one',
      (text) =>
        text.replace(`--${boundaryOf(text)}\r\n`, () => `${unsignedPart(boundaryOf(text))}--${boundaryOf(text)}\r\n`),
    ],
    [
      'an unsigned part after the signature',
      (text) =>
        text.replace(`--${boundaryOf(text)}--`, () => `${unsignedPart(boundaryOf(text))}--${boundaryOf(text)}--`),
    ],
    [
      'signature and entity change places',
      (text) => {
        const mark = `--${boundaryOf(text)}`
        const [preamble, entity, signature, end] = text.split(mark)
        return preamble! + mark + signature! + mark + entity! + mark + end!
      },
    ],
    [
      'the whole signed message as a part of another, under its header',
      (text) =>
        `${topLevel(headOf(text), 'Content-Type: multipart/mixed; boundary="fuori"\r\n')}\r\n--fuori\r\n` +
        `Content-Type: text/plain\r\n\r\nPaghi su questo conto.\r\n--fuori\r\n` +
        `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="${boundaryOf(text)}"\r\n\r\n` +
        `${bodyOf(text)}\r\n--fuori--\r\n`,
    ],
    [
      'a signed message whose first part is the true one, signature in its own place missing',
      (text) =>
        `${topLevel(headOf(text), 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="fuori"\r\n')}\r\n--fuori\r\n` +
        `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="${boundaryOf(text)}"\r\n\r\n` +
        `${bodyOf(text)}\r\n--fuori\r\n${text.slice(text.lastIndexOf('Content-Type: application/pkcs7-signature'), text.lastIndexOf(`\r\n--${boundaryOf(text)}--`))}` +
        `\r\n--fuori--\r\n`,
    ],
    [
      'another entity before, the signed one moved into the epilogue',
      (text) => {
        const mark = `--${boundaryOf(text)}`
        const [preamble, entity, signature] = text.split(mark)
        return `${preamble}${mark}\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nPaghi.\r\n--x--\r\n\r\n${mark}${signature}${mark}--\r\n${entity}`
      },
    ],
    [
      'the same boundary again inside',
      (text) =>
        text.replace(
          'Buongiorno.',
          () => `Buongiorno.\r\n--${boundaryOf(text)}\r\nContent-Type: text/plain\r\n\r\nPaghi.`,
        ),
    ],
    ['an end that is missing', (text) => text.replace(`\r\n--${boundaryOf(text)}--\r\n`, '\r\n')],
  ]
  it.each(wrappings)('%s', async (_, wrap) => {
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    const wrapped = forge.tampered(sealed, wrap)
    expect((await toBeta(wrapped)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope'])
    expect(await carries(beta, to, wrapped)).toBe(true)
    expect(await kindsOf(alfa, from)).toEqual([])
  })

  it('a receipt’s signed entity under an envelope’s header is no envelope', async () => {
    const about = facts()
    const receipt = toLatin1(await forge.seal(forge.delivery(beta, at(), about, to), forge.keysOf(beta)))
    const envelope = toLatin1(await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa)))
    const head = headOf(envelope).replaceAll(boundaryOf(envelope), boundaryOf(receipt))
    const mixed = fromLatin1(
      `${head.replace(/posta-certificata@pec\.alfa/g, 'posta-certificata@pec.beta')}\r\n${bodyOf(receipt)}`,
    )
    expect((await toBeta(mixed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope'])
  })

  it('other outer fields, which nobody signs: the receipts say what was signed', async () => {
    const about = facts([to], { subject: 'Il vero oggetto' })
    const sealed = await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa))
    const changed = forge.tampered(sealed, (text) =>
      text
        .replace(/^Subject: .*\r\n/m, 'Subject: POSTA CERTIFICATA: Un altro oggetto\r\n')
        .replace(/^Reply-To: .*\r\n/m, 'Reply-To: ladro@altrove.example\r\n')
        .replace(/^To: .*\r\n/m, 'To: altri@altrove.example\r\n')
        .replace(/^X-Riferimento-Message-ID: .*\r\n/m, 'X-Riferimento-Message-ID: <altro@x.example>\r\n'),
    )
    expect((await toBeta(changed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    const [receipt] = await alfa.inbox(from)
    const bytes = await alfa.bytes(receipt!)
    expect(dataOf(bytes)).toMatchObject({
      sender: from,
      replyTo: from,
      subject: 'Il vero oggetto',
      clientMsgid: '<prova-1@client.example>',
      deliveryTo: to,
    })
    expect(toLatin1(bytes.subarray(0, 3000))).not.toMatch(/altrove|Un altro/)
  })
})

describe('revocation lists that cannot be had', () => {
  it('lists at hand go on counting while new ones cannot be had', async () => {
    pair.lists.down = true
    await expect(beta.world.trust.refresh()).rejects.toThrow()
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    expect((await toBeta(sealed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  })

  it('lists at hand go on counting after a restart too', async () => {
    pair.lists.down = true
    await beta.restart()
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    expect((await toBeta(sealed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  })

  it('lists that have run out: 451, nothing filed; with new ones the envelope is taken, once', async () => {
    pair.lists.down = true
    pair.clock.advance(1_001 * HOUR)
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    expect((await toBeta(sealed)).code).toBe(451)
    expect(await kindsOf(beta, to)).toEqual([])
    pair.lists.down = false
    await Promise.all([alfa, beta].map((one) => one.world.trust.refresh()))
    expect((await toBeta(sealed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await kindsOf(alfa, from)).toEqual(['deliveryComplete'])
  })
})

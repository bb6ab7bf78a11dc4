// Forged, damaged, replayed and stolen messages at the incoming point: none is believed, none is lost (pec.md §5.3, §13).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, toBase64Lines, toLatin1 } from '../../src/core/lib/bytes.ts'
import { HOUR } from '../../src/core/lib/instant.ts'
import * as forge from './support/forge.ts'
import { handOver, message, send } from './support/mail.ts'
import { dataOf, identifierOf, journalOf, kindsOf, statesOf, textOf, unreachable } from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let sender: string
let from: string
let to: string
const SERVICE = 'posta-certificata@pec.beta.example'

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
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

describe('an envelope made with the real key is what the forgeries differ from', () => {
  it('with its original encoded in base64, against RFC 2046: the receipt carries it decoded', async () => {
    const draft = forge.withEntity(forge.envelope(alfa, at(), facts()), (entity) =>
      entity.replace(
        /(Content-Type: message\/rfc822(?:[^\r]|\r\n(?!\r\n))*\r\n)\r\n([\s\S]*?)(\r\n--[^\r]*--\r\n?)$/,
        (_, head: string, original: string, end: string) =>
          `${head}Content-Transfer-Encoding: base64\r\n\r\n${toBase64Lines(fromLatin1(original)).trimEnd()}${end}`,
      ),
    )
    expect(draft.entity).toHaveLength(1)
    await toBeta(await forge.seal(draft, forge.keysOf(alfa)))
    const [envelope] = await beta.inbox(to)
    expect(envelope?.kind).toBe('transportEnvelope')
    expect(await textOf(beta, envelope!)).toContain('Content-Transfer-Encoding: base64\r\n\r\n')
    const receipt = (await alfa.inbox(from)).find((one) => one.kind === 'deliveryComplete')
    expect(await textOf(alfa, receipt!)).toMatch(/message\/rfc822[\s\S]*\r\n\r\n[A-Z][A-Za-z-]+: /)
  })

  it('is delivered, taken in charge and receipted', async () => {
    const about = facts()
    const reply = await toBeta(await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa)))
    expect(reply.code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    // Alfa knows nothing of the message: the receipts are filed all the same and move nothing
    expect(await kindsOf(alfa, from)).toEqual(['deliveryComplete'])
    expect(await statesOf(alfa, about.identifier)).toEqual({})
  })

  it('an unknown user: non-delivery signed by the receiver, and no SMTP error', async () => {
    const absent = 'assente@pec.beta.example'
    const about = facts([absent])
    const sealed = await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa))
    expect((await toBeta(sealed, [absent])).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['nonDelivery'])
    const data = dataOf(await alfa.bytes((await alfa.inbox(from))[0]!))
    expect(data).toMatchObject({
      kind: 'nonDelivery',
      error: 'noRecipient',
      deliveryTo: absent,
      identifier: about.identifier,
    })
  })
})

describe('a provider’s own key under certification data that are not in form: anomaly envelope, no receipt', () => {
  const cases: [string, (draft: ReturnType<typeof forge.envelope>) => ReturnType<typeof forge.envelope>, string][] = [
    [
      'entities of its own (billion laughs)',
      (draft) =>
        forge.withDaticert(draft, (xml) =>
          xml
            .replace(
              '?>\n',
              '?>\n<!DOCTYPE postacert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n',
            )
            .replace('<oggetto>Prova', '<oggetto>&b;'),
        ),
      'dati di certificazione non validi',
    ],
    [
      'an external entity',
      (draft) =>
        forge.withDaticert(draft, (xml) =>
          xml
            .replace('?>\n', '?>\n<!DOCTYPE postacert [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n')
            .replace('<oggetto>Prova', '<oggetto>&x;'),
        ),
      'dati di certificazione non validi',
    ],
    [
      'an external DTD',
      (draft) =>
        forge.withDaticert(draft, (xml) =>
          xml
            .replace('?>\n', '?>\n<!DOCTYPE postacert SYSTEM "http://127.0.0.1/daticert.dtd">\n')
            .replace('Prova', '&x;'),
        ),
      'dati di certificazione non validi',
    ],
    [
      'another root',
      (draft) => forge.withDaticert(draft, (xml) => xml.replaceAll('postacert', 'postacerta')),
      'the root is not postacert',
    ],
    [
      'a tipo that is none',
      (draft) => forge.withDaticert(draft, (xml) => xml.replace('tipo="posta-certificata"', 'tipo="posta-sicura"')),
      'unknown tipo',
    ],
    [
      'the tipo of a receipt',
      (draft) =>
        forge.withDaticert(draft, (xml) => xml.replace('tipo="posta-certificata"', 'tipo="avvenuta-consegna"')),
      'tipo dei dati di certificazione diverso',
    ],
    ['two daticert.xml, equal', (draft) => forge.withTwoDaticerts(draft), 'presente pi'],
    [
      'two daticert.xml that differ',
      (draft) => forge.withTwoDaticerts(draft, (xml) => xml.replace('mittente', 'mittente')),
      'presente pi',
    ],
    [
      'no daticert.xml',
      (draft) => forge.withEntity(draft, (entity) => entity.replaceAll('daticert.xml', 'dati.xml')),
      'daticert.xml assente',
    ],
    [
      'no original message',
      (draft) =>
        forge.withEntity(draft, (entity) =>
          entity.replace('message/rfc822', 'application/octet-stream').replaceAll('postacert.eml', 'altro.bin'),
        ),
      'postacert.eml assente',
    ],
    [
      'another identifier than the Message-ID',
      (draft) => forge.withField(draft, 'Message-ID', 'Message-ID: <altro@pec.alfa.example>\r\n'),
      'identificativo diverso',
    ],
    [
      'both markers, of an envelope and of a receipt',
      (draft) =>
        forge.withField(draft, 'X-Trasporto', 'X-Trasporto: posta-certificata\r\nX-Ricevuta: accettazione\r\n'),
      'tipo di messaggio',
    ],
    [
      'the marker of a receipt on an envelope',
      (draft) => forge.withField(draft, 'X-Trasporto', 'X-Ricevuta: avvenuta-consegna\r\n'),
      'tipo dei dati di certificazione diverso',
    ],
    ['no marker', (draft) => forge.withField(draft, 'X-Trasporto', ''), 'tipo di messaggio'],
    [
      'a sender of another provider’s domain',
      (draft) =>
        forge.withDaticert(draft, (xml) => xml.replace(/<mittente>.*</, '<mittente>giulia.neri@pec.beta.example<')),
      'il firmatario non gestisce il dominio',
    ],
    [
      'bytes that are no XML',
      (draft) => forge.withDaticert(draft, () => '\u0001\u0002 nessun XML'),
      'dati di certificazione non validi',
    ],
    [
      'elements nested ten thousand deep',
      (draft) =>
        forge.withDaticert(draft, (xml) => xml.replace('Prova', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`)),
      'dati di certificazione non validi',
    ],
  ]
  it.each(cases)('%s', async (_, change, words) => {
    const about = facts()
    const sealed = await forge.seal(change(forge.envelope(alfa, at(), about)), forge.keysOf(alfa))
    expect((await toBeta(sealed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope'])
    expect(await anomaly(beta, to)).toContain(words)
    expect(await carries(beta, to, sealed)).toBe(true)
    expect(await kindsOf(alfa, from)).toEqual([])
  })
})

describe('replays', () => {
  it('the same envelope again: no second delivery and no second receipt', async () => {
    const about = facts()
    const sealed = await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa))
    for (let i = 0; i < 3; i++) expect((await toBeta(sealed)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await kindsOf(alfa, from)).toEqual(['deliveryComplete'])
    const taken = (await alfa.inbox('ricevute@pec.alfa.example')).filter((one) => one.msgid === about.identifier)
    expect(taken).toHaveLength(1)
  })

  it('the same envelope many times at once: the same', async () => {
    const about = facts()
    const sealed = await forge.seal(forge.envelope(alfa, at(), about), forge.keysOf(alfa))
    const replies = await Promise.all(Array.from({ length: 8 }, () => handOver(beta, from, [to], sealed)))
    await pair.settle()
    expect(new Set(replies.map((reply) => reply.code))).toEqual(new Set([250]))
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await kindsOf(alfa, from)).toEqual(['deliveryComplete'])
  })

  it('to somebody whom the certification data do not name: anomaly, no certified delivery', async () => {
    const other = `altro${n}@pec.beta.example`
    await beta.mailbox(other)
    const sealed = await forge.seal(forge.envelope(alfa, at(), facts()), forge.keysOf(alfa))
    expect((await toBeta(sealed, [to, other])).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
    expect(await kindsOf(beta, other)).toEqual(['anomalyEnvelope'])
    expect(await anomaly(beta, other)).toContain('non compreso nei dati di certificazione')
    expect(await kindsOf(alfa, from)).toEqual(['deliveryComplete'])
  })

  it('a receipt again: filed once', async () => {
    const receipt = forge.delivery(beta, at(), facts(), to)
    const bytes = await forge.seal(receipt, forge.keysOf(beta))
    for (let i = 0; i < 3; i++) expect((await handOver(alfa, SERVICE, [from], bytes)).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['deliveryConcise'])
  })

  it('a receipt that says the same in other bytes: filed once', async () => {
    const about = facts()
    for (let i = 0; i < 2; i++) {
      const receipt = forge.delivery(beta, at() + i * HOUR, about, to)
      expect((await handOver(alfa, SERVICE, [from], await forge.seal(receipt, forge.keysOf(beta)))).code).toBe(250)
    }
    expect(await kindsOf(alfa, from)).toEqual(['deliveryConcise'])
  })
})

describe('receipts that nobody may send', () => {
  /** A message of Alfa to Beta that Beta has not seen. */
  const submit = async (): Promise<string> => {
    const comeBack = unreachable(pair, 'pec.beta.example')
    const reply = await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    comeBack()
    return identifierOf(reply)
  }

  it('a delivery signed by a provider that does not manage the recipient’s domain moves nothing', async () => {
    const identifier = await submit()
    const receipt = forge.delivery(alfa, at(), facts([to], { identifier }), to)
    const bytes = await forge.seal(receipt, forge.keysOf(alfa))
    expect((await handOver(alfa, receipt.reversePath, [from], bytes)).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(await anomaly(alfa, from)).toContain('il firmatario non gestisce il dominio')
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'pending' })
  })

  it('a take-in-charge of one’s own and of another’s recipients moves neither', async () => {
    const other = `altro${n}@pec.gamma.example`
    const identifier = await submit()
    const service = 'ricevute@pec.alfa.example'
    const draft = forge.takeInCharge(beta, at(), facts([to, other], { identifier }), [to, other], service)
    const bytes = await forge.seal(draft, forge.keysOf(beta))
    const before = await kindsOf(alfa, service)
    expect((await handOver(alfa, SERVICE, [service], bytes)).code).toBe(554)
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'pending' })
    expect(await kindsOf(alfa, service)).toEqual(before)
  })

  it('a timeout notice by another than the sender’s provider', async () => {
    const draft = forge.withDaticert(forge.delivery(beta, at(), facts(), to), (xml) =>
      xml.replace('tipo="avvenuta-consegna"', 'tipo="preavviso-errore-consegna"').replace(/<ricevuta.*\n/, ''),
    )
    const marked = forge.withField(draft, 'X-Ricevuta', 'X-Ricevuta: preavviso-errore-consegna\r\n')
    expect((await handOver(alfa, SERVICE, [from], await forge.seal(marked, forge.keysOf(beta)))).code).toBe(250)
    expect(await anomaly(alfa, from)).toContain('il firmatario non gestisce il dominio')
  })

  it('a delivery receipt without signature is ordinary mail', async () => {
    const identifier = await submit()
    const sealed = await forge.seal(forge.delivery(beta, at(), facts([to], { identifier }), to), forge.keysOf(beta))
    const bare = forge.tampered(sealed, (text) => text.replace('multipart/signed', 'multipart/mixed'))
    expect((await handOver(alfa, SERVICE, [from], bare)).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'pending' })
  })

  it('for a message that nobody knows: filed, journalled, and nothing more', async () => {
    const about = facts()
    const bytes = await forge.seal(forge.delivery(beta, at(), about, to), forge.keysOf(beta))
    expect((await handOver(alfa, SERVICE, [from], bytes)).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['deliveryConcise'])
    expect(await statesOf(alfa, about.identifier)).toEqual({})
    expect((await journalOf(alfa, about.identifier)).map((entry) => entry.event)).toEqual(['receiptReceived'])
  })

  it('a virus detection for a message that nobody knows: filed, and no non-delivery is made', async () => {
    const service = 'ricevute@pec.alfa.example'
    const about = facts()
    const draft = forge.virusDetection(beta, at(), about, to, service)
    expect((await handOver(alfa, SERVICE, [service], await forge.seal(draft, forge.keysOf(beta)))).code).toBe(250)
    expect((await alfa.inbox(service)).at(-1)!.kind).toBe('virusDetection')
    expect(await kindsOf(alfa, from)).toEqual([])
  })

  it('a non-delivery after the delivery: filed, and the recipient stays delivered', async () => {
    const reply = await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    const identifier = identifierOf(reply)
    const draft = forge.nonDelivery(beta, at(), facts([to], { identifier }), to)
    await handOver(alfa, SERVICE, [from], await forge.seal(draft, forge.keysOf(beta)))
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete', 'nonDelivery'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'delivered' })
  })

  it('signed with a certificate that ended: wrapped, and moves nothing', async () => {
    const identifier = await submit()
    const old = await pair.authority.issueProviderCertificate({
      providerName: 'Gestore Beta',
      serviceAddress: SERVICE,
      algorithm: 'p256',
      notBefore: at() - 1000 * HOUR,
      notAfter: at() - HOUR,
    })
    await pair.certify('beta', [beta.config.signing.certificate, old.certificatePem])
    const bytes = await forge.seal(forge.delivery(beta, at(), facts([to], { identifier }), to), old)
    expect((await handOver(alfa, SERVICE, [from], bytes)).code).toBe(250)
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(await statesOf(alfa, identifier)).toEqual({ [to]: 'pending' })
  })
})

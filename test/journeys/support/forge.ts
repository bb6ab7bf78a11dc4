// Messages that no honest provider would make, sealed with a provider's real key or with one that is nobody's.
import { randomBytes } from 'node:crypto'
import { concat, fromLatin1, fromUtf8, toBase64Lines, toLatin1 } from '../../../src/core/lib/bytes.ts'
import type { Instant } from '../../../src/core/lib/instant.ts'
import { bytesPiece, type Rope } from '../../../src/core/lib/rope.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { assemble } from '../../../src/core/pec/assemble.ts'
import * as drafts from '../../../src/core/pec/drafts.ts'
import type { Draft, MessageFacts } from '../../../src/core/pec/model.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import { signingTemplate } from '../../../src/core/smime/sign.ts'
import { openSigner } from '../../../src/shell/adapters/signer.ts'
import type { KeyPair } from '../../../src/shell/sandbox/authority.ts'
import { message } from './mail.ts'
import type { TestProvider } from './pair.ts'

/** The key that a provider signs with now. */
export const keysOf = (provider: TestProvider): KeyPair => ({
  keyPem: provider.config.signing.key,
  certificatePem: provider.config.signing.certificate,
})

/** A new PEC msgid of a provider's form. */
export const newIdentifier = (provider: TestProvider): string =>
  `forged.${randomBytes(12).toString('hex')}@${provider.domain}`

/** Facts of a message that nobody submitted, unless `more` says which one. */
export const factsOf = (
  provider: TestProvider,
  sender: string,
  recipients: readonly string[],
  more: Partial<MessageFacts> = {},
): MessageFacts => ({
  identifier: newIdentifier(provider),
  clientMsgid: '<prova-1@client.example>',
  sender,
  recipients: recipients.map((address) => ({ address, certified: true })),
  replyTo: sender,
  subject: 'Prova',
  ...more,
})

/** Sealing of a provider's drafts at an instant. */
export const by = (provider: TestProvider, at: Instant): drafts.Sealing => ({ provider: provider.config.provider, at })

const bytesOf = (rope: Rope): Uint8Array =>
  concat(
    rope.map((piece) => {
      if (piece.kind !== 'bytes') throw new Error('forged messages are bytes only')
      return piece.bytes
    }),
  )

/** Signs a draft as it stands. */
export const seal = async (draft: Draft, keys: KeyPair): Promise<Uint8Array> => {
  const signer = openSigner(keys)
  const template = signingTemplate(signer)
  const attributes = template.attributes(hash('sha256', bytesOf(draft.entity)), draft.at)
  return bytesOf(assemble(draft, template.signedData(attributes, await signer.sign(attributes))))
}

/** A transport envelope for the facts; `original` is what it carries. */
export const envelope = (
  provider: TestProvider,
  at: Instant,
  facts: MessageFacts,
  original: Uint8Array = message({ from: facts.sender, to: facts.recipients.map((one) => one.address).join(',\r\n ') }),
): Draft =>
  drafts.transportEnvelope(facts, by(provider, at), {
    originalFields: parseMime(original).root.fields,
    returnPath: facts.sender,
    receiptType: 'complete',
    postacert: [bytesPiece(original)],
    forwardPaths: facts.recipients.map((one) => one.address),
  })

/** A delivery receipt without the original. */
export const delivery = (provider: TestProvider, at: Instant, facts: MessageFacts, recipient: string): Draft =>
  drafts.delivery(facts, by(provider, at), { recipient, requested: 'concise', form: 'concise' })

/** A take-in-charge to the service mailbox `to`. */
export const takeInCharge = (
  provider: TestProvider,
  at: Instant,
  facts: MessageFacts,
  takenFor: readonly string[],
  to: string,
): Draft => drafts.takeInCharge(facts, by(provider, at), { takenFor, to })

/** A non-delivery for an unknown user. */
export const nonDelivery = (provider: TestProvider, at: Instant, facts: MessageFacts, recipient: string): Draft =>
  drafts.nonDelivery(facts, by(provider, at), { recipient, error: 'noRecipient', extendedError: '5.1.1 - sconosciuto' })

/** A virus detection to the service mailbox `to`. */
export const virusDetection = (
  provider: TestProvider,
  at: Instant,
  facts: MessageFacts,
  recipient: string,
  to: string,
): Draft => drafts.virusDetection(facts, by(provider, at), { recipient, signature: 'Eicar-Signature', to })

const DATA =
  /(Content-Type: application\/xml; name="daticert\.xml"\r\n[\s\S]*?\r\n\r\n)([A-Za-z0-9+/=\r\n]+?)(?=\r\n--)/

/** The draft with other text in its entity, before it is signed. */
export const withEntity = (draft: Draft, change: (entity: string) => string): Draft => ({
  ...draft,
  entity: [bytesPiece(fromLatin1(change(toLatin1(bytesOf(draft.entity)))))],
})

/** The draft with other certification data. */
export const withDaticert = (draft: Draft, change: (xml: string) => string): Draft =>
  withEntity(draft, (entity) => {
    const found = DATA.exec(entity)
    if (!found) throw new Error('no daticert.xml in the draft')
    const xml = change(Buffer.from(found[2]!, 'base64').toString('utf8'))
    return entity.replace(DATA, () => found[1]! + toBase64Lines(fromUtf8(xml)))
  })

/** The draft with its daticert.xml twice; `second` changes the later one. */
export const withTwoDaticerts = (draft: Draft, second: (xml: string) => string = (xml) => xml): Draft =>
  withEntity(draft, (entity) => {
    const found = DATA.exec(entity)
    const delimiter = /boundary="([^"]+)"/.exec(entity)?.[1]
    if (!found || delimiter === undefined) throw new Error('no daticert.xml in the draft')
    const xml = second(Buffer.from(found[2]!, 'base64').toString('utf8'))
    const more = `\r\n--${delimiter}\r\n${found[1]!}${toBase64Lines(fromUtf8(xml))}`
    return entity.replace(DATA, () => found[0] + more)
  })

/** The draft with another line in place of a header field's. */
export const withField = (draft: Draft, name: string, lines: string): Draft => {
  const header = draft.header.replace(new RegExp(`^${name}:.*\\r\\n(?:[ \\t].*\\r\\n)*`, 'm'), lines)
  if (header === draft.header) throw new Error(`no field ${name} in the draft`)
  return { ...draft, header }
}

/** A sealed message with text replaced, as somebody on the way would do. Bytes in, bytes out. */
export const tampered = (sealed: Uint8Array, change: (text: string) => string): Uint8Array => {
  const text = toLatin1(sealed)
  const changed = change(text)
  if (changed === text) throw new Error('nothing was tampered with')
  return fromLatin1(changed)
}

// Every kind of certified message about every original: what the golden files and the foreign judges see.
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, toHex } from '../../src/core/lib/bytes.ts'
import { HOUR } from '../../src/core/lib/instant.ts'
import type { Rope } from '../../src/core/lib/rope.ts'
import { rangePiece } from '../../src/core/lib/rope.ts'
import { firstValue } from '../../src/core/mail/header.ts'
import { parseMime } from '../../src/core/mail/mime.ts'
import { assemble } from '../../src/core/pec/assemble.ts'
import { briefRope, planBrief } from '../../src/core/pec/brief.ts'
import * as drafts from '../../src/core/pec/drafts.ts'
import { requestedReceiptType } from '../../src/core/pec/formal.ts'
import type { Draft, MessageFacts, PecKind, ProviderIdentity } from '../../src/core/pec/model.ts'
import { postacert } from '../../src/core/pec/postacert.ts'
import { readCertificates } from '../../src/core/smime/certificate.ts'
import { signingTemplate } from '../../src/core/smime/sign.ts'
import type { Original } from './originals.ts'
import { ORIGINALS } from './originals.ts'

const KEYS = join(import.meta.dirname, 'keys')
export const CA_FILE = join(KEYS, 'ca.pem')

export const alfa: ProviderIdentity = {
  name: 'Gestore Alfa S.p.A.',
  domain: 'pec.alfa.example',
  serviceAddress: 'posta-certificata@pec.alfa.example',
  serviceMailbox: 'servizio@pec.alfa.example',
}

const AT = Date.UTC(2026, 1, 3, 9, 15, 30)
const SENDER = 'mario.rossi@pec.alfa.example'
const IDENTIFIER = 'cer1.20260203101530.5b1f7a90c2@pec.alfa.example'

/** The bytes of a rope whose contents are given. */
export const ropeBytes = (rope: Rope, contents: ReadonlyMap<string, Uint8Array>): Uint8Array =>
  concat(
    rope.map((piece) =>
      piece.kind === 'bytes'
        ? piece.bytes
        : contents.get(piece.content)!.subarray(piece.offset, piece.offset + piece.length),
    ),
  )

const key = createPrivateKey(readFileSync(join(KEYS, 'signer.key')))
const certificates = readCertificates(readFileSync(join(KEYS, 'signer.pem'), 'utf8'))
if ('kind' in certificates) throw new Error(certificates.detail)
const template = signingTemplate({ algorithm: 'rsa-sha256', certificate: certificates[0]!.der, chain: [] })

/** Signs with the test key: RSA PKCS #1 v1.5, so that the same draft always gives the same bytes. */
export const sealed = (draft: Draft, contents: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const digest = createHash('sha256').update(ropeBytes(draft.entity, contents)).digest()
  const attributes = template.attributes(digest, draft.at)
  const signature = sign('sha256', attributes, key)
  return ropeBytes(assemble(draft, template.signedData(attributes, signature)), contents)
}

export type Case = {
  readonly name: string
  readonly kind: PecKind
  readonly original: Original
  readonly facts: MessageFacts
  readonly draft: Draft
  readonly contents: ReadonlyMap<string, Uint8Array>
}

const content = (id: string, bytes: Uint8Array): Rope => [rangePiece(id, 0, bytes.length)]

/** All fourteen kinds about one original, by one provider that plays all parts. */
const casesOf = (original: Original): readonly Case[] => {
  const { root, head } = parseMime(original.bytes)
  const contents = new Map([['original', original.bytes]])
  const inner = postacert(
    { head, fields: root.fields, content: 'original', bodyStart: root.bodyStart, sizeBytes: original.bytes.length },
    IDENTIFIER,
  )
  const bytes = ropeBytes(inner.rope, contents)
  const plan = planBrief(inner.rope, parseMime(bytes))
  const hashes = plan.digests.map((rope) => toHex(createHash('sha1').update(ropeBytes(rope, contents)).digest()))
  const brief = briefRope(plan, hashes)
  const facts: MessageFacts = {
    identifier: IDENTIFIER,
    clientMsgid: inner.clientMsgid,
    sender: SENDER,
    recipients: original.recipients.map((address) => ({ address, certified: !address.endsWith('@posta.example') })),
    replyTo: SENDER,
    subject: original.subject,
  }
  const recipient = original.recipients[0]!
  const requested = requestedReceiptType(root.fields)
  const s = (hours = 0) => ({ provider: alfa, at: AT + hours * HOUR })
  const takenFor = original.recipients.filter((address) => !address.endsWith('@posta.example'))
  const to = alfa.serviceMailbox
  const made: readonly Draft[] = [
    drafts.acceptance(facts, s()),
    drafts.nonAcceptance(facts, s(), { reason: 'un destinatario in copia nascosta (Bcc) presente nel messaggio' }),
    drafts.virusNonAcceptance(facts, s(), { signature: 'Eicar-Signature' }),
    drafts.transportEnvelope(facts, s(), {
      originalFields: root.fields,
      returnPath: SENDER,
      receiptType: requested,
      postacert: inner.rope,
      forwardPaths: original.recipients,
    }),
    drafts.takeInCharge(facts, s(), { takenFor, to }),
    drafts.delivery(facts, s(), { recipient, requested: 'complete', form: 'complete', postacert: inner.rope }),
    drafts.delivery(facts, s(), { recipient, requested: 'brief', form: 'brief', postacert: brief }),
    drafts.delivery(facts, s(), { recipient, requested, form: 'concise' }),
    drafts.nonDelivery(facts, s(), {
      recipient,
      error: 'noRecipient',
      extendedError: '5.1.1 - Gestore Alfa S.p.A. - indirizzo non valido',
    }),
    drafts.timeoutWarning(facts, s(12), { recipient }),
    drafts.timeoutFinal(facts, s(23.5), { recipient }),
    drafts.virusDetection(facts, s(), { recipient, signature: 'Eicar-Signature', to }),
    drafts.virusNonDelivery(facts, s(), { recipient, signature: 'Eicar-Signature' }),
    drafts.anomalyEnvelope(
      {
        fields: root.fields,
        sender: SENDER,
        recipients: original.recipients,
        forwardPaths: [recipient],
        subject: original.subject,
        reason: 'il messaggio non proviene da un sistema di posta certificata',
        message: content('original', original.bytes),
        messageId: firstValue(root.fields, 'message-id'),
      },
      s(),
    ),
  ]
  return made.map((draft) => ({
    name: `${draft.kind}.${original.name}`,
    kind: draft.kind,
    original,
    facts,
    draft,
    contents,
  }))
}

export const CASES: readonly Case[] = ORIGINALS.flatMap(casesOf)

/** Kinds that show more than the facts of the original: kept for every original, the others for the first. */
const SHOWING: ReadonlySet<PecKind> = new Set(['acceptance', 'transportEnvelope', 'deliveryComplete', 'deliveryBrief'])
export const KEPT: readonly Case[] = CASES.filter(
  ({ kind, original }) => SHOWING.has(kind) || original === ORIGINALS[0],
)

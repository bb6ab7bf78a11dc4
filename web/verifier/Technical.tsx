// The technical proof, unfolded by who wants it: checks, certification data, certificate, digests, source.

import good from 'icon:check-circle'
import bad from 'icon:close-circle'
import none from 'icon:minus-circle'
import note from 'icon:warning-circle'
import type { ReactNode } from 'react'
import type { DocumentFinding, MessageFinding, Part } from '../../src/core/evidence/part.ts'
import { signerLine } from '../../src/core/evidence/words.ts'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { checkLine, instantText, printable } from '../../src/core/pec/verdictText.ts'
import { KIND_WORD } from '../../src/core/pec/vocabulary.ts'
import { Icon } from '../ui/Icon.tsx'
import { useLanguage } from '../ui/language.ts'
import { type Fact, Facts } from '../ui/Parts.tsx'
import { plainLine } from './plainLine.ts'
import { useVerifierTexts } from './texts/verifier.ts'

const ICONS = { holds: good, weak: note, fails: bad, notChecked: none } as const
export type Mark = keyof typeof ICONS

/** A check with its mark, in words too. */
export const CheckItem = ({ mark, text }: { readonly mark: Mark; readonly text: string }) => {
  const t = useVerifierTexts()
  return (
    <li className={`cl-check-${mark}`}>
      <Icon of={ICONS[mark]} />
      <span>
        <span className="visually-hidden">{t.marks[mark]}. </span>
        {text}
      </span>
    </li>
  )
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
)

const given = (label: string, value: string | undefined): readonly Fact[] =>
  value === undefined || value === '' ? [] : [{ label, value: <span className="cl-code">{printable(value)}</span> }]

const DataTable = ({ message }: { readonly message: MessageFinding }) => {
  const t = useVerifierTexts()
  const { data } = message.verification.message
  if (data === undefined) return null
  const recipients = data.recipients
    .slice(0, 50)
    .map((one) => `${one.address} (${one.certified ? t.certified : t.ordinary})`)
  return (
    <Section title={t.data}>
      <Facts
        items={[
          ...given(t.dataLabels.kind, KIND_WORD[data.kind]),
          ...given(t.dataLabels.identifier, data.identifier),
          ...given(t.from, data.sender),
          ...recipients.map((one, i) => ({
            label: recipients.length > 1 ? `${t.recipient} ${i + 1}` : t.recipient,
            value: <span className="cl-code">{printable(one)}</span>,
          })),
          ...given(t.dataLabels.replyTo, data.replyTo),
          ...given(t.subject, data.subject),
          ...given(t.at, instantText(data.at)),
          ...given(t.dataLabels.provider, data.provider),
          ...given(t.dataLabels.clientMsgid, data.clientMsgid),
          ...given(t.dataLabels.receipt, data.receiptType),
          ...given(t.delivered, data.deliveryTo),
          ...given(t.taken, data.takenFor?.join(', ')),
          ...given(t.error, data.extendedError),
        ]}
      />
    </Section>
  )
}

const Signature = ({ message }: { readonly message: MessageFinding }) => {
  const t = useVerifierTexts()
  const { signer } = message.verification
  if (signer === undefined) return null
  const { certificate } = signer
  const labels = t.signatureLabels
  return (
    <Section title={t.signature}>
      <Facts
        items={[
          ...given(labels.subject, `${certificate.subject.text} ${certificate.emails.join(', ')}`),
          ...given(labels.serial, certificate.serialHex),
          ...given(labels.issuer, certificate.issuer.text),
          ...given(labels.validity, `${instantText(certificate.notBefore)} – ${instantText(certificate.notAfter)}`),
          ...given(labels.signedAt, signer.signedAt === undefined ? undefined : instantText(signer.signedAt)),
          ...given(labels.digest, signer.digest),
          ...given(labels.authority, signer.authority ?? t.none),
          ...given(labels.directory, signer.provider ?? t.none),
          ...given(labels.sha1, signer.sha1),
        ]}
      />
    </Section>
  )
}

const SOURCE_BYTES = 24 * 1024

const Source = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const t = useVerifierTexts()
  // as bytes are: what they would draw as text must not hide what they are
  const text = toLatin1(bytes, 0, SOURCE_BYTES).replace(/[^\x09\x0a\x20-\x7e]/g, (c) => (c === '\r' ? '' : '·'))
  return (
    <Section title={t.source}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="cl-source" tabIndex={0} aria-label={t.source}>
        <pre>{text}</pre>
      </section>
      {bytes.length > SOURCE_BYTES && <p className="cl-muted">{t.sourceCut}</p>}
    </Section>
  )
}

/** All that is known of a message. */
export const TechnicalProof = ({
  part,
  message,
  bytes,
}: {
  readonly part: Part
  readonly message: MessageFinding
  readonly bytes?: Uint8Array
}) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const { verification } = message
  return (
    <details className="cl-card cl-technical">
      <summary>{t.technical}</summary>
      <Section title={t.checks}>
        <ul className="cl-checks">
          {verification.checks.map((check) => (
            <CheckItem key={check.name} mark={check.outcome} text={plainLine(checkLine(check, language))} />
          ))}
        </ul>
      </Section>
      <DataTable message={message} />
      <Signature message={message} />
      <Section title={t.hashes}>
        <Facts
          items={[
            ...given(t.hashLabels.file, part.sha256),
            ...given(t.hashLabels.original, message.original?.sha256),
            ...given(t.hashLabels.daticert, message.daticert?.sha256),
          ]}
        />
      </Section>
      {bytes && <Source bytes={bytes} />}
    </details>
  )
}

const markOf = (signer: DocumentFinding['signers'][number]): Mark =>
  signer.holds ? (signer.known ? 'holds' : 'weak') : 'fails'

/** The signatures of a document. */
export const DocumentProof = ({ part, document }: { readonly part: Part; readonly document: DocumentFinding }) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  return (
    <div className="cl-card">
      <Section title={t.signers}>
        <ul className="cl-checks">
          {document.signers.map((signer, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the signatures of a file never move
            <CheckItem key={i} mark={markOf(signer)} text={plainLine(signerLine(signer, language))} />
          ))}
        </ul>
      </Section>
      <Section title={t.hashes}>
        <Facts items={given(t.hashLabels.file, part.sha256)} />
      </Section>
    </div>
  )
}

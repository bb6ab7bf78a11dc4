// The technical proofs of a message: who signed, what daticert.xml says, checks, certificates, digests, the source.
import good from 'icon:check-circle'
import bad from 'icon:close-circle'
import downloadIcon from 'icon:download'
import none from 'icon:minus-circle'
import note from 'icon:warning-circle'
import { type ReactNode, useState } from 'react'
import type { PecData, PecVerification } from '../../../../src/core/jmap/pec.ts'
import { checkLine, KIND_NAME, printable } from '../../../../src/core/pec/verdictText.ts'
import type { Check } from '../../../../src/core/pec/verification.ts'
import { KIND_WORD } from '../../../../src/core/pec/vocabulary.ts'
import { ProblemAlert } from '../../../ui/Alert.tsx'
import { Button, LinkButton } from '../../../ui/Button.tsx'
import { showInstant } from '../../../ui/format.ts'
import { useAction, useResource } from '../../../ui/hooks.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { useLanguage } from '../../../ui/language.ts'
import { type Fact, Facts, Loading } from '../../../ui/Parts.tsx'
import { plainLine } from '../../../verifier/plainLine.ts'
import { accountId, capability, downloadUrl } from '../../jmap/client.ts'
import { type ReadMoreTexts, useReadMoreTexts } from '../../texts/readMore.ts'
import { type Letter, loadVerdict } from '../load.ts'
import { readSource } from './source.ts'

const ICONS = { holds: good, weak: note, fails: bad, notChecked: none } as const

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section>
    <h4>{title}</h4>
    {children}
  </section>
)

const given = (label: string, value: string | null | undefined): readonly Fact[] =>
  value === undefined || value === null || value === ''
    ? []
    : [{ label, value: <span className="cl-code">{printable(value)}</span> }]

/** Where the bundle of evidence of a message is. */
export const evidenceUrl = (identifier: string): string => {
  const template = capability('urn:ceralacca:pec').evidenceUrl
  const path = typeof template === 'string' ? template : '/api/v1/account/messages/{identifier}/evidence'
  return path
    .replace(/^https?:\/\/[^/]+/, '')
    .replace('{accountId}', accountId())
    .replace('{identifier}', encodeURIComponent(identifier))
}

const Evidence = ({ identifier }: { readonly identifier: string }) => {
  const t = useReadMoreTexts().proofs
  return (
    <div className="cr-evidence">
      <LinkButton href={evidenceUrl(identifier)} download small icon={downloadIcon}>
        {t.evidence}
      </LinkButton>
      <p className="cr-muted">{t.evidenceHint}</p>
    </div>
  )
}

const verdictLevel = ({ verdict, complete }: PecVerification): keyof ReadMoreTexts['proofs']['verdicts'] =>
  verdict === 'holds' && !complete ? 'partly' : verdict

const Verdict = ({ verification }: { readonly verification: PecVerification }) => {
  const t = useReadMoreTexts().proofs
  const language = useLanguage()
  return (
    <Section title={t.verdict}>
      <p>
        <strong>{t.verdicts[verdictLevel(verification)]}</strong>{' '}
        {verification.judged.at && t.judged(showInstant(verification.judged.at))}
      </p>
      <ul className="cr-checks">
        {(verification.checks as readonly Check[]).map((check) => (
          <li key={check.name} className={`cr-check-${check.outcome}`}>
            <Icon of={ICONS[check.outcome]} />
            <span>
              <span className="visually-hidden">{t.marks[check.outcome]}. </span>
              {plainLine(checkLine(check, language))}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const MOST_RECIPIENTS = 100

const DataTable = ({ data }: { readonly data: PecData }) => {
  const t = useReadMoreTexts().proofs
  const labels = t.dataLabels
  const recipients = data.recipients.slice(0, MOST_RECIPIENTS)
  return (
    <Section title={t.data}>
      <Facts
        items={[
          ...given(labels.kind, KIND_WORD[data.kind]),
          ...given(labels.error, data.error === 'none' ? undefined : data.error),
          ...given(labels.sender, data.sender),
          ...recipients.flatMap(({ address, certified }, at) =>
            given(
              recipients.length > 1 ? `${labels.recipient} ${at + 1}` : labels.recipient,
              `${address} (${certified ? t.certified : t.ordinary})`,
            ),
          ),
          ...given(labels.replyTo, data.replyTo),
          ...given(labels.subject, data.subject),
          ...given(labels.provider, data.provider),
          ...given(labels.at, showInstant(data.at)),
          ...given(labels.identifier, data.identifier),
          ...given(labels.clientMsgid, data.clientMsgid),
          ...given(labels.receipt, data.receiptType),
          ...given(labels.deliveryTo, data.deliveryTo),
          ...given(labels.takenFor, data.takenFor?.join(', ')),
          ...given(labels.extendedError, data.extendedError),
        ]}
      />
    </Section>
  )
}

/** A property of what the verdict says of the signer, where it is a text. */
const said = (signer: PecVerification['signer'], name: string): string | undefined => {
  const value = signer?.[name]
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : undefined
}

const Signature = ({ verification }: { readonly verification: PecVerification }) => {
  const t = useReadMoreTexts().proofs
  const { signer, chain } = verification
  if (!signer) return null
  const signedAt = said(signer, 'signedAt')
  return (
    <Section title={t.chain}>
      <Facts
        items={[
          ...given(t.directory, said(signer, 'provider') ?? t.notListed),
          ...given(t.signedAt, signedAt && showInstant(signedAt)),
          ...given(t.digest, said(signer, 'digest')),
        ]}
      />
      <ol className="cr-chain">
        {chain.map((one, at) => (
          <li key={one.sha256}>
            <strong>{at === 0 ? t.signer : t.authority}</strong>
            <Facts
              items={[
                ...given(t.subject, one.subject),
                ...given(t.issuer, one.issuer),
                ...given(t.serial, one.serial),
                ...given(t.validity, `${showInstant(one.notBefore)} – ${showInstant(one.notAfter)}`),
                ...given('SHA-256', one.sha256),
              ]}
            />
          </li>
        ))}
      </ol>
    </Section>
  )
}

const Source = ({ blobId }: { readonly blobId: string }) => {
  const t = useReadMoreTexts().proofs
  const [text, setText] = useState<string>()
  const show = useAction(async () => setText(await readSource(blobId)))
  return (
    <Section title={t.source}>
      <ProblemAlert problem={show.problem} />
      {text === undefined ? (
        <Button look="outline-primary" small busy={show.busy} onClick={() => void show.run()}>
          {t.showSource}
        </Button>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="cr-source" tabIndex={0} aria-label={t.source}>
          <pre>{text}</pre>
        </section>
      )}
    </Section>
  )
}

const commands = (signedAt: string | undefined): string =>
  [
    'openssl dgst -sha256 messaggio.eml',
    `openssl cms -verify -in messaggio.eml -noverify -purpose any${
      signedAt ? ` -attime ${Math.floor(new Date(signedAt).getTime() / 1_000)}` : ''
    } -out contenuto.txt`,
    'openssl cms -verify -in messaggio.eml -noverify -signer gestore.pem -out /dev/null',
    'openssl x509 -in gestore.pem -noout -subject -issuer -dates -fingerprint -sha256',
  ].join('\n')

const Downloads = ({ letter }: { readonly letter: Letter }) => {
  const t = useReadMoreTexts().proofs
  const { raw, original, daticert, signature } = letter.message.blobs
  const files = [
    { blobId: raw, name: 'messaggio.eml', label: t.downloadRaw },
    { blobId: original, name: 'postacert.eml', label: t.downloadOriginal },
    { blobId: daticert, name: 'daticert.xml', label: t.downloadData },
    { blobId: signature, name: 'smime.p7s', label: t.downloadSignature },
  ]
  return (
    <ul className="cr-downloads">
      {files.map(
        ({ blobId, name, label }) =>
          blobId && (
            <li key={name}>
              <a href={downloadUrl(blobId, name)} download={name}>
                {label}
              </a>
            </li>
          ),
      )}
    </ul>
  )
}

const Signed = ({ letter, verification }: { readonly letter: Letter; readonly verification: PecVerification }) => {
  const t = useReadMoreTexts().proofs
  const language = useLanguage()
  const { message, email } = letter
  const { signer, sha256 } = verification
  const signerName = said(signer, 'provider') ?? said(signer, 'subject')
  return (
    <>
      <Section title={t.envelope}>
        <Facts
          items={[
            { label: t.dataLabels.kind, value: KIND_NAME[message.kind as keyof typeof KIND_NAME][language] },
            ...given(t.signedBy, signerName && [signerName, said(signer, 'addresses')].filter(Boolean).join(', ')),
            ...given(t.onBehalf, message.data?.sender ?? message.from[0]?.email),
            ...given(t.envelopeSubject, email.subject),
          ]}
        />
      </Section>
      <Verdict verification={verification} />
      {message.data && <DataTable data={message.data} />}
      <Signature verification={verification} />
      <Section title={t.hashes}>
        <Facts
          items={[
            ...given(t.hashLabels.raw, sha256.raw),
            ...given(t.hashLabels.original, sha256.original),
            ...given(t.hashLabels.daticert, sha256.daticert),
          ]}
        />
      </Section>
      {signer && (
        <Section title={t.openssl}>
          <p>{t.opensslLead}</p>
          <pre className="cr-commands">{commands(said(signer, 'signedAt'))}</pre>
        </Section>
      )}
    </>
  )
}

const Proofs = ({ letter }: { readonly letter: Letter }) => {
  const t = useReadMoreTexts().proofs
  const { message } = letter
  const ours = message.kind === 'sent' || message.kind === 'draft' || message.kind === 'ordinary'
  const { data, problem, reload } = useResource(letter.id, async () => ({
    verification: ours ? undefined : await loadVerdict(letter.id),
  }))
  const identifier = letter.submission?.identifier ?? message.identifier
  return (
    <div className="cr-proofs-open">
      <p className="cr-muted">{t.lead}</p>
      {identifier && <Evidence identifier={identifier} />}
      {problem && <ProblemAlert problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      {data?.verification && <Signed letter={letter} verification={data.verification} />}
      {data && !data.verification && <Facts items={given(t.dataLabels.identifier, identifier)} />}
      <Downloads letter={letter} />
      <Source blobId={message.blobs.raw} />
    </div>
  )
}
export default Proofs

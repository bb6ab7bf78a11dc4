// What came of a file: the verdict and what it proves in plain words, then the technical proof.
import type { ArchiveFinding } from '../../src/core/evidence/archive.ts'
import { MEANING, NO_MEANING } from '../../src/core/evidence/meaning.ts'
import type { DocumentFinding, MessageFinding, Part } from '../../src/core/evidence/part.ts'
import { ARCHIVE_PROBLEM_WORDS, DOCUMENT_NAME, documentOutcome, togetherLine } from '../../src/core/evidence/words.ts'
import { instantText, KIND_NAME, printable } from '../../src/core/pec/verdictText.ts'
import { Alert } from '../ui/Alert.tsx'
import { PROVIDER } from '../ui/facts.ts'
import { showInstant } from '../ui/format.ts'
import { type Language, useLanguage } from '../ui/language.ts'
import { type Fact, Facts } from '../ui/Parts.tsx'
import { ArchiveDetails } from './ArchiveDetails.tsx'
import type { JudgedBy, Outcome } from './engine.ts'
import { plainLine } from './plainLine.ts'
import { DocumentProof, TechnicalProof } from './Technical.tsx'
import { useVerifierTexts } from './texts/verifier.ts'

const KINDS = { holds: 'success', partly: 'warning', fails: 'danger', notPec: 'warning', anomaly: 'warning' } as const
type Level = keyof typeof KINDS

const levelOf = (verdict: 'holds' | 'fails' | 'notPec', complete: boolean): Exclude<Level, 'anomaly'> =>
  verdict === 'holds' && !complete ? 'partly' : verdict

const Result = ({
  name,
  bytes,
  outcome,
}: {
  readonly name: string
  readonly bytes: Uint8Array
  readonly outcome: Outcome
}) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  if (outcome.kind === 'refused')
    return (
      <Alert kind="danger" title={t.refused.title}>
        <p>
          {printable(name)}: {ARCHIVE_PROBLEM_WORDS[outcome.problem][language]}. {t.refused.detail}
        </p>
      </Alert>
    )
  if (outcome.kind === 'archive')
    return <ArchiveResult name={name} archive={outcome.archive} judgedBy={outcome.judgedBy} />
  const { finding } = outcome.part
  if (finding.kind === 'document') return <DocumentResult part={outcome.part} document={finding} />
  if (finding.kind === 'other') return null
  return <MessageResult part={outcome.part} message={finding} bytes={bytes} judgedBy={outcome.judgedBy} />
}
export default Result

/** By what the signer was judged, with its date: or that it was not. */
const JudgedNote = ({ judgedBy }: { readonly judgedBy: JudgedBy }) => {
  const t = useVerifierTexts()
  const { providers, at } = judgedBy
  return (
    <p className="cl-muted">
      {providers > 0
        ? `${t.judged(PROVIDER, providers, at === undefined ? '?' : showInstant(at))} `
        : `${t.notJudged} `}
      {t.revocation}
    </p>
  )
}

/** Who, when, what: for people. */
export const MessageFacts = ({ message, name }: { readonly message: MessageFinding; readonly name?: string }) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const { verification } = message
  const { data, subject, from, to, at } = verification.message
  const { signer } = verification
  const recipients = (data?.recipients.map((one) => one.address) ?? to).map(printable)
  const shown = recipients.slice(0, 10).join(', ')
  const proven = verification.checks.some((check) => check.name === 'signature' && check.outcome === 'holds')
  const certifier =
    signer && (signer.provider ?? signer.certificate.subject.organization ?? signer.certificate.subject.text)
  const fact = (label: string, value: string | undefined): readonly Fact[] =>
    value === undefined || value === '' ? [] : [{ label, value: printable(value) }]
  return (
    <Facts
      items={[
        { label: t.what, value: KIND_NAME[verification.kind][language] },
        ...fact(t.hashLabels.file, name),
        ...fact(t.subject, subject),
        ...fact(t.from, from.join(', ')),
        ...fact(t.to, recipients.length > 10 ? `${shown} ${t.more(recipients.length - 10)}` : shown),
        ...fact(t.delivered, data?.deliveryTo),
        ...fact(t.taken, data?.takenFor?.slice(0, 10).join(', ')),
        ...fact(t.at, at === undefined ? undefined : instantText(at)),
        ...fact(t.error, data?.extendedError),
        ...(certifier === undefined
          ? []
          : fact(
              proven ? t.certifier : t.claimed,
              signer?.provider === undefined ? `${certifier} (${t.unlisted})` : certifier,
            )),
      ]}
    />
  )
}

const MessageResult = ({
  part,
  message,
  bytes,
  judgedBy,
}: {
  readonly part: Part
  readonly message: MessageFinding
  readonly bytes: Uint8Array
  readonly judgedBy: JudgedBy
}) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const { verification } = message
  const judged = levelOf(verification.verdict, verification.complete)
  // its signature vouches for nothing that is inside
  const level = judged === 'holds' && verification.kind === 'anomalyEnvelope' ? 'anomaly' : judged
  return (
    <>
      <Alert kind={KINDS[level]} title={t.verdict[level]}>
        {level === 'partly' && <p>{t.partlyDetail}</p>}
        <p>{level === 'fails' ? NO_MEANING[language] : MEANING[verification.kind][language]}</p>
        {verification.pecInside > 0 && <p>{t.inside(verification.pecInside)}</p>}
      </Alert>
      <MessageFacts message={message} name={part.name} />
      {verification.signer && <JudgedNote judgedBy={judgedBy} />}
      {message.lineEnds === 'restored' && <p>{t.restored}</p>}
      <TechnicalProof part={part} message={message} bytes={bytes} />
    </>
  )
}

const DocumentResult = ({ part, document }: { readonly part: Part; readonly document: DocumentFinding }) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const outcome = documentOutcome(document)[language].replace(/^[^:]+: (.)/, (_, first: string) => first.toUpperCase())
  const known = document.signers.every((one) => one.known)
  const level = document.verdict === 'fails' ? 'fails' : known ? 'holds' : 'partly'
  return (
    <>
      <Alert
        kind={KINDS[level]}
        title={document.verdict === 'fails' ? t.verdict.documentFails : t.verdict.documentHolds}
      >
        <p>{outcome}</p>
      </Alert>
      <Facts
        items={[
          { label: t.what, value: DOCUMENT_NAME[language] },
          { label: t.hashLabels.file, value: printable(part.name) },
        ]}
      />
      <DocumentProof part={part} document={document} />
    </>
  )
}

const ARCHIVE_TITLES = {
  holds: 'archiveHolds',
  partly: 'archivePartly',
  fails: 'archiveFails',
  notPec: 'archiveNotPec',
} as const

/** What does not hold, first of all. */
const failuresOf = (archive: ArchiveFinding, language: Language): readonly string[] => {
  const checks = [...archive.together.groups.flatMap((group) => group.checks), ...archive.together.checks]
  const parts = archive.parts.filter(({ finding }) =>
    finding.kind === 'message'
      ? finding.verification.verdict === 'fails'
      : finding.kind === 'document' && finding.verdict === 'fails',
  )
  return [
    ...parts.map((part) => printable(part.name)),
    ...checks.filter((check) => check.outcome === 'fails').map((check) => plainLine(togetherLine(check, language))),
  ]
}

const ArchiveResult = ({
  name,
  archive,
  judgedBy,
}: {
  readonly name: string
  readonly archive: ArchiveFinding
  readonly judgedBy: JudgedBy
}) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const level = levelOf(archive.verdict, archive.complete)
  const count = archive.parts.length
  return (
    <>
      <Alert kind={KINDS[level]} title={t.verdict[ARCHIVE_TITLES[level]]}>
        <p>
          {printable(name)}, {t.files(count)}.
        </p>
        {level === 'partly' && <p>{t.partlyDetail}</p>}
        {level === 'fails' && (
          <>
            <ul>
              {failuresOf(archive, language).map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            <p>{NO_MEANING[language]}</p>
          </>
        )}
      </Alert>
      {level !== 'notPec' && <JudgedNote judgedBy={judgedBy} />}
      <ArchiveDetails archive={archive} />
    </>
  )
}

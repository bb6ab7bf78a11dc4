// What is in an archive: what became of the message for each recipient, whether the parts belong together, each part.
import type { ArchiveFinding } from '../../src/core/evidence/archive.ts'
import type { Fate, Group, TogetherCheck } from '../../src/core/evidence/belonging.ts'
import { MEANING, NO_MEANING } from '../../src/core/evidence/meaning.ts'
import type { Part } from '../../src/core/evidence/part.ts'
import { FATE_WORDS, togetherLine } from '../../src/core/evidence/words.ts'
import { instantText, KIND_NAME, printable } from '../../src/core/pec/verdictText.ts'
import { useLanguage } from '../ui/language.ts'
import { Table } from '../ui/Parts.tsx'
import { plainLine } from './plainLine.ts'
import { MessageFacts } from './Result.tsx'
import { CheckItem, DocumentProof, TechnicalProof } from './Technical.tsx'
import { useVerifierTexts } from './texts/verifier.ts'

const Checks = ({ checks }: { readonly checks: readonly TogetherCheck[] }) => {
  const language = useLanguage()
  if (checks.length === 0) return null
  return (
    <ul className="cl-checks">
      {checks.map((check) => (
        <CheckItem key={check.name} mark={check.outcome} text={plainLine(togetherLine(check, language))} />
      ))}
    </ul>
  )
}

const GroupView = ({ group }: { readonly group: Group }) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const columns = [
    { key: 'address', label: t.recipient, heading: true, cell: (fate: Fate) => printable(fate.address) },
    { key: 'fate', label: t.fate, cell: (fate: Fate) => FATE_WORDS[fate.fate][language] },
    { key: 'at', label: t.at, cell: (fate: Fate) => (fate.at === undefined ? '–' : instantText(fate.at)) },
  ]
  return (
    <section className="cl-card">
      <h2>{printable(group.subject ?? group.identifier)}</h2>
      <p className="cl-muted">{printable(group.sender)}</p>
      <Table
        caption={t.recipients}
        columns={columns}
        rows={group.recipients.slice(0, 200)}
        rowKey={(fate) => fate.address}
      />
      <Checks checks={group.checks} />
    </section>
  )
}

const PartView = ({ part, isMember }: { readonly part: Part; readonly isMember: boolean }) => {
  const t = useVerifierTexts()
  const language = useLanguage()
  const { finding } = part
  if (finding.kind === 'document')
    return (
      <section>
        <h3>{printable(part.name)}</h3>
        <DocumentProof part={part} document={finding} />
      </section>
    )
  if (finding.kind === 'other') return null
  const { verification } = finding
  const ordinary = verification.kind === 'ordinary'
  return (
    <section className="cl-card">
      <h3>{printable(part.name)}</h3>
      {ordinary && isMember ? (
        <p>{t.originalPart}</p>
      ) : (
        <>
          <p>
            <strong>
              {verification.verdict === 'fails'
                ? t.verdict.fails
                : ordinary
                  ? t.verdict.notPec
                  : KIND_NAME[verification.kind][language]}
            </strong>
          </p>
          <p>{verification.verdict === 'fails' ? NO_MEANING[language] : MEANING[verification.kind][language]}</p>
          <MessageFacts message={finding} />
          {!ordinary && <TechnicalProof part={part} message={finding} />}
        </>
      )}
    </section>
  )
}

export const ArchiveDetails = ({ archive }: { readonly archive: ArchiveFinding }) => {
  const t = useVerifierTexts()
  const { groups, checks } = archive.together
  const members = new Set(groups.flatMap((group) => group.parts))
  const others = archive.parts.filter((part) => part.finding.kind === 'other')
  return (
    <>
      {groups.map((group) => (
        <GroupView key={group.identifier} group={group} />
      ))}
      {checks.length > 0 && (
        <section>
          <h2>{t.together}</h2>
          <Checks checks={checks} />
        </section>
      )}
      <h2>{t.parts}</h2>
      {archive.parts.map((part) => (
        <PartView key={part.name} part={part} isMember={members.has(part.name)} />
      ))}
      {others.length > 0 && (
        <details className="cl-card">
          <summary>
            {t.others} ({others.length})
          </summary>
          <ul className="cl-list cl-code">
            {others.map((part) => (
              <li key={part.name}>{printable(part.name)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

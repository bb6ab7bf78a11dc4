// Parts of a case: the data compared, the checks, other boxes and cases, who looked.
import good from 'icon:check-circle'
import bad from 'icon:error'
import warn from 'icon:warning-circle'
import { Link } from 'wouter'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { showDate } from '../ui/DateField.tsx'
import { showDay, showInstant } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Badge, Facts, Table } from '../ui/Parts.tsx'
import type { CaseView } from './contract.ts'
import { useOperatorTexts } from './texts/operator.ts'

type Compared = { readonly key: string; readonly typed: string; readonly register: string }

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()

/** What was typed and is in no register, in the order of the document. */
const useTyped = ({ draft, address, referenceEmail, acceptance }: CaseView): readonly (readonly [string, string])[] => {
  const words = useWords()
  const town = [draft.postcode, draft.town].filter(Boolean).join(' ')
  const residence = [draft.street, town, draft.province].filter(Boolean).join(', ')
  return [
    ['birthDate', showDate(draft.birthDate ?? '')],
    ['birthPlace', draft.birthPlace ?? ''],
    ['documentType', draft.documentType ? wordOf(words.documents, draft.documentType) : ''],
    ['documentNumber', draft.documentNumber ?? ''],
    ['documentIssuer', draft.documentIssuer ?? ''],
    ['documentExpiry', showDate(draft.documentExpiry ?? '')],
    ['residence', residence],
    ['phone', draft.phone ?? ''],
    ['address', address ?? ''],
    ['referenceEmail', referenceEmail ?? ''],
    ['acceptance', acceptance ? wordOf(words.acceptances, acceptance) : ''],
  ]
}

export const CaseData = ({ view }: { readonly view: CaseView }) => {
  const t = useOperatorTexts().case
  const words = useWords()
  const typed = useTyped(view)
  const { member } = view
  const rows: readonly Compared[] = (['surname', 'givenName', 'fiscalCode'] as const).map((key) => ({
    key,
    typed: view.case[key],
    register: member[key],
  }))
  return (
    <section aria-labelledby="data-title">
      <h2 id="data-title">{t.data}</h2>
      <Table
        caption={<span className="visually-hidden">{t.data}</span>}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { key: 'field', label: t.field, heading: true, cell: (row) => wordOf(t.fields, row.key) },
          { key: 'typed', label: t.typed, cell: (row) => row.typed },
          {
            key: 'register',
            label: t.register,
            cell: (row) => (
              <>
                {row.register} {plain(row.register) !== plain(row.typed) && <Badge kind="wait">{t.differs}</Badge>}
              </>
            ),
          },
        ]}
      />
      <div className="cl-dense">
        <Facts items={typed.map(([key, value]) => ({ label: wordOf(t.fields, key), value: value || '—' }))} />
      </div>
      <p>
        {t.register}: {wordOf(words.sections, member.section)}, {member.number || '—'},{' '}
        {wordOf(words.statuses, member.status)}.
      </p>
    </section>
  )
}

const ICONS = { right: good, warning: warn, wrong: bad } as const
const CLASSES = { right: 'cl-good', warning: 'cl-note', wrong: 'cl-error' } as const
/** What is wrong comes first. */
const RANK = { wrong: 0, warning: 1, right: 2 } as const

export const Checks = ({ view }: { readonly view: CaseView }) => {
  const t = useOperatorTexts().case
  const checks = [...view.checks].sort((a, b) => RANK[a.outcome] - RANK[b.outcome])
  return (
    <section aria-labelledby="checks-title">
      <h2 id="checks-title">{t.checks}</h2>
      <ul className="cl-plain-list cl-checks">
        {checks.map((one) => (
          <li key={one.check} className={CLASSES[one.outcome]}>
            <Icon of={ICONS[one.outcome]} />
            <span>
              <span className="visually-hidden">{wordOf(t.outcomes, one.outcome)}: </span>
              {one.text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

export const History = ({ view }: { readonly view: CaseView }) => {
  const t = useOperatorTexts().case
  const words = useWords()
  return (
    <div className="cl-thirds">
      <section aria-labelledby="boxes-title">
        <h2 id="boxes-title">{t.otherBoxes}</h2>
        {view.otherBoxes.length === 0 && <p>{t.noOtherBoxes}</p>}
        <ul className="cl-list">
          {view.otherBoxes.map((box) => (
            <li key={box.address}>
              <span className="cl-address">{box.address}</span>: {wordOf(words.boxes, box.state)}, {t.until}{' '}
              {showDay(box.expiresAt)}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="earlier-title">
        <h2 id="earlier-title">{t.earlier}</h2>
        {view.earlierCases.length === 0 && <p>{t.noEarlier}</p>}
        <ul className="cl-list">
          {view.earlierCases.map((one) => (
            <li key={one.caseNumber}>
              <Link className="cl-code" href={`/pratiche/${encodeURIComponent(one.caseNumber)}`}>
                {one.caseNumber}
              </Link>
              , {one.order}: {wordOf(words.enrolments, one.state)}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="views-title">
        <h2 id="views-title">{t.views}</h2>
        {view.views.length === 0 && <p>{t.noViews}</p>}
        <ul className="cl-list">
          {view.views.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: looks never move
            <li key={index}>
              {t.viewed(one.staff, wordOf(words.papers, one.kind), one.page)}{' '}
              <span className="cl-muted">{showInstant(one.at)}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

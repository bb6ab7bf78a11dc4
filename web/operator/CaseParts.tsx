// Parts of a case: the data compared, the checks, other boxes and cases, who looked.
import good from 'icon:check-circle'
import bad from 'icon:error'
import warn from 'icon:warning-circle'
import { Link } from 'wouter'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { showDate } from '../ui/DateField.tsx'
import { showDay, showInstant } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Badge, Table } from '../ui/Parts.tsx'
import type { CaseView } from './contract.ts'
import { useOperatorTexts } from './texts/operator.ts'

type Row = { readonly key: string; readonly typed: string; readonly register?: string | undefined }

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()

const useRows = (view: CaseView): readonly Row[] => {
  const words = useWords()
  const { draft, member } = view
  const residence = [draft.street, [draft.postcode, draft.town].filter(Boolean).join(' '), draft.province].filter(
    Boolean,
  )
  return [
    { key: 'surname', typed: view.case.surname, register: member.surname },
    { key: 'givenName', typed: view.case.givenName, register: member.givenName },
    { key: 'fiscalCode', typed: view.case.fiscalCode, register: member.fiscalCode },
    { key: 'birthDate', typed: showDate(draft.birthDate ?? '') },
    { key: 'birthPlace', typed: draft.birthPlace ?? '' },
    { key: 'residence', typed: residence.join(', ') },
    { key: 'phone', typed: draft.phone ?? '' },
    { key: 'documentType', typed: draft.documentType ? wordOf(words.documents, draft.documentType) : '' },
    { key: 'documentNumber', typed: draft.documentNumber ?? '' },
    { key: 'documentIssuer', typed: draft.documentIssuer ?? '' },
    { key: 'documentExpiry', typed: showDate(draft.documentExpiry ?? '') },
    { key: 'address', typed: view.address ?? '' },
    { key: 'referenceEmail', typed: view.referenceEmail ?? '' },
    { key: 'acceptance', typed: view.acceptance ? wordOf(words.acceptances, view.acceptance) : '' },
    { key: 'number', typed: '', register: member.number },
    { key: 'section', typed: '', register: wordOf(words.sections, member.section) },
    { key: 'status', typed: '', register: wordOf(words.statuses, member.status) },
  ]
}

export const CaseData = ({ view }: { readonly view: CaseView }) => {
  const t = useOperatorTexts().case
  const rows = useRows(view)
  return (
    <section aria-labelledby="data-title">
      <h2 id="data-title">{t.data}</h2>
      <Table
        caption={t.data}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { key: 'field', label: t.field, heading: true, cell: (row) => wordOf(t.fields, row.key) },
          { key: 'typed', label: t.typed, cell: (row) => <span className="cl-address">{row.typed || '—'}</span> },
          {
            key: 'register',
            label: t.register,
            cell: (row) => (
              <>
                {row.register ?? '—'}{' '}
                {row.register !== undefined && row.typed !== '' && plain(row.register) !== plain(row.typed) && (
                  <Badge kind="wait">{t.differs}</Badge>
                )}
              </>
            ),
          },
        ]}
      />
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

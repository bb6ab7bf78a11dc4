// One member: domiciles, case, box, documents at the desk, procedures, history.
import { useState } from 'react'
import { Link } from 'wouter'
import { ask } from '../staff/ask.ts'
import { EventList } from '../staff/EventList.tsx'
import { ActionButton } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { showBytes, showDay, showInstant } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Facts, Loading, Table } from '../ui/Parts.tsx'
import { type MemberRow, type MemberView, nameOf } from './contract.ts'
import { DeskUpload } from './DeskUpload.tsx'
import { AddDomicile, EditMember } from './MemberForms.tsx'
import { Situation } from './MembersPage.tsx'
import { Procedures } from './Procedures.tsx'
import { useDeskTexts } from './texts/order.ts'

export const MemberPage = ({ order, member }: { readonly order: string; readonly member: number }) => {
  const t = useDeskTexts().member
  const { data, problem, reload } = useResource(`member ${order} ${member}`, (signal) =>
    ask('GET /orders/:order/members/:member', { params: { order, member }, signal }),
  )
  const [told, setTold] = useState('')
  const done = (text: string): void => {
    setTold(text)
    reload()
  }
  const name = data ? nameOf(data.member) : t.facts
  const heading = usePage(name, String(member))
  return (
    <>
      <p>
        <Link href="/iscritti">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {name}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <Situation row={data.member} />
          <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
          <Domiciles order={order} view={data} onDone={done} />
          {data.member.box && <Box box={data.member.box} />}
          <Cases view={data} />
          <DeskUpload order={order} member={data.member} onDone={reload} />
          <RollFacts order={order} view={data} onDone={done} />
          <Procedures order={order} view={data} onDone={done} />
          <p>
            <Link href={`/assistenza/nuova?iscritto=${member}`}>{t.askProvider}</Link>
          </p>
          <h2>{t.events}</h2>
          {data.events.length === 0 ? <p>{t.noEvents}</p> : <EventList events={data.events} />}
        </>
      )}
    </>
  )
}

type Part = { readonly order: string; readonly view: MemberView; readonly onDone: (told: string) => void }

const RollFacts = ({ order, view, onDone }: Part) => {
  const t = useDeskTexts().member
  const words = useWords()
  const why = useMay(order)('members.write')
  const [open, setOpen] = useState(false)
  const { member } = view
  return (
    <section aria-labelledby="facts-title">
      <h2 id="facts-title">{t.facts}</h2>
      <Facts
        items={[
          { label: t.fiscalCode, value: <span className="cl-code">{member.fiscalCode}</span> },
          { label: t.number, value: member.number || '—' },
          { label: t.section, value: wordOf(words.sections, member.section) },
          { label: t.status, value: wordOf(words.statuses, member.status) },
          { label: t.email, value: member.contactEmail ?? t.noEmail },
        ]}
      />
      <ActionButton why={why} look="outline-primary" small onClick={() => setOpen(true)}>
        {t.edit}
      </ActionButton>
      <Dialog open={open} title={t.edit} onClose={() => setOpen(false)}>
        <EditMember
          order={order}
          member={member}
          onCancel={() => setOpen(false)}
          onDone={() => {
            setOpen(false)
            onDone(t.saved)
          }}
        />
      </Dialog>
    </section>
  )
}

const DOMICILE_KINDS: Readonly<Record<string, 'ok' | 'wait' | 'bad' | 'plain'>> = {
  confirmed: 'ok',
  awaiting: 'wait',
  failed: 'bad',
}

const Domiciles = ({ order, view, onDone }: Part) => {
  const t = useDeskTexts().member
  const words = useWords()
  const why = useMay(order)('members.write')
  const [open, setOpen] = useState(false)
  const { domicile } = view.member
  return (
    <section aria-labelledby="domicile-title">
      <h2 id="domicile-title">{t.domicile}</h2>
      {domicile ? (
        <p className="cl-big cl-address">{domicile.address}</p>
      ) : (
        <Alert kind="warning" title={t.noDomicile}>
          <p>{t.noDomicileMeans}</p>
        </Alert>
      )}
      {view.domiciles.length > 0 && (
        <Table
          caption={t.history}
          rows={view.domiciles}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'address',
              label: t.address,
              heading: true,
              cell: (row) => <span className="cl-address">{row.address}</span>,
            },
            { key: 'origin', label: t.origin, cell: (row) => wordOf(words.origins, row.origin) },
            {
              key: 'state',
              label: t.state,
              cell: (row) => (
                <Badge kind={DOMICILE_KINDS[row.state] ?? 'plain'}>{wordOf(words.domiciles, row.state)}</Badge>
              ),
            },
            { key: 'from', label: t.from, cell: (row) => showDay(row.since) },
            { key: 'until', label: t.until, cell: (row) => (row.until ? showDay(row.until) : t.stillValid) },
          ]}
        />
      )}
      <ActionButton why={why} look="outline-primary" small onClick={() => setOpen(true)}>
        {t.elsewhere}
      </ActionButton>
      <Dialog open={open} title={t.elsewhere} onClose={() => setOpen(false)}>
        <AddDomicile
          order={order}
          member={view.member.id}
          onCancel={() => setOpen(false)}
          onDone={(address) => {
            setOpen(false)
            onDone(t.registered(address))
          }}
        />
      </Dialog>
    </section>
  )
}

const PERCENT = 100
/** From here on messages may soon find no room. */
const FULL_PERCENT = 85

const Box = ({ box }: { readonly box: NonNullable<MemberRow['box']> }) => {
  const t = useDeskTexts().member
  const words = useWords()
  const percent = Math.round((box.usedBytes / Math.max(1, box.quotaBytes)) * PERCENT)
  return (
    <section aria-labelledby="box-title">
      <h2 id="box-title">{t.box}</h2>
      <p className="cl-muted">{t.boxLead}</p>
      <Facts
        items={[
          { label: t.address, value: <span className="cl-address">{box.address}</span> },
          {
            label: t.state,
            value: <Badge kind={box.state === 'active' ? 'ok' : 'bad'}>{wordOf(words.boxes, box.state)}</Badge>,
          },
          { label: t.activated, value: showDay(box.activatedAt) },
          {
            label: t.expires,
            value: (
              <>
                {showDay(box.expiresAt)}
                {box.graceUntil && <span className="cl-muted fw-normal"> ({t.grace(showDay(box.graceUntil))})</span>}
              </>
            ),
          },
          {
            label: t.space,
            value: (
              <>
                {t.spaceOf(showBytes(box.usedBytes), showBytes(box.quotaBytes), `${percent} %`)}
                <meter
                  className="cl-meter"
                  min={0}
                  max={PERCENT}
                  high={FULL_PERCENT}
                  value={percent}
                  aria-label={t.space}
                />
              </>
            ),
          },
          ...(box.seesUnread
            ? [{ label: t.unread, value: box.unreadSince ? showInstant(box.unreadSince) : t.read }]
            : []),
        ]}
      />
    </section>
  )
}

const Cases = ({ view }: { readonly view: MemberView }) => {
  const t = useDeskTexts().member
  const words = useWords()
  return (
    <section aria-labelledby="cases-title">
      <h2 id="cases-title">{t.case}</h2>
      <Table
        caption={t.cases}
        rows={view.enrolments}
        rowKey={(row) => row.caseNumber}
        empty={<p>{t.noCase}</p>}
        columns={[
          {
            key: 'number',
            label: t.caseNumber,
            heading: true,
            cell: (row) => <span className="cl-code">{row.caseNumber}</span>,
          },
          {
            key: 'state',
            label: t.state,
            cell: (row) => (
              <Badge
                kind={
                  row.state === 'active' ? 'ok' : row.state === 'refused' || row.state === 'lapsed' ? 'bad' : 'wait'
                }
              >
                {wordOf(words.enrolments, row.state)}
              </Badge>
            ),
          },
          { key: 'begun', label: t.begun, cell: (row) => showDay(row.createdAt) },
          { key: 'sent', label: t.sent, cell: (row) => (row.submittedAt ? showDay(row.submittedAt) : '—') },
          { key: 'reason', label: t.reason, cell: (row) => row.reason ?? '—' },
        ]}
      />
    </section>
  )
}

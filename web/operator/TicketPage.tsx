// A ticket at the operator's desk: what was said beside what is known, the answer, notes, whose it is, the procedures.
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask } from '../staff/ask.ts'
import { useSession } from '../staff/session.tsx'
import { deviceOf } from '../staff/userAgent.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { FileLinks, StateBadge } from '../ui/help/TicketThread.tsx'
import { CATEGORIES, type Category } from '../ui/help/tickets.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Facts, Loading } from '../ui/Parts.tsx'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { AccountHealth } from './AccountHealth.tsx'
import { ShortcutSheet } from './shortcuts.tsx'
import { AnswerForm, NoteForm } from './TicketAnswer.tsx'
import { Procedures } from './TicketProcedures.tsx'
import { useDeskTexts } from './texts/operator.ts'

export type DeskView = Reply<'GET /operator/tickets/:ticket'>
export type DeskPart = { readonly view: DeskView; readonly onView: (view: DeskView) => void }
type DeskMessage = DeskView['messages'][number]

export const DESK_FILES = '/operator/tickets/:ticket/attachments'

export const TicketPage = ({ number }: { readonly number: string }) => {
  const t = useDeskTexts()
  const heading = usePage(t.ticketTitle(number), number)
  const { data, problem, reload, set } = useResource(`desk ${number}`, (signal) =>
    ask('GET /operator/tickets/:ticket', { params: { ticket: number }, signal }),
  )
  return (
    <>
      <p>
        <Link href="/assistenza">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.ticketTitle('').trim()} <span className="cl-number-word">{number}</span>
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && <Desk view={data} onView={set} reload={reload} />}
    </>
  )
}

const Desk = ({ view, onView, reload }: DeskPart & { readonly reload: () => void }) => {
  const t = useDeskTexts()
  const { name } = useSession()
  const [, navigate] = useLocation()
  const [health, setHealth] = useState(false)
  const { ticket, address } = view
  const me = view.colleagues.find((one) => one.name === name)
  const change = useAction(
    async (body: { category?: Category; assignee?: number; move?: 'solve' | 'reopen' | 'close' }) =>
      onView(
        await ask('PATCH /operator/tickets/:ticket', {
          params: { ticket: ticket.number },
          body: { version: ticket.version, ...body },
        }),
      ),
  )
  return (
    <>
      <div className="cl-split">
        <p className="lead">
          {ticket.subject} <StateBadge state={ticket.state} /> {ticket.late && <Badge kind="bad">{t.isLate}</Badge>}
        </p>
        <ShortcutSheet
          list={t.keys}
          keys={{
            r: () => document.getElementById('ticket-answer')?.focus(),
            n: () => document.getElementById('ticket-note')?.focus(),
            m: me && (() => void change.run({ assignee: me.id })),
            g: address ? () => setHealth(true) : undefined,
            c: () => navigate('/assistenza'),
          }}
        />
      </div>
      <ProblemAlert problem={change.problem} onRetry={change.problem?.code === 'ticketChanged' ? reload : undefined} />
      <div className="cl-columns">
        <div>
          <section aria-label={t.thread}>
            <ol className="cl-thread">
              {view.messages.map((one) => (
                <Message key={one.seq} message={one} view={view} />
              ))}
            </ol>
          </section>
          {view.answers.length > 0 && <AnswerForm view={view} onView={onView} reload={reload} />}
          <NoteForm view={view} onView={onView} />
        </div>
        <aside className="cl-narrow">
          <Known view={view} />
          <Handling view={view} busy={change.busy} onChange={(body) => void change.run(body)} />
          {address && <AccountHealth address={address} open={health} onOpen={() => setHealth(true)} />}
          <Procedures view={view} onView={onView} />
        </aside>
      </div>
    </>
  )
}

/** What an event says: its word, and what follows it as it is. */
const useEventText = (): ((text: string) => string) => {
  const t = useDeskTexts()
  const words = useTicketTexts()
  return (text) => {
    const [first = '', ...rest] = text.split(' ')
    const two = t.events[`${first} ${rest[0] ?? ''}`]
    if (two) return [two, ...rest.slice(1)].join(' ')
    const value =
      first === 'category' ? (words.categories[rest[0] ?? ''] ?? '') : first === 'lapsed' ? '' : rest.join(' ')
    return `${t.events[first] ?? first} ${value}`.trim()
  }
}

const Message = ({ message, view }: { readonly message: DeskMessage; readonly view: DeskView }) => {
  const t = useDeskTexts()
  const eventText = useEventText()
  const { kind, at, by, text } = message
  if (kind === 'event') {
    return (
      <li className="cl-event cl-muted">
        {showInstant(at)}: {eventText(text)}
        {by && ` (${by})`}
      </li>
    )
  }
  const look = kind === 'operator' ? ' cl-ours' : kind === 'note' ? ' cl-inside' : ''
  return (
    <li className={`cl-message${look}`}>
      <p className="cl-message-head">
        {kind === 'note' && <Badge kind="wait">{t.note}</Badge>} <strong>{by ?? view.ticket.name}</strong>{' '}
        <span className="cl-muted">
          {showInstant(at)}
          {message.via === 'email' && `, ${t.byMail}`}
          {kind === 'note' && `, ${t.onlyInside}`}
        </span>
      </p>
      {message.from && !message.fromKnown && (
        <Alert kind="warning">
          <p>{t.fromOther(message.from)}</p>
        </Alert>
      )}
      <p className="cl-words">{text}</p>
      <FileLinks files={message.attachments} path={DESK_FILES} ticket={view.ticket.number} />
    </li>
  )
}

const Known = ({ view }: { readonly view: DeskView }) => {
  const t = useDeskTexts()
  const { ticket, context, member } = view
  const fact = (label: string, value: string | undefined) => (value ? [{ label, value }] : [])
  return (
    <section className="cl-card">
      <h2>{t.facts}</h2>
      <Facts
        items={[
          { label: t.opener, value: `${ticket.name} (${t.openers[ticket.opener]})` },
          ...fact(t.email, view.email),
          ...fact(t.order, ticket.order),
          ...fact(t.member, member && `${member.name}, ${member.fiscalCode}`),
          ...fact(t.address, view.address),
          ...(view.caseNumber
            ? [
                {
                  label: t.caseNumber,
                  value: (
                    <Link className="cl-code" href={`/pratiche/${encodeURIComponent(view.caseNumber)}`}>
                      {view.caseNumber}
                    </Link>
                  ),
                },
              ]
            : fact(t.caseNumber, context.caseNumber)),
          { label: t.created, value: showInstant(ticket.createdAt) },
          ...fact(t.answerDue, view.answerDueAt && showInstant(view.answerDueAt)),
          ...fact(t.solutionDue, view.solutionDueAt && showInstant(view.solutionDueAt)),
        ]}
      />
      <h3>{t.context}</h3>
      {Object.keys(context).length === 0 ? (
        <p className="cl-muted">{t.noContext}</p>
      ) : (
        <Facts
          items={[
            ...(context.page ? [{ label: t.page, value: <span className="cl-code">{context.page}</span> }] : []),
            ...(context.device ? [{ label: t.device, value: deviceOf(context.device) ?? context.device }] : []),
            ...(context.problems?.length
              ? [
                  {
                    label: t.problems,
                    value: context.problems.map((one) => (
                      <span key={one.at + one.code} className="cl-line cl-code">
                        {one.code} {one.reference}
                      </span>
                    )),
                  },
                ]
              : []),
          ]}
        />
      )}
    </section>
  )
}

type Change = { category?: Category; assignee?: number; move?: 'solve' | 'reopen' | 'close' }

const Handling = ({
  view,
  busy,
  onChange,
}: {
  readonly view: DeskView
  readonly busy: boolean
  readonly onChange: (change: Change) => void
}) => {
  const t = useDeskTexts()
  const words = useTicketTexts()
  const { ticket } = view
  return (
    <section className="cl-card">
      <h2>{t.change}</h2>
      <SelectField
        label={t.assignedTo}
        value={String(ticket.assignee?.id ?? 0)}
        choices={[
          { value: '0', label: t.nobody },
          ...view.colleagues.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(value) => onChange({ assignee: Number(value) })}
      />
      <SelectField
        label={t.category}
        value={ticket.category}
        choices={CATEGORIES.map((value) => ({ value, label: words.categories[value] ?? value }))}
        onChange={(value) => onChange({ category: value as Category })}
      />
      <div className="cl-row">
        {view.moves.map((move) => (
          <Button key={move} look="outline-primary" small busy={busy} onClick={() => onChange({ move })}>
            {t.moves[move]}
          </Button>
        ))}
      </div>
    </section>
  )
}

// The pages of tickets inside an application: the list, one of them, a new one.
import { useState } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { ProblemAlert } from '../Alert.tsx'
import { LinkButton } from '../Button.tsx'
import { showInstant } from '../format.ts'
import { usePage, useResource } from '../hooks.ts'
import { Loading, Table } from '../Parts.tsx'
import { useTicketTexts } from '../texts/tickets.ts'
import { type Sent, SentNote, TicketForm } from './TicketForm.tsx'
import { StateBadge, TicketThread } from './TicketThread.tsx'
import { type Asker, getTicket, type Opening, type TicketRow, type TicketView } from './tickets.ts'

/** Whose tickets, and how they are loaded and opened; `base` is the address of the list in the application. */
export type TicketDesk = {
  readonly base: string
  readonly lead: string
  readonly list: (signal: AbortSignal) => Promise<{ readonly items: readonly TicketRow[] }>
  readonly asker: (signal: AbortSignal) => Promise<Asker>
  readonly open: (opening: Opening) => Promise<TicketView>
  /** Whom a new one is about, where it is about somebody. */
  readonly about?: string | undefined
}

export const TicketPages = ({ desk }: { readonly desk: TicketDesk }) => (
  <Switch>
    <Route path={desk.base}>
      <ListPage desk={desk} />
    </Route>
    <Route path={`${desk.base}/nuova`}>
      <NewPage desk={desk} />
    </Route>
    <Route path={`${desk.base}/:ticket`}>{({ ticket }) => <OnePage key={ticket} desk={desk} ticket={ticket} />}</Route>
  </Switch>
)

const ListPage = ({ desk }: { readonly desk: TicketDesk }) => {
  const t = useTicketTexts()
  const heading = usePage(t.list.title)
  const { data, problem, reload } = useResource('tickets', desk.list)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.list.title}
      </h1>
      <p className="lead">{desk.lead}</p>
      <p>
        <LinkButton href={`${desk.base}/nuova`}>{t.list.open}</LinkButton>
      </p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.list.title}
          rows={data.items}
          rowKey={(row) => row.number}
          empty={<p>{t.list.empty}</p>}
          columns={[
            {
              key: 'number',
              label: t.list.number,
              heading: true,
              cell: (row) => (
                <Link className="cl-code cl-one-line" href={`${desk.base}/${row.number}`}>
                  {row.number}
                </Link>
              ),
            },
            { key: 'subject', label: t.list.subject, cell: (row) => row.subject },
            { key: 'state', label: t.list.state, cell: (row) => <StateBadge state={row.state} /> },
            { key: 'changed', label: t.list.changed, cell: (row) => showInstant(row.changedAt) },
          ]}
        />
      )}
    </>
  )
}

const NewPage = ({ desk }: { readonly desk: TicketDesk }) => {
  const t = useTicketTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('ticket-asker', desk.asker)
  const [sent, setSent] = useState<Sent>()
  const [, navigate] = useLocation()
  return (
    <>
      <p>
        <Link href={desk.base}>{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      {!sent && <p className="lead">{t.lead}</p>}
      {!sent && desk.about && (
        <p>
          {t.member}: <strong>{desk.about}</strong>
        </p>
      )}
      <ProblemAlert problem={problem} onRetry={reload} />
      {sent && (
        <SentNote sent={sent} href={`${location.pathname.replace(/\/nuova$/, '')}/${sent.view.ticket.number}`} />
      )}
      {data && !sent && (
        <TicketForm
          asker={data}
          page={location.pathname}
          send={desk.open}
          onSent={(done) => {
            if (done.failed.length > 0) setSent(done)
            else navigate(`${desk.base}/${done.view.ticket.number}`)
          }}
        />
      )}
    </>
  )
}

const OnePage = ({ desk, ticket }: { readonly desk: TicketDesk; readonly ticket: string }) => {
  const t = useTicketTexts()
  const heading = usePage(t.ticketTitle(ticket))
  const { data, problem, reload, set } = useResource(`ticket ${ticket}`, (signal) => getTicket(ticket, signal))
  return (
    <>
      <p>
        <Link href={desk.base}>{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.ticketTitle('').trim()} <span className="cl-number-word">{ticket}</span>
      </h1>
      <ProblemAlert problem={problem} onRetry={problem && problem.status !== 404 ? reload : undefined} />
      {!data && !problem && <Loading />}
      {data && <TicketThread view={data} onView={set} />}
    </>
  )
}

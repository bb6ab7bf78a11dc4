// The ticket of somebody who is not signed in to a box: opened by the link of an e-mail, or written here.
import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { LinkButton } from '../ui/Button.tsx'
import { type Sent, SentNote, TicketForm } from '../ui/help/TicketForm.tsx'
import { TicketThread } from '../ui/help/TicketThread.tsx'
import { getTicket, type TicketView } from '../ui/help/tickets.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { useToken } from '../ui/token.ts'
import { PortalFrame } from './PortalFrame.tsx'

const RequestPage = () => {
  const token = useToken()
  const [params] = useSearchParams()
  const number = params.get('numero') ?? ''
  const [view, setView] = useState<TicketView>()
  return (
    <PortalFrame>
      {view ? (
        <Shown view={view} onView={setView} />
      ) : token ? (
        <ByLink key={token} token={token} onView={setView} />
      ) : number ? (
        <ByNumber number={number} onView={setView} />
      ) : (
        <NewRequest />
      )}
    </PortalFrame>
  )
}

const Shown = ({ view, onView }: { readonly view: TicketView; readonly onView: (view: TicketView) => void }) => {
  const t = useTicketTexts()
  const heading = usePage(t.ticketTitle(view.ticket.number))
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.ticketTitle('').trim()} <span className="cl-number-word">{view.ticket.number}</span>
      </h1>
      <TicketThread view={view} onView={onView} />
    </>
  )
}

/** Opens the ticket by the secret of a link; the address keeps its number, so that a reload finds it again. */
const ByLink = ({ token, onView }: { readonly token: string; readonly onView: (view: TicketView) => void }) => {
  const enter = useAction(async () => {
    const view = await call('POST /tickets/enter', { body: { token } })
    history.replaceState(history.state, '', `${location.pathname}?numero=${view.ticket.number}`)
    onView(view)
  })
  const started = useRef(false)
  useEffect(() => {
    if (started.current) return
    started.current = true
    void enter.run()
  }, [enter.run])
  return enter.problem ? <NotOpened problem={enter.problem} /> : <Loading />
}

const ByNumber = ({ number, onView }: { readonly number: string; readonly onView: (view: TicketView) => void }) => {
  const { data, problem } = useResource(`ticket ${number}`, (signal) => getTicket(number, signal))
  useEffect(() => {
    if (data) onView(data)
  }, [data, onView])
  return problem ? <NotOpened problem={problem} /> : <Loading />
}

const NotOpened = ({ problem }: { readonly problem: Parameters<typeof ProblemAlert>[0]['problem'] }) => {
  const t = useTicketTexts()
  const heading = usePage(t.noLink)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.noLink}
      </h1>
      <ProblemAlert problem={problem} />
      <p>{t.noLinkDetail}</p>
      <div className="cl-actions">
        <LinkButton href="/casella/richieste" outside>
          {t.enter}
        </LinkButton>
        <LinkButton href="/aiuto/richiesta" look="outline-primary" outside>
          {t.newOne}
        </LinkButton>
      </div>
    </>
  )
}

const NewRequest = () => {
  const t = useTicketTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('help-desk', (signal) => call('GET /help-desk', { signal }))
  const [sent, setSent] = useState<Sent>()
  const address = (number: string): string =>
    data?.who === 'account' ? `/casella/richieste/${number}` : `/aiuto/richiesta?numero=${number}`
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {sent && <SentNote sent={sent} href={address(sent.view.ticket.number)} />}
      {data && !sent && (
        <>
          <p className="lead">{t.lead}</p>
          <p>
            <a href="/aiuto">{t.pages}</a>
          </p>
          <TicketForm
            asker={data}
            page={new URLSearchParams(location.search).get('da') ?? location.pathname}
            send={(body) => call('POST /tickets', { body })}
            onSent={setSent}
          />
        </>
      )}
    </>
  )
}

export default RequestPage

// The dialog in which one asks for help, on whatever page one is.
import { useState } from 'react'
import { helpAddressFor } from '../../../src/core/help/contexts.ts'
import { ProblemAlert } from '../Alert.tsx'
import { call } from '../api.ts'
import { Button } from '../Button.tsx'
import { useResource } from '../hooks.ts'
import { Loading } from '../Parts.tsx'
import { useCommon } from '../texts/common.ts'
import { useTicketTexts } from '../texts/tickets.ts'
import { type Sent, SentNote, TicketForm } from './TicketForm.tsx'

/** Where the ticket of somebody is read again. */
export const ticketAddress = (who: string, number: string): string =>
  who === 'account' ? `/casella/richieste/${number}` : `/aiuto/richiesta?numero=${number}`

const HelpDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const t = useTicketTexts()
  const common = useCommon()
  const { data, problem, reload } = useResource('help-desk', (signal) => call('GET /help-desk', { signal }))
  const [sent, setSent] = useState<Sent>()
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  return (
    <>
      {sent ? (
        <SentNote sent={sent} href={ticketAddress(data.who, sent.view.ticket.number)} />
      ) : (
        <>
          <p>{t.lead}</p>
          <p>
            <a href={helpAddressFor(location.pathname)} target="_blank" rel="noopener">
              {t.pages}
            </a>
          </p>
          <TicketForm
            asker={data}
            page={location.pathname}
            send={(body) => call('POST /tickets', { body })}
            onSent={setSent}
          />
        </>
      )}
      <p>
        <Button look="outline-primary" onClick={onClose}>
          {common.close}
        </Button>
      </p>
    </>
  )
}
export default HelpDialog

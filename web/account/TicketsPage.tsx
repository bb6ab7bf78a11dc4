// The tickets of who uses the box.
import { call } from '../ui/api.ts'
import { TicketPages } from '../ui/help/TicketPages.tsx'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { ask } from './ask.ts'

export const TicketsPage = () => {
  const t = useTicketTexts()
  return (
    <TicketPages
      desk={{
        base: '/richieste',
        lead: t.list.lead,
        list: (signal) => ask('GET /account/tickets', { signal }),
        asker: (signal) => call('GET /help-desk', { signal }),
        open: (body) => ask('POST /tickets', { body }),
      }}
    />
  )
}

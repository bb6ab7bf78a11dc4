// The tickets that the Order's staff opens to the provider, for itself or about a member.
import { useSearch } from 'wouter'
import { ask } from '../staff/ask.ts'
import { useSession } from '../staff/session.tsx'
import { TicketPages } from '../ui/help/TicketPages.tsx'
import { useTicketTexts } from '../ui/texts/tickets.ts'

export const TicketsPage = ({ order }: { readonly order: string }) => {
  const t = useTicketTexts()
  const session = useSession()
  const member = Number(new URLSearchParams(useSearch()).get('iscritto'))
  return (
    <TicketPages
      desk={{
        base: '/assistenza',
        lead: t.list.leadOrder,
        list: (signal) => ask('GET /orders/:order/tickets', { params: { order }, signal }),
        asker: async () => ({ who: 'account', name: session.name, email: session.email }),
        open: ({ category, subject, text, context }) =>
          ask('POST /orders/:order/tickets', {
            params: { order },
            body: { category, subject, text, ...(context ? { context } : {}), ...(member > 0 ? { member } : {}) },
          }),
      }}
    />
  )
}

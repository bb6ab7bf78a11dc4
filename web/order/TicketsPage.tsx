// The tickets that the Order's staff opens to the provider, for itself or about a member.
import { useSearch } from 'wouter'
import { ask } from '../staff/ask.ts'
import { useSession } from '../staff/session.tsx'
import { TicketPages } from '../ui/help/TicketPages.tsx'
import { useResource } from '../ui/hooks.ts'
import { useTicketTexts } from '../ui/texts/tickets.ts'

import { nameOf } from './contract.ts'

export const TicketsPage = ({ order }: { readonly order: string }) => {
  const t = useTicketTexts()
  const session = useSession()
  const member = Number(new URLSearchParams(useSearch()).get('iscritto'))
  const named = useResource(`ticket member ${member}`, (signal) =>
    member > 0
      ? ask('GET /orders/:order/members/:member', { params: { order, member }, signal })
      : Promise.resolve(undefined),
  )
  return (
    <TicketPages
      desk={{
        base: '/assistenza',
        lead: t.list.leadOrder,
        about: named.data && `${nameOf(named.data.member)}, ${named.data.member.fiscalCode}`,
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

// Evidence of a message of the box: what whoever must prove something hands to a court.
import type { Endpoint } from './endpoint.ts'
import { Closed, Text } from './shared.ts'

export const accountEvidenceEndpoints = {
  getEvidence: {
    method: 'GET',
    path: '/account/messages/:identifier/evidence',
    summary: 'Original, envelope, receipts, certificates and a report of one certified message, as a ZIP',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    params: Closed({ identifier: Text(500, { description: 'PEC msgid, without angle brackets' }) }),
    reply: { binary: true, types: ['application/zip'] },
    refusals: ['notFound', 'unavailable'],
  },
} as const satisfies Record<string, Endpoint>

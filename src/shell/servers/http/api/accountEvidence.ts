// Endpoint of the evidence of a message.
import { evidenceOf } from '../../../evidence/evidence.ts'
import { handler } from './handler.ts'

export const accountEvidenceHandlers = {
  getEvidence: handler<'getEvidence'>(async ({ office, caller, params, client }) => {
    const made = await evidenceOf(office, caller, params.identifier, client.remoteAddress)
    return 'refusal' in made ? made : { type: 'application/zip', ...made }
  }),
}

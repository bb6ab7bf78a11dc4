// Accepts the module on screen: who, when, and the exact words.
import type { Refusal } from '../../core/api/problems.ts'
import { ACCEPTANCE_VERSION, acceptanceDigest } from '../../core/enrolment/acceptance.ts'
import { EDITABLE } from '../../core/enrolment/draft.ts'
import { missingForModule } from '../../core/enrolment/requirements.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Office } from '../office.ts'
import { caseFacts, loadCase } from './case.ts'
import { incomplete } from './incomplete.ts'
import { addEvent, lockEnrolment, writeAcceptance } from './store.ts'

export type Acceptor = { readonly remoteAddress: string; readonly userAgent: string }

export const acceptModule = (office: Office, enrolmentId: string, by: Acceptor): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'caseNeeded' }
    if (!EDITABLE.includes(enrolment.state)) return { refusal: 'notInThisState' }
    const one = await loadCase(tx, enrolment)
    const lacking = missingForModule(caseFacts(one), civilDateOf(now))
    if (lacking.length > 0) return incomplete(lacking)
    if (enrolment.acceptance === 'onScreen') return undefined
    writeAcceptance(tx, enrolmentId, 'onScreen', now)
    const { surname, givenName, fiscalCode } = one.member
    addEvent(tx, enrolmentId, {
      event: 'accept',
      at: now,
      actor: { kind: 'applicant' },
      details: {
        version: ACCEPTANCE_VERSION,
        sha256: acceptanceDigest(),
        by: `${surname} ${givenName}, ${fiscalCode}`,
        address: enrolment.address,
        ...by,
      },
    })
    return undefined
  })

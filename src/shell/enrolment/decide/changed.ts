// Who changed a case while another looked at it: the words for the one who comes second.
import type { Refusal } from '../../../core/api/problems.ts'
import { type Instant, italianDay, italianHour, legalTime } from '../../../core/lib/instant.ts'
import type { Queries } from '../../db/pool.ts'

type Last = {
  readonly event: string
  readonly at: Instant
  readonly actor: string
  readonly name: string | null
}

type Words = { readonly it: string; readonly en: string }

const DONE: Readonly<Record<string, Words>> = {
  approve: { it: 'ha approvato la pratica', en: 'approved the case' },
  firstApproval: { it: 'ha dato la prima approvazione', en: 'gave the first approval' },
  askAgain: { it: 'ha chiesto una correzione', en: 'asked for something to be mended' },
  refuse: { it: 'ha rifiutato la pratica', en: 'refused the case' },
  submit: { it: 'ha inviato di nuovo la pratica', en: 'sent the case again' },
  withdraw: { it: 'ha ritirato la pratica', en: 'took the case back' },
  upload: { it: 'ha caricato un documento', en: 'uploaded a document' },
}
const CHANGED: Words = { it: 'ha cambiato la pratica', en: 'changed the case' }

const WHO: Readonly<Record<string, Words>> = {
  applicant: { it: 'L’iscritto', en: 'The member' },
  system: { it: 'Il sistema', en: 'The system' },
}
const SOMEBODY: Words = { it: 'Un operatore', en: 'An operator' }

/** The refusal of who decides on a case that is no longer as it was, with the last change: by whom and when. */
export const changedBy = async (db: Queries, enrolmentId: string): Promise<Refusal> => {
  const [last] = await db.query<Last>(
    'decide-last-event',
    `select ev.event, ev.at, ev.actor, s.name from enrolment_event ev left join staff s on s.id = ev.staff_id
     where ev.enrolment_id = $1 order by ev.seq desc limit 1`,
    [enrolmentId],
  )
  if (!last) return { refusal: 'caseChanged' }
  const who = last.name ? { it: last.name, en: last.name } : (WHO[last.actor] ?? SOMEBODY)
  const what = DONE[last.event] ?? CHANGED
  const time = legalTime(last.at)
  const day = italianDay(time)
  const hour = italianHour(time).slice(0, 5)
  return {
    refusal: 'caseChanged',
    detail: {
      it: `${who.it} ${what.it} il ${day} alle ${hour}. Ricaricala prima di decidere.`,
      en: `${who.en} ${what.en} on ${day} at ${hour}. Load it again before you decide.`,
    },
  }
}

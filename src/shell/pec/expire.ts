// The timers of a message: due notices, and when to look again. Handler of the `timeout` jobs. RFC 6109 §3.1.6
import type { PecMsgid } from '../../core/pec/model.ts'
import { expire } from '../../core/pec/timeout.ts'
import { isWaiting, type Job } from '../outbox/outbox.ts'
import { noChanges } from './changes.ts'
import { fileSealed } from './consequences.ts'
import { seal } from './seal.ts'
import { loadSubmission } from './store.ts'
import type { World } from './world.ts'

export type TimeoutPayload = { readonly identifier: PecMsgid }

/** Decides what is due for one message; where a receipt comes in between, decides again on the new facts. */
export const expireMessage = async (world: World, job: Job): Promise<void> => {
  const { identifier } = job.payload as TimeoutPayload
  for (;;) {
    const known = await loadSubmission(world.db, identifier)
    if (!known) throw new Error(`timer of an unknown message ${identifier}`)
    const at = world.clock.now()
    const decision = expire(known.message, known.acceptedAt, known.recipients, { provider: world.provider, at })
    const sealed = await seal(world, decision.notices)
    const changes = noChanges()
    changes.done.push(job.id)
    changes.journal.push(...decision.journal)
    for (const one of sealed) {
      changes.contents.push(one.row)
      changes.filings.push(fileSealed(one, known.mailboxId, identifier))
    }
    for (const move of decision.transitions) changes.transitions.push({ ...move, identifier, at })
    if (decision.nextAt !== undefined) {
      const next = {
        id: world.contents.newId(),
        kind: 'timeout',
        payload: job.payload,
        dueAt: decision.nextAt,
      } as const
      changes.jobs.push({ ...next, leased: false })
    }
    if ((await world.committer.commit(changes)) === 'committed') return
    if (!(await isWaiting(world.db, job.id))) return
  }
}

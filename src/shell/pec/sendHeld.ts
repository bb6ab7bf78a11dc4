// Sends a message whose time has come: it is certified now, by the rules and the rights of now.
import type { NotSent } from '../../core/jmap/release.ts'
import { DAY } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import { findHeld, type Held, refuseHeld, whyNotBy } from '../mailstore/held.ts'
import { finishJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import { submitStored } from './submitStored.ts'
import type { World } from './world.ts'

export type HeldDesk = {
  readonly hostname: string
  /** Tells the holder that a message was not sent, in the transaction that says so; where there is an office. */
  readonly tell?: ((tx: Tx, held: Held, why: NotSent) => Promise<void>) | undefined
  /** Wakes who looks at a box. */
  readonly touch: (mailboxId: number) => Promise<void>
}

/** Tried so long after its time before it is given up. */
const GIVEN_UP_MS = DAY

const refuse = async ({ db }: World, desk: HeldDesk, held: Held, why: NotSent): Promise<void> => {
  await db.tx(async (tx) => {
    if (await refuseHeld(tx, held.mailboxId, held.id, why)) await desk.tell?.(tx, held, why)
  })
  await desk.touch(held.mailboxId)
}

/** Submits it, or gives the reason why it may not be. The end of the job and the submission are one commit. */
const send = async (world: World, { hostname }: HeldDesk, held: Held): Promise<NotSent | undefined> => {
  const why = held.by ? await whyNotBy(world.db, held.mailboxId, held.by) : undefined
  if (why) return why
  const { id, address, by, content, sizeBytes, remoteAddress, envelope } = held
  const outcome = await submitStored(world, hostname, {
    id,
    address,
    by: by ?? undefined,
    content,
    sizeBytes,
    remoteAddress,
    forwardPaths: envelope.rcptTo.map(({ email }) => email),
    waited: true,
  })
  return 'refusal' in outcome ? 'boxMayNotSend' : undefined
}

/** The job of a message that waited. What the formal checks refuse comes as their notice, as with any message. */
export const sendHeld = async (world: World, desk: HeldDesk, job: Job): Promise<void> => {
  const held = await findHeld(world.db, job.id)
  if (!held) {
    await world.db.tx((tx) => finishJob(tx, job.id))
    return
  }
  try {
    const why = await send(world, desk, held)
    if (why) await refuse(world, desk, held, why)
  } catch (error) {
    // A node that was away for days tries at least once: late is better than never, and its holder sees when it left.
    if (job.attempts === 0 || world.clock.now() - held.releaseAt < GIVEN_UP_MS) throw error
    await refuse(world, desk, held, 'failing')
  }
}

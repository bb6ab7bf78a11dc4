// Mail within the provider: what the arrival needs travels in the job, so that no database read lies between.
import type { MessageFacts, ReceiptType } from '../../core/pec/model.ts'
import type { NewJob } from './changes.ts'
import type { World } from './world.ts'

/** An accepted message for mailboxes of this provider, as the job carries it. */
export type LocalArrival = {
  readonly message: MessageFacts
  readonly requested: ReceiptType
  readonly recipients: readonly string[]
  /** Keys of the local recipients that stand in To and in Cc. */
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly senderMailboxId: number
  readonly postacert: { readonly id: string; readonly sizeBytes: number }
  readonly envelope: { readonly id: string; readonly sizeBytes: number }
  /** Subject of the envelope. */
  readonly subject?: string | undefined
  /** Names the conversation that the original goes on. */
  readonly answered?: string | undefined
}

/** The job that takes a message of this provider to its own mailboxes. */
export const localJob = (world: World, arrival: LocalArrival): NewJob => ({
  id: world.contents.newId(),
  kind: 'arrive',
  payload: arrival,
  dueAt: world.clock.now(),
  leased: world.hasRoom('arrive'),
})

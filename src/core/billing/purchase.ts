// The life of a purchase: written when an enrolment is sent or a term renewed, invoiced at once, reversed on refusal.
import { type Machine, machine } from '../lib/machine.ts'

export type PurchaseState = 'ordered' | 'invoiced' | 'reversed' | 'cancelled'
export type PurchaseEvent = 'invoice' | 'reverse' | 'cancel'

/**
 * What is not yet invoiced is cancelled and leaves no document; what is invoiced is taken back by a credit note
 * (art. 26 c.2 DPR 633/1972), because an invoice that was issued is never deleted.
 */
export const purchaseMachine: Machine<PurchaseState, PurchaseEvent> = machine<PurchaseState, PurchaseEvent>('ordered', {
  ordered: { invoice: 'invoiced', cancel: 'cancelled' },
  invoiced: { reverse: 'reversed' },
  reversed: {},
  cancelled: {},
})

/** The event that undoes a purchase in its state; undefined where there is nothing left to undo. */
export const undoing = (state: PurchaseState): 'reverse' | 'cancel' | undefined =>
  (['reverse', 'cancel'] as const).find((event) => purchaseMachine.next(state, event) !== undefined)

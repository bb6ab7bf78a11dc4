// What has become of an invoice at the exchange system (Sistema di Interscambio). Today each is kept, to be sent.
import { type Machine, machine } from '../lib/machine.ts'

export type ExchangeState = 'toSend' | 'sent' | 'delivered' | 'madeAvailable' | 'rejected'

export type ExchangeEvent = 'send' | 'deliver' | 'makeAvailable' | 'reject'

/**
 * `delivered`: ricevuta di consegna. `madeAvailable`: the payer could not be reached and finds it in the reserved area
 * (impossibilita' di recapito). `rejected`: notifica di scarto; it counts as not issued and is sent again, with the
 * same number and date, within five days (Circ. AE 13/E 2018 §1.6).
 */
export const exchangeMachine: Machine<ExchangeState, ExchangeEvent> = machine<ExchangeState, ExchangeEvent>('toSend', {
  toSend: { send: 'sent' },
  sent: { deliver: 'delivered', makeAvailable: 'madeAvailable', reject: 'rejected' },
  rejected: { send: 'sent' },
  delivered: {},
  madeAvailable: {},
})

// What a mailbox may do in each of its states.

/**
 * `receiving`: its term is over, the holder reads, what arrives is delivered, nothing is sent. `reading`: the holder
 * reads and takes out the mail, nothing arrives. `suspended`: nobody signs in, nothing arrives.
 */
export type MailboxState = 'active' | 'receiving' | 'reading' | 'suspended'

/** Whether the holder may sign in. */
export const signsIn = (state: MailboxState): boolean => state !== 'suspended'

/** Whether messages are delivered to it: delivered, they are received in law, read or not. */
export const receives = (state: MailboxState): boolean => state === 'active' || state === 'receiving'

/** Whether the holder may send. */
export const sends = (state: MailboxState): boolean => state === 'active'

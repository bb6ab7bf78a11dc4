// What a session is told that ends because the mailbox, or what opened it, is not good any more.
import { bye, type Status } from '../../../core/mail/imap/status.ts'

export type Ended = 'suspended' | 'revoked'

/** EXPIRED (RFC 9051 §7.1) is of the mailbox; of a password that was taken away BYE says it all. */
export const ENDED: Readonly<Record<Ended, Status>> = {
  suspended: bye('Casella sospesa. The mailbox is suspended', { kind: 'EXPIRED' }),
  revoked: bye(
    'Password di questa sessione cambiata, revocata o scaduta. The password of this session was changed, revoked or has expired',
  ),
}

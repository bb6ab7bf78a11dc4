// Reads mailboxes for the API: who signs in, what there is, and waiting for more.
import { rangePiece } from '../../core/lib/rope.ts'
import type { ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'
import type { Authenticator } from '../identity/authenticate.ts'
import type { MailboxReader } from '../servers/http/reader.ts'
import { findMessage, listMessages, mailboxStatus } from './mailboxes.ts'

/** Opens the reader; a mailbox is known by its id. `filed` fires an event named by it when it gains messages. */
export const openMailboxReader = (of: {
  readonly db: Database
  readonly identity: Authenticator
  readonly contents: ContentStore
  readonly filed: EventTarget
}): MailboxReader<number> => ({
  authenticate: async (credentials) => {
    const signIn = await of.identity.desk('http').authenticate(credentials)
    return 'login' in signIn ? { login: signIn.login.id } : signIn
  },
  status: (mailboxId) => mailboxStatus(of.db, mailboxId),
  list: (mailboxId, { after, limit }) => listMessages(of.db, mailboxId, after, limit),
  wait: (mailboxId, after, ms, signal) =>
    new Promise((resolve) => {
      const name = String(mailboxId)
      const done = (): void => {
        clearTimeout(timer)
        of.filed.removeEventListener(name, done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      of.filed.addEventListener(name, done)
      signal.addEventListener('abort', done)
      // Asked after listening, so that what came in between is not missed.
      mailboxStatus(of.db, mailboxId).then((now) => now.uidNext > after + 1 && done(), done)
    }),
  open: async (mailboxId, uid) => {
    const message = await findMessage(of.db, mailboxId, uid)
    if (!message) return undefined
    const stream = of.contents.stream([rangePiece(message.content, 0, message.sizeBytes)])
    return { sizeBytes: message.sizeBytes, stream }
  },
})

// Reads mailboxes for the API: who signs in, what there is, and waiting for more.
import { rangePiece } from '../../core/lib/rope.ts'
import type { ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'
import type { Authenticator } from '../identity/authenticate.ts'
import type { MailboxReader } from '../servers/http/reader.ts'
import { findMessage, listMessages, mailboxStatus } from './mailboxes.ts'
import type { Mailstore } from './mailstore.ts'
import { takeOut } from './takeOut.ts'

/** Opens the reader; a mailbox is known by its id. What it shows is the inbox. */
export const openMailboxReader = (of: {
  readonly db: Database
  readonly identity: Authenticator
  readonly contents: ContentStore
  readonly mailstore: Mailstore
}): MailboxReader<number> => ({
  authenticate: async (credentials) => {
    const signIn = await of.identity.desk('http').authenticate(credentials)
    return 'login' in signIn ? { login: signIn.login.id } : signIn
  },
  status: async (mailboxId) => {
    const { messages, uidNext } = await mailboxStatus(of.db, mailboxId)
    return { messages, uidNext }
  },
  list: (mailboxId, { after, limit }) => listMessages(of.db, mailboxId, after, limit),
  restore: async (mailboxId, since) => {
    const restored = await of.mailstore.restore(mailboxId, since)
    return typeof restored === 'number' ? restored : undefined
  },
  takeOut: (mailboxId) => takeOut(of, mailboxId),
  wait: (mailboxId, after, ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        leave()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      let inbox = 0
      const leave = of.mailstore.watch(mailboxId, (folderId) => {
        if (inbox === 0 || folderId === inbox || folderId === 0) done()
      })
      signal.addEventListener('abort', done)
      // Asked after listening, so that what came in between is not missed.
      mailboxStatus(of.db, mailboxId).then((now) => {
        inbox = now.folderId
        if (now.uidNext > after + 1) done()
      }, done)
    }),
  open: async (mailboxId, uid) => {
    const message = await findMessage(of.db, mailboxId, uid)
    if (!message) return undefined
    const stream = of.contents.stream([rangePiece(message.content, 0, message.sizeBytes)])
    return { sizeBytes: message.sizeBytes, stream }
  },
})

// A real IMAP server on loopback over a real mailstore.
import { pbkdf2Sync } from 'node:crypto'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import { NO_FLAGS } from '../../../src/core/mail/flags.ts'
import { scramKeys } from '../../../src/core/mail/sasl/scram.ts'
import type { SignInDesk } from '../../../src/shell/identity/sasl.ts'
import { findMailboxes, type Mailbox } from '../../../src/shell/mailstore/mailboxes.ts'
import type { Ended } from '../../../src/shell/servers/imap/ended.ts'
import { type ImapEvent, type ImapServerOptions, startImapServer } from '../../../src/shell/servers/imap.ts'
import type { RunningServer } from '../../../src/shell/servers/wire/door.ts'
import { type Bench, folderNamed, taken } from '../../shell/mailstore/support.ts'
import { testTls } from '../smtp/server.ts'

export type TestImap = RunningServer & {
  readonly security: 'tls' | 'starttls'
  readonly events: ImapEvent[]
  /** Mailbox of `mario`. */
  readonly mailboxId: number
  /** Puts messages of the given texts into a folder of `mario`. */
  readonly put: (folder: string, texts: readonly string[]) => Promise<void>
  /** What the holder may do is over: the box is suspended, or what opened it was taken away. */
  readonly suspend: (why?: Ended) => void
}

const salt = Buffer.alloc(16, 1)
const keys = scramKeys(salt, 4096, pbkdf2Sync('segreto', salt, 4096, 32, 'sha256'))

/** `mario`/`segreto` and `giulia`/`segreto`, `lettore`/`segreto` who only reads mario's box; `tardi` is throttled, `guasto` meets a Fault, `errore` a bug. */
const deskOf = (mailboxes: ReadonlyMap<string, Mailbox>): SignInDesk<Mailbox> => {
  const signIn = (username: string, right: boolean) => {
    const login = mailboxes.get(username)
    return login && right ? { login } : ({ refusal: 'bad' } as const)
  }
  return {
    authenticate: async ({ username, password }) => {
      if (username === 'tardi') return { refusal: 'throttled' }
      if (username === 'guasto') throw new Fault('database', 'away')
      if (username === 'errore') throw new TypeError('oops')
      return signIn(username, password === 'segreto')
    },
    scram: {
      keys: async () => keys,
      mayJudge: () => true,
      judged: async ({ username }, proved) => signIn(username, proved),
    },
  }
}

export type TestImapOptions = Partial<Omit<ImapServerOptions, 'tls'>> & { readonly quotaBytes?: number }

let servers = 0

/** Starts it with mailboxes of its own. */
export const startTestImap = async (
  bench: Bench,
  { quotaBytes, ...options }: TestImapOptions = {},
): Promise<TestImap> => {
  const { context } = await testTls()
  const events: ImapEvent[] = []
  const number = ++servers
  const logins = new Map<string, Mailbox>()
  for (const name of ['mario', 'giulia']) {
    const address = `${name}.${number}@alfa.example`
    await bench.mailbox(address, quotaBytes)
    logins.set(name, (await findMailboxes(bench.db, [address])).get(address)!)
  }
  const mario = logins.get('mario')!
  const mailboxId = mario.id
  logins.set('lettore', { ...mario, by: { appPasswordId: 'x', accountId: 1, rights: 'read', sends: false } })
  let ended: Ended | undefined
  const server = await startImapServer({
    security: 'starttls',
    host: '127.0.0.1',
    port: 0,
    hostname: 'mx.test',
    tls: () => context,
    desk: deskOf(logins),
    whyEnded: async () => ended,
    mailstore: bench.store,
    contents: bench.contents,
    log: (event) => events.push(event),
    now: bench.clock.now,
    ...options,
  })
  return {
    ...server,
    security: options.security ?? 'starttls',
    events,
    mailboxId,
    put: async (folder, texts) => {
      const { id } = await folderNamed(bench, mailboxId, folder)
      const messages = texts.map(async (text) => {
        const content = await bench.contents.rowOf([bytesPiece(fromLatin1(text))])
        bench.contents.remember(content)
        return { content, flags: NO_FLAGS, receivedAt: bench.clock.now() }
      })
      taken(await bench.store.append(mailboxId, id, await Promise.all(messages)))
    },
    suspend: (why = 'suspended') => {
      ended = why
    },
  }
}

// A real POP3 server on loopback over mailboxes in memory.
import { pbkdf2Sync } from 'node:crypto'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { missingEnd } from '../../../src/core/mail/pop3/content.ts'
import { scramKeys } from '../../../src/core/mail/sasl/scram.ts'
import type { SignInDesk } from '../../../src/shell/identity/sasl.ts'
import {
  type OpenMaildrops,
  type Pop3Event,
  type Pop3ServerOptions,
  startPop3Server,
} from '../../../src/shell/servers/pop3.ts'
import type { RunningServer } from '../../../src/shell/servers/wire/door.ts'
import { testTls } from '../smtp/server.ts'

export type Box = { readonly messages: Map<number, Buffer>; readonly seen: Set<number>; held: number; lost: boolean }

export type TestPop3 = RunningServer & {
  readonly security: 'tls' | 'starttls'
  readonly events: Pop3Event[]
  readonly box: Box
}

/** What `mario` has by uid: a usual message, one of dots, one without an end, an empty one. */
export const MESSAGES: readonly (readonly [number, string])[] = [
  [3, 'Subject: uno\r\nTo: mario\r\n\r\nprima\r\nseconda\r\nterza\r\n'],
  [5, '.punto: x\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n'],
  [8, 'Subject: senza fine\r\n\r\nultima'],
  [9, ''],
]

const salt = Buffer.alloc(16, 1)
const keys = scramKeys(salt, 4096, pbkdf2Sync('segreto', salt, 4096, 32, 'sha256'))

/** Account `mario`/`segreto`; `tardi` is throttled, `guasto` meets a Fault, `errore` a bug. */
export const testDesk: SignInDesk<string> = {
  authenticate: async ({ username, password }) => {
    if (username === 'tardi') return { refusal: 'throttled' }
    if (username === 'guasto') throw new Fault('database', 'away')
    if (username === 'errore') throw new TypeError('oops')
    return username.startsWith('mario') && password === 'segreto' ? { login: username } : { refusal: 'bad' }
  },
  scram: {
    keys: async () => keys,
    mayJudge: () => true,
    judged: async ({ username }, proved) => (proved && username === 'mario' ? { login: username } : { refusal: 'bad' }),
  },
}

/** Maildrops over a box; one at a time. A message whose text is `broken` fails after 100 KB, `away` at once. */
const openDrops =
  (box: Box): OpenMaildrops<string> =>
  async () => {
    if (box.held > 0) return undefined
    box.held += 1
    const uids = [...box.messages.keys()]
    const contents = [...box.messages.values()]
    return {
      snapshot: {
        uidValidity: 7,
        uids,
        sizes: contents.map((content) => content.length + missingEnd(content.length, content.subarray(-2))),
      },
      content: async function* (index) {
        const content = contents[index]!
        if (content.equals(Buffer.from('away'))) throw new Fault('blobs', 'away')
        if (content.equals(Buffer.from('broken'))) {
          yield Buffer.alloc(100_000, 'x')
          throw new Fault('blobs', 'away')
        }
        for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000)
      },
      isHeld: () => !box.lost,
      remove: async (removed) => {
        if (removed.includes(666)) throw new Fault('database', 'away')
        for (const uid of removed) box.messages.delete(uid)
      },
      close: async (seen) => {
        for (const uid of seen) box.seen.add(uid)
        box.held -= 1
      },
    }
  }

type Options = Partial<Omit<Pop3ServerOptions<string>, 'tls'>> & {
  readonly messages?: readonly (readonly [number, string | Buffer])[]
}

/** Starts it. */
export const startTestPop3 = async ({ messages = MESSAGES, ...options }: Options = {}): Promise<TestPop3> => {
  const { context } = await testTls()
  const events: Pop3Event[] = []
  const box: Box = {
    messages: new Map(messages.map(([uid, content]) => [uid, Buffer.from(content as string, 'latin1')])),
    seen: new Set(),
    held: 0,
    lost: false,
  }
  const server = await startPop3Server<string>({
    security: 'starttls',
    host: '127.0.0.1',
    port: 0,
    tls: () => context,
    desk: testDesk,
    open: openDrops(box),
    log: (event) => events.push(event),
    ...options,
  })
  return { ...server, security: options.security ?? 'starttls', events, box }
}

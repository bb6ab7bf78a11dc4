// A real SMTP server on loopback whose handlers keep what they are given.
import type { SecureContext } from 'node:tls'
import { Fault } from '../../../src/core/lib/refusal.ts'
import {
  reply,
  type SmtpEvent,
  type SmtpServer,
  type SmtpServerOptions,
  startSmtpServer,
} from '../../../src/shell/servers/smtp.ts'
import { type TestAuthority, testAuthority } from './authority.ts'

export type Kept = {
  readonly reversePath: string | null
  readonly forwardPaths: readonly string[]
  readonly content: Buffer
  readonly session: { readonly helo: string; readonly tls: boolean; readonly login: unknown; readonly id: string }
}

export type TestServer = SmtpServer & {
  readonly security: 'tls' | 'starttls'
  readonly kept: Kept[]
  readonly events: SmtpEvent[]
  /** Contents whose stream failed, with the message of the error. */
  readonly failed: string[]
}

let shared: Promise<{ authority: TestAuthority; context: SecureContext }> | undefined
/** One authority and one certificate for mx.test for all tests of a file. */
export const testTls = () => {
  shared ??= (async () => {
    const authority = await testAuthority()
    return { authority, context: await authority.issue('mx.test', 'localhost') }
  })()
  return shared
}

type Options = Partial<Omit<SmtpServerOptions<string>, 'handlers'>> & {
  readonly handlers?: Partial<SmtpServerOptions<string>['handlers']>
}

/**
 * Starts it. Account `mario`/`segreto`. Local parts that begin with `unknown` are refused with 550, with `full` with
 * 452, with `faulty` by a Fault, with `buggy` by a bug.
 */
export const startTestServer = async (options: Options = {}): Promise<TestServer> => {
  const { context } = await testTls()
  const kept: Kept[] = []
  const events: SmtpEvent[] = []
  const failed: string[] = []
  const server = await startSmtpServer<string>({
    role: 'incoming',
    security: 'starttls',
    host: '127.0.0.1',
    port: 0,
    hostname: 'mx.test',
    tls: () => context,
    log: (event) => events.push(event),
    ...options,
    handlers: {
      authenticate: async ({ username, password }) =>
        username === 'mario' && password === 'segreto' ? { login: username } : { refusal: 'bad' },
      rcptTo: async (_session, address) => {
        if (address.startsWith('unknown')) return reply(550, '5.1.1', 'Nobody of that name')
        if (address.startsWith('full')) return reply(452, '4.2.2', 'Box is full')
        if (address.startsWith('faulty')) throw new Fault('db', 'away')
        if (address.startsWith('buggy')) throw new TypeError('oops')
        return undefined
      },
      data: async (session, content) => {
        const pieces: Uint8Array[] = []
        try {
          for await (const piece of content) pieces.push(piece)
        } catch (error) {
          failed.push((error as Error).message)
          throw error
        }
        kept.push({
          reversePath: session.reversePath,
          forwardPaths: session.forwardPaths,
          content: Buffer.concat(pieces),
          session: { helo: session.helo, tls: session.tls !== undefined, login: session.login, id: session.id },
        })
        return reply(250, '2.0.0', `Kept as ${kept.length}`)
      },
      ...options.handlers,
    },
  })
  return { ...server, security: options.security ?? 'starttls', kept, events, failed }
}

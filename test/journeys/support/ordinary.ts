// An ordinary mail server on loopback, for what leaves certified mail: it keeps what it takes, or refuses it.
import { createSecureContext } from 'node:tls'
import { concat } from '../../../src/core/lib/bytes.ts'
import { type Reply, startSmtpServer } from '../../../src/shell/servers/smtp.ts'
import type { Pair } from './pair.ts'

export type Taken = {
  readonly reversePath: string | null
  readonly forwardPaths: readonly string[]
  readonly content: Uint8Array
  readonly tls: boolean
}

export type OrdinaryServer = {
  readonly port: number
  readonly taken: Taken[]
  readonly close: () => Promise<void>
}

/** Starts it under a name, and routes the domain to it. `rcpt` may refuse recipients. */
export const startOrdinary = async (
  pair: Pair,
  domain: string,
  rcpt: (address: string) => Reply | undefined = () => undefined,
): Promise<OrdinaryServer> => {
  const keys = await pair.authority.issueServerCertificate({ names: [`mx.${domain}`] })
  const context = createSecureContext({ key: keys.keyPem, cert: keys.certificatePem })
  const taken: Taken[] = []
  const server = await startSmtpServer({
    role: 'incoming',
    security: 'starttls',
    host: '127.0.0.1',
    port: 0,
    hostname: `mx.${domain}`,
    tls: () => context,
    limits: { maxRecipients: 1_000 },
    handlers: {
      rcptTo: async (_, address) => rcpt(address),
      data: async (session, content) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of content) chunks.push(chunk)
        const { reversePath, forwardPaths } = session
        taken.push({
          reversePath,
          forwardPaths: [...forwardPaths],
          content: concat(chunks),
          tls: session.tls !== undefined,
        })
        return { code: 250, enhanced: '2.0.0', text: 'Ok' }
      },
    },
  })
  pair.routes[domain] = { host: '127.0.0.1', port: server.port, tlsName: `mx.${domain}` }
  return { port: server.port, taken, close: () => server.close(0) }
}

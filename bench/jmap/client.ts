// The little of a JMAP client that measuring needs: requests on one kept connection, as a mail program signs in.
import { Agent, request } from 'node:http'

export type JmapLogin = { readonly port: number; readonly user: string; readonly password: string }

export type Invocation = readonly [name: string, args: Readonly<Record<string, unknown>>, callId: string]
export type Answer = Readonly<Record<string, unknown>>

export type JmapClient = {
  readonly accountId: string
  /** The arguments of the responses, in their order; throws where one is an error. */
  readonly call: (...calls: readonly Invocation[]) => Promise<readonly Answer[]>
  readonly close: () => void
}

const USING = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', 'urn:ceralacca:pec']

/** Signs in on loopback. */
export const openJmap = async ({ port, user, password }: JmapLogin): Promise<JmapClient> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const send = (method: string, path: string, body?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
      const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === 200) resolve(JSON.parse(text))
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`))
        })
      })
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  const session = (await send('GET', '/jmap/session')) as { readonly accounts: Readonly<Record<string, unknown>> }
  return {
    accountId: Object.keys(session.accounts)[0]!,
    call: async (...calls) => {
      const body = JSON.stringify({ using: USING, methodCalls: calls })
      const answer = (await send('POST', '/jmap', body)) as { readonly methodResponses: readonly Invocation[] }
      return answer.methodResponses.map(([name, args]) => {
        if (name === 'error') throw new Error(`JMAP: ${JSON.stringify(args)}`)
        return args
      })
    },
    close: () => agent.destroy(),
  }
}

// A small client of the mailbox API: lists, waits for and fetches the messages of one mailbox over one kept connection.
import { Agent, request } from 'node:http'

export type ListedMessage = {
  readonly uid: number
  /** PecKind, or null for other mail. */
  readonly kind: string | null
  readonly msgid: string
  readonly subject: string | null
  readonly receivedAt: string
  readonly sizeBytes: number
}

export type MailboxStatus = { readonly messages: number; readonly uidNext: number }

export type MailboxClient = {
  /** Messages with a UID above `after`, waiting up to `waitSeconds` for the first one. */
  readonly list: (after: number, waitSeconds?: number, limit?: number) => Promise<readonly ListedMessage[]>
  readonly fetch: (uid: number) => Promise<Buffer>
  readonly status: () => Promise<MailboxStatus>
  readonly close: () => void
}

export type MailboxOptions = {
  readonly port: number
  readonly user: string
  readonly password: string
  /** Connections kept at the most: two let a long poll stand while something else is asked. */
  readonly connections?: number
  readonly timeoutMs?: number
}

const HOST = '127.0.0.1'

/** GET of a path; any status but 200 throws. */
const get = (path: string, options: MailboxOptions, agent: Agent): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const auth = `${options.user}:${options.password}`
    const asked = request({ host: HOST, port: options.port, path, agent, auth }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`GET ${path}: ${response.statusCode} ${body.toString('utf8').slice(0, 200)}`))
      })
    })
    asked.setTimeout(options.timeoutMs ?? 60_000, () => asked.destroy(new Error(`GET ${path}: no answer in time`)))
    asked.on('error', reject)
    asked.end()
  })

/** The mailbox of one account. Nothing is asked before the first call. */
export const openMailbox = (options: MailboxOptions): MailboxClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections ?? 2 })
  const ask = (path: string): Promise<Buffer> => get(`/api/v1${path}`, options, agent)
  return {
    list: async (after, waitSeconds = 0, limit = 500) => {
      const body = await ask(`/messages?after=${after}&wait=${waitSeconds}&limit=${limit}`)
      return (JSON.parse(body.toString('utf8')) as { messages: ListedMessage[] }).messages
    },
    fetch: (uid) => ask(`/messages/${uid}`),
    status: async () => JSON.parse((await ask('/status')).toString('utf8')) as MailboxStatus,
    close: () => agent.destroy(),
  }
}

/** GET of an open page (`/metrics`, `/readyz`) as text. */
export const getText = async (port: number, path: string): Promise<string> => {
  const agent = new Agent()
  try {
    return (await get(path, { port, user: '', password: '', timeoutMs: 10_000 }, agent)).toString('utf8')
  } finally {
    agent.destroy()
  }
}

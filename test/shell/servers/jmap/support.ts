// A JMAP server over a real mailstore, and a client that says what it is told.
import type { ProviderDirectory } from '../../../../src/core/directory/providers.ts'
import type { PostRequest } from '../../../../src/core/ports.ts'
import type { Trust } from '../../../../src/core/smime/verify.ts'
import { newVapidKey, openVapid } from '../../../../src/shell/adapters/webPush.ts'
import { type PushOffice, subscriptionVerbs } from '../../../../src/shell/alerts/subscriptions.ts'
import type { EvidenceSource } from '../../../../src/shell/evidence/bundle.ts'
import { evidenceOf } from '../../../../src/shell/evidence/evidence.ts'
import { openVerdicts } from '../../../../src/shell/evidence/verdicts.ts'
import type { Mailbox } from '../../../../src/shell/mailstore/mailboxes.ts'
import { findMailboxes } from '../../../../src/shell/mailstore/mailboxes.ts'
import { outgoingVerbs } from '../../../../src/shell/mailstore/outgoing.ts'
import { settingsVerbs } from '../../../../src/shell/mailstore/webSettings.ts'
import { sentVerbs } from '../../../../src/shell/pec/submissions.ts'
import type { StoredOutcome, StoredSubmission } from '../../../../src/shell/pec/submitStored.ts'
import { type HttpServer, startHttpServer } from '../../../../src/shell/servers/http.ts'
import { type Bench, openBench } from '../../mailstore/support.ts'

export const PASSWORD = 'Sandbox2026'
export const USING = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:quota',
  'urn:ietf:params:jmap:blob',
  'urn:ietf:params:jmap:smimeverify',
  'urn:ietf:params:jmap:mdn',
  'urn:ceralacca:pec',
]

export type Args = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: what a test looks at is JSON
export type Json = any

export type Client = {
  readonly accountId: string
  readonly mailboxId: number
  /** HTTP as it is. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  /** One method call; its response, errors with `error` as their name. */
  readonly call: (name: string, args?: Args) => Promise<readonly [string, Json]>
  /** The same, where no error is expected. */
  readonly ok: (name: string, args?: Args) => Promise<Json>
  readonly request: (calls: readonly unknown[], using?: readonly string[], more?: Args) => Promise<Json>
}

export type Judging = { trust: Trust; directory: ProviderDirectory | undefined }

export type JmapBench = Bench & {
  readonly url: string
  readonly bugs: unknown[]
  /** What signatures are judged by: nothing at first. */
  readonly judging: Judging
  /** What was handed to the access point. */
  readonly submitted: StoredSubmission[]
  /** Boxes whose sessions are let in no more. */
  readonly ended: Set<number>
  /** What push subscriptions were posted, and the statuses that are answered next (201 where there is none). */
  readonly posted: PostRequest[]
  readonly answers: number[]
  readonly pushOffice: PushOffice
  /** Makes a box, and a client of its own. */
  readonly client: (address: string, by?: Mailbox['by'], quotaBytes?: number) => Promise<Client>
  readonly folder: (mailboxId: number, name: string) => Promise<string>
}

export const openJmapBench = async (): Promise<JmapBench> => {
  const bench = await openBench()
  const bugs: unknown[] = []
  const submitted: StoredSubmission[] = []
  const ended = new Set<number>()
  const posted: PostRequest[] = []
  const answers: number[] = []
  const pushOffice: PushOffice = {
    db: bench.db,
    clock: bench.clock,
    sandbox: false,
    vapid: openVapid(newVapidKey(), 'mailto:posta@alfa.example'),
    poster: {
      check: async (url) => (url.includes('inside') ? { kind: 'refused', why: 'notPublic' } : undefined),
      post: async (request) => {
        posted.push(request)
        return { kind: 'answered', status: answers.shift() ?? 201 }
      },
    },
  }
  const submit = (message: StoredSubmission): StoredOutcome => {
    if (message.forwardPaths.includes('nobody@alfa.example')) return { refusal: 'mayNotSend' }
    submitted.push(message)
    return { identifier: `id${submitted.length}@alfa.example`, at: bench.clock.at }
  }
  const judging: Judging = { trust: { roots: [], intermediates: [], crls: [] }, directory: undefined }
  const evidence: EvidenceSource = {
    db: bench.db,
    contents: bench.contents,
    provider: 'Gestore Alfa',
    trust: () => judging.trust,
    directory: () => judging.directory && { directory: judging.directory, at: bench.clock.at },
    now: bench.clock.now,
  }
  const rights = new Map<string, Mailbox['by']>()
  const server: HttpServer = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({}),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    jmap: {
      desk: {
        authenticate: async ({ username, password }) => {
          const mailbox = (await findMailboxes(bench.db, [username])).get(username)
          if (password === 'throttled') return { refusal: 'throttled' }
          return mailbox && password === PASSWORD
            ? { login: { ...mailbox, by: rights.get(username) } }
            : { refusal: 'bad' }
        },
      },
      whyEnded: async ({ id }) => (ended.has(id) ? 'revoked' : undefined),
      push: subscriptionVerbs(pushOffice),
      mailstore: bench.store,
      contents: bench.contents,
      outgoing: outgoingVerbs(bench.db, bench.store.touch),
      sent: sentVerbs(bench.db),
      verdicts: openVerdicts(evidence),
      webSettings: settingsVerbs(bench.db, bench.store.touch),
      directory: () => judging.directory,
      evidenceOf: (...given) => evidenceOf({ db: bench.db, clock: bench.clock, evidence }, ...given),
      pec: { provider: 'Gestore Alfa', maxRecipients: 50, maxSizeTimesRecipients: 31_457_280 },
      submit: async (message) => submit(message),
      maxRecipients: 50,
      now: bench.clock.now,
      onBug: (method, _, error) => bugs.push([method, error]),
    },
  })
  const client = async (address: string, by?: Mailbox['by'], quotaBytes?: number): Promise<Client> => {
    rights.set(address, by)
    const mailboxId = await bench.mailbox(address, quotaBytes)
    const accountId = `A${mailboxId}`
    const authorization = `Basic ${Buffer.from(`${address}:${PASSWORD}`).toString('base64')}`
    const send: Client['fetch'] = (path, init = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { authorization, ...(init.headers as Record<string, string>) },
      })
    const request: Client['request'] = async (methodCalls, using = USING, more = {}) => {
      const response = await send('/jmap', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ using, methodCalls, ...more }),
      })
      return response.json()
    }
    const call: Client['call'] = async (name, args = {}) => {
      const { methodResponses } = await request([[name, { accountId, ...args }, 'c']])
      const [said, outcome] = methodResponses[0]
      return [said, outcome]
    }
    return {
      accountId,
      mailboxId,
      fetch: send,
      request,
      call,
      ok: async (name, args) => {
        const [said, outcome] = await call(name, args)
        if (said !== name)
          throw new Error(
            `${name}: ${JSON.stringify(outcome)} ${bugs.at(-1) ? String((bugs.at(-1) as Json)[1]?.stack) : ''}`,
          )
        return outcome
      },
    }
  }
  return {
    ...bench,
    url: server.url,
    bugs,
    judging,
    submitted,
    ended,
    posted,
    answers,
    pushOffice,
    client,
    folder: async (mailboxId, name) => {
      const folder = await bench.store.folder(mailboxId, name)
      if (!folder) throw new Error(`no folder ${name}`)
      return folder.objectId
    },
    close: async () => {
      await server.close()
      await bench.close()
    },
  }
}

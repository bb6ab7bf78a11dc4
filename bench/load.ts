// The client of the bench, a process of its own: takes one job from its parent, does it, answers and ends.
import { openSubmission, type Submission } from '../src/shell/sandbox/submission.ts'
import { makeData } from './content.ts'
import { type Access, type Counter, openCounter, pollUntil } from './counter.ts'
import { pause } from './system.ts'

/** A mail system as the load sees it. */
export type Target = {
  readonly submissionPort: number
  readonly password: string
  /** Connection n signs in as sender n, and writes to recipient n and the following, around again at the end. */
  readonly senders: readonly string[]
  readonly recipients: readonly string[]
  readonly senderAccess: Access
  readonly recipientAccess: Access
  /** Whether the sender gets an acceptance for each message and a delivery receipt for each recipient. */
  readonly certified: boolean
}

export type LoadJob = {
  /** `flow`: all connections as fast as they can; `single`: one message at a time, waited for to the end. */
  readonly kind: 'flow' | 'single'
  readonly target: Target
  readonly connections: number
  readonly messages: number
  readonly recipientsEach: number
  readonly sizeBytes: number
  /** `flow`: pause between two questions whether all is there. */
  readonly pollMs: number
  readonly limitMs: number
}

export type LoadResult = {
  /** From the first MAIL to the last 250, and until all that is expected is in the mailboxes. */
  readonly acceptedSeconds: number
  readonly wallSeconds: number
  readonly clientCpuSeconds: number
  /** Sorted. `single`: MAIL to all visible; `flow`: MAIL to 250. */
  readonly latenciesMs: readonly number[]
  /** Each connection's time to sign in, the password's hash included. */
  readonly loginMs: readonly number[]
}

type Watched = { readonly counter: Counter; expected: number }

/** The mailboxes that will gain messages, opened once each. */
const openWatch = () => {
  const boxes = new Map<string, Promise<Watched>>()
  return {
    at: (access: Access, address: string): Promise<Watched> => {
      const key = `${access.port} ${address}`
      const known = boxes.get(key)
      if (known !== undefined) return known
      const opened = openCounter(access, address).then(async (counter) => ({
        counter,
        expected: await counter.count(),
      }))
      boxes.set(key, opened)
      return opened
    },
    all: (): Promise<Watched[]> => Promise.all(boxes.values()),
  }
}
type Watch = ReturnType<typeof openWatch>

type Planned = { readonly from: string; readonly recipients: readonly string[]; readonly boxes: readonly Watched[] }

/** Says where message n of connection w goes, and raises what its mailboxes must come to hold. */
const plan = async (job: LoadJob, watch: Watch, connection: number, n: number): Promise<Planned> => {
  const { target, recipientsEach } = job
  const from = target.senders[connection % target.senders.length]!
  const first = (connection + 1 + n * recipientsEach) % target.recipients.length
  const recipients = Array.from(
    { length: recipientsEach },
    (_, i) => target.recipients[(first + i) % target.recipients.length]!,
  )
  const boxes: Watched[] = []
  for (const address of recipients) {
    const box = await watch.at(target.recipientAccess, address)
    box.expected++
    boxes.push(box)
  }
  if (target.certified) {
    const box = await watch.at(target.senderAccess, from)
    box.expected += 1 + recipientsEach
    boxes.push(box)
  }
  return { from, recipients, boxes }
}

const openConnections = async (job: LoadJob): Promise<{ connections: Submission[]; loginMs: number[] }> => {
  const { target } = job
  const connections: Submission[] = []
  const loginMs: number[] = []
  for (let i = 0; i < job.connections; i++) {
    const startedAt = performance.now()
    const user = target.senders[i % target.senders.length]!
    const account = { user, password: target.password }
    connections.push(await openSubmission({ port: target.submissionPort, security: 'starttls', ...account }))
    loginMs.push(performance.now() - startedAt)
  }
  return { connections, loginMs }
}

const sendOne = async (connection: Submission, job: LoadJob, planned: Planned): Promise<void> => {
  const { from, recipients } = planned
  const data = makeData({ from, recipients, sizeBytes: job.sizeBytes })
  const reply = await connection.send({ from, recipients, data })
  if (reply.code !== 250) throw new Error(`refused: ${reply.code} ${reply.text}`)
}

const flow = async (job: LoadJob, watch: Watch, connections: readonly Submission[]) => {
  const share = (w: number): number => Math.floor((job.messages + job.connections - 1 - w) / job.connections)
  const plans = await Promise.all(
    connections.map(async (_, w) => {
      const mine: Planned[] = []
      for (let n = 0; n < share(w); n++) mine.push(await plan(job, watch, w, n))
      return mine
    }),
  )
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    connections.map(async (connection, w) => {
      for (const planned of plans[w]!) {
        const sentAt = performance.now()
        await sendOne(connection, job, planned)
        latenciesMs.push(performance.now() - sentAt)
      }
    }),
  )
  const acceptedSeconds = (performance.now() - startedAt) / 1000
  // One mailbox after the other: while the first is not full the others need no asking.
  for (const box of await watch.all()) await pollUntil(box.counter, box.expected, job.pollMs, job.limitMs)
  return { acceptedSeconds, wallSeconds: (performance.now() - startedAt) / 1000, latenciesMs }
}

const single = async (job: LoadJob, watch: Watch, connections: readonly Submission[]) => {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  for (let n = 0; n < job.messages; n++) {
    const planned = await plan(job, watch, 0, n)
    const sentAt = performance.now()
    const seen = Promise.all(planned.boxes.map((box) => box.counter.until(box.expected, job.limitMs)))
    await Promise.all([sendOne(connections[0]!, job, planned), seen])
    latenciesMs.push(performance.now() - sentAt)
    await pause(5)
  }
  const wallSeconds = (performance.now() - startedAt) / 1000
  return { acceptedSeconds: wallSeconds, wallSeconds, latenciesMs }
}

const work = async (job: LoadJob): Promise<LoadResult> => {
  const watch = openWatch()
  const { connections, loginMs } = await openConnections(job)
  const cpu = process.cpuUsage()
  const outcome = await (job.kind === 'flow' ? flow : single)(job, watch, connections)
  const { user, system } = process.cpuUsage(cpu)
  for (const connection of connections) connection.destroy()
  for (const box of await watch.all()) box.counter.close()
  outcome.latenciesMs.sort((a, b) => a - b)
  return { ...outcome, loginMs, clientCpuSeconds: (user + system) / 1e6 }
}

process.once('message', (job: LoadJob) => {
  work(job).then(
    (result) => process.send!({ result }, () => process.exit(0)),
    (error: Error) => process.send!({ error: error.message }, () => process.exit(1)),
  )
})
process.once('disconnect', () => process.exit(1))

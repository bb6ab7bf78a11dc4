// The figures of one provider, for Prometheus. Each provider has its own registry: two may share a process.
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { PecKind } from '../../core/pec/model.ts'

/** The parts of a message's way whose time is taken. */
export const STAGES = ['submit', 'seal', 'commit', 'transfer', 'arrive'] as const
export type Stage = (typeof STAGES)[number]

/** Jobs that wait, of one kind; `oldestAgeSeconds` counts from the instant at which the oldest was due. */
export type QueueDepth = { readonly kind: string; readonly waiting: number; readonly oldestAgeSeconds: number }

/** Where the figures come from that are read when asked for. A source that throws gives no figure. */
export type Sources = {
  readonly queue?: () => Promise<readonly QueueDepth[]>
  /** Whether the scanner answers. */
  readonly scanner?: () => Promise<boolean>
  /** The copy of the providers' directory in use. */
  readonly directory?: () => { readonly ageSeconds: number; readonly providers: number; readonly domains: number }
}

export type Metrics = {
  readonly registry: Registry
  /** Starts the watch of a stage; the function that it gives ends it. */
  readonly stage: (stage: Stage) => () => void
  /** A message of ours was signed. */
  readonly made: (kind: PecKind) => void
  /** A message came to the incoming point, and was found to be an envelope, a receipt, anomalous or ordinary. */
  readonly arrived: (sort: string) => void
  /** An IMAP command was answered; its name is one of the grammar's. */
  readonly imapCommand: (command: string, seconds: number) => void
  readonly connections: (service: string, change: 1 | -1) => void
  readonly alarm: (name: string) => void
  readonly watch: (sources: Sources) => void
}

/** Bounds of the stages, in seconds: fine where one message is, wide where a queue is. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]

type Tally = { readonly counts: number[]; sum: number; count: number }

/**
 * A histogram by one label, kept as plain tallies and told when asked for: the library's own costs as much as signing
 * with P-256 does, at every observation.
 */
const histogram = (
  registry: Registry,
  options: {
    readonly name: string
    readonly help: string
    readonly label: string
    readonly values?: readonly string[]
  },
): ((value: string, seconds: number) => void) => {
  const { name, help, label, values = [] } = options
  const emptyTally = (): Tally => ({ counts: BUCKETS.map(() => 0), sum: 0, count: 0 })
  const tallies = new Map<string, Tally>(values.map((value) => [value, emptyTally()]))
  const valuesOf = ([value, tally]: [string, Tally]) => [
    ...BUCKETS.map((le, i) => ({
      metricName: `${name}_bucket`,
      labels: { le, [label]: value },
      value: tally.counts[i]!,
    })),
    { metricName: `${name}_bucket`, labels: { le: '+Inf', [label]: value }, value: tally.count },
    { metricName: `${name}_sum`, labels: { [label]: value }, value: tally.sum },
    { metricName: `${name}_count`, labels: { [label]: value }, value: tally.count },
  ]
  const shape = { name, help, type: 'histogram', aggregator: 'sum' }
  const metric = { ...shape, get: async () => ({ ...shape, values: [...tallies].flatMap(valuesOf) }) }
  registry.registerMetric(metric as unknown as Metric)
  return (value, seconds) => {
    const tally = tallies.get(value) ?? emptyTally()
    tallies.set(value, tally)
    tally.sum += seconds
    tally.count += 1
    // Cumulative, as Prometheus wants them: from the widest down, until one is too narrow.
    for (let i = BUCKETS.length - 1; i >= 0 && seconds <= BUCKETS[i]!; i--) tally.counts[i]! += 1
  }
}

/** The watch of the stages. All of them are told from the start. */
const stageClock = (registry: Registry): Metrics['stage'] => {
  const tally = histogram(registry, {
    name: 'ceralacca_stage_seconds',
    help: 'Time of each stage of a message',
    label: 'stage',
    values: STAGES,
  })
  return (stage) => {
    const start = performance.now()
    return () => tally(stage, (performance.now() - start) / 1_000)
  }
}

/** Gauges that are filled when Prometheus asks. A source that fails leaves its gauges without a figure. */
const gauges = (registry: Registry, sources: () => Sources): void => {
  const gauge = (name: string, help: string, labelNames: string[], fill: (gauge: Gauge) => Promise<void>): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset()
        if (labelNames.length === 0) this.remove()
        await fill(this as Gauge).catch(() => {})
      },
    })
  }
  const queue = async (fill: (depth: QueueDepth) => void): Promise<void> => {
    for (const depth of (await sources().queue?.()) ?? []) fill(depth)
  }
  gauge('ceralacca_queue_jobs', 'Jobs of the outbox that wait', ['kind'], (into) =>
    queue(({ kind, waiting }) => into.set({ kind }, waiting)),
  )
  gauge('ceralacca_queue_oldest_seconds', 'Time by which the oldest job is late', ['kind'], (into) =>
    queue(({ kind, oldestAgeSeconds }) => into.set({ kind }, oldestAgeSeconds)),
  )
  gauge('ceralacca_scanner_up', '1 while the virus scanner answers', [], async (into) => {
    const ask = sources().scanner
    if (ask) into.set(Number(await ask().catch(() => false)))
  })
  const directory: readonly ['ageSeconds' | 'providers' | 'domains', string, string][] = [
    ['ageSeconds', 'ceralacca_directory_age_seconds', 'Age of the copy of the directory in use'],
    ['providers', 'ceralacca_directory_providers', 'Providers in the directory'],
    ['domains', 'ceralacca_directory_domains', 'Certified domains in the directory'],
  ]
  for (const [field, name, help] of directory) {
    gauge(name, help, [], async (into) => {
      const state = sources().directory?.()
      if (state) into.set(state[field])
    })
  }
}

/** Makes the figures of one provider. `processFigures`: with those of the process (memory, event loop). */
export const createMetrics = (options: { readonly processFigures?: boolean } = {}): Metrics => {
  const registry = new Registry()
  if (options.processFigures) collectDefaultMetrics({ register: registry, prefix: 'ceralacca_' })
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const signatures = counter('ceralacca_signatures_total', 'Signatures made with the key of the provider')
  const messages = counter('ceralacca_messages_total', 'Signed messages by kind: receipts, notices, envelopes', [
    'kind',
  ])
  const arrivals = counter('ceralacca_arrivals_total', 'Messages at the incoming point by what they were', ['sort'])
  const alarms = counter('ceralacca_alarms_total', 'Alarms that want a person', ['name'])
  const connections = new Gauge({
    name: 'ceralacca_connections',
    help: 'Open connections of clients and other servers',
    labelNames: ['service'],
    registers: [registry],
  })
  let sources: Sources = {}
  gauges(registry, () => sources)
  return {
    registry,
    stage: stageClock(registry),
    imapCommand: histogram(registry, {
      name: 'ceralacca_imap_command_seconds',
      help: 'Time of IMAP commands by name',
      label: 'command',
    }),
    made: (kind) => {
      signatures.inc()
      messages.inc({ kind })
    },
    arrived: (sort) => arrivals.inc({ sort }),
    connections: (service, change) => connections.inc({ service }, change),
    alarm: (name) => alarms.inc({ name }),
    watch: (more) => {
      sources = { ...sources, ...more }
    },
  }
}

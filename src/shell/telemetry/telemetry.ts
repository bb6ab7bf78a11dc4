// What a use case tells of itself: stages, messages made, arrivals, events. One value for each provider.
import type { Alarm } from '../../core/ports.ts'
import type { ImapEvent } from '../servers/imap/options.ts'
import type { Pop3Event } from '../servers/pop3/options.ts'
import type { SmtpEvent } from '../servers/smtp/options.ts'
import type { LogEvent } from './events.ts'
import { type Log, silentLog } from './log.ts'
import { createMetrics, type Metrics, type Sources } from './metrics.ts'

export type Telemetry = Pick<Metrics, 'stage' | 'made' | 'arrived' | 'imapCommand'> & {
  readonly log: (event: LogEvent) => void
  /** Log of one SMTP server, which counts its connections too. */
  readonly smtp: (service: 'submission' | 'incoming') => (event: SmtpEvent) => void
  /** Log of the IMAP servers, which counts their connections too. */
  readonly imap: (event: ImapEvent) => void
  /** Log of the POP3 servers, which counts their connections too. */
  readonly pop3: (event: Pop3Event) => void
  /** Tells the operator: an event in the log, and a counter to put an alert on. */
  readonly alarm: Alarm
  readonly watch: (sources: Sources) => void
  /** The page for Prometheus. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** Makes the telemetry of one provider. */
export const createTelemetry = (options: { readonly log?: Log; readonly processFigures?: boolean } = {}): Telemetry => {
  const log = options.log ?? silentLog
  const figures = createMetrics({ processFigures: options.processFigures ?? false })
  return {
    stage: figures.stage,
    made: figures.made,
    arrived: figures.arrived,
    imapCommand: figures.imapCommand,
    watch: figures.watch,
    log: log.event,
    smtp: (service) => (event) => {
      if (event.kind === 'smtpOpened') figures.connections(service, 1)
      if (event.kind === 'smtpClosed') figures.connections(service, -1)
      log.event(event)
    },
    imap: (event) => {
      if (event.kind === 'imapOpened') figures.connections('imap', 1)
      if (event.kind === 'imapClosed') figures.connections('imap', -1)
      log.event(event)
    },
    pop3: (event) => {
      if (event.kind === 'pop3Opened') figures.connections('pop3', 1)
      if (event.kind === 'pop3Closed') figures.connections('pop3', -1)
      log.event(event)
    },
    alarm: {
      raise: (name, details) => {
        figures.alarm(name)
        log.event({ kind: 'alarm', name, details })
      },
    },
    metrics: async () => ({ contentType: figures.registry.contentType, text: await figures.registry.metrics() }),
  }
}

// The log of operations: JSON lines on standard output, typed events only. What legally happened is in the journal.
import { type DestinationStream, destination, pino } from 'pino'
import { Fault } from '../../core/lib/refusal.ts'
import { LEVELS, type Level, type LogEvent } from './events.ts'

export type Log = {
  readonly event: (event: LogEvent) => void
  /** Writes what is buffered; to be called before the process ends. */
  readonly flush: () => void
}

export type LogOptions = {
  /** Name of the provider that speaks, where several share a process. */
  readonly provider?: string
  readonly level?: Level | 'silent'
  /** Where lines go; standard output unless given. */
  readonly to?: DestinationStream
}

const TEXT_LIMIT = 1_000

type Told = { readonly name: string; readonly message: string; readonly port?: string; readonly stack?: string }

/** An error as the log tells it. A fault of the world has no stack worth reading; a bug has. */
const tellError = (error: unknown): Told => {
  if (error instanceof Fault) return { name: 'Fault', port: error.port, message: error.message.slice(0, TEXT_LIMIT) }
  if (!(error instanceof Error)) return { name: typeof error, message: String(error).slice(0, TEXT_LIMIT) }
  const told = { name: error.name, message: error.message.slice(0, TEXT_LIMIT) }
  return error.stack ? { ...told, stack: error.stack.slice(0, 4 * TEXT_LIMIT) } : told
}

/** Opens a log. Lines are buffered by a few kilobytes on standard output, where they cost the message nothing. */
export const openLog = (options: LogOptions = {}): Log => {
  const buffered = options.to ? undefined : destination({ dest: 1, sync: false, minLength: 4_096 })
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: options.provider ? { provider: options.provider } : null,
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.to ?? buffered!,
  )
  // A quiet server must not keep its lines to itself.
  const timer = buffered ? setInterval(() => buffered.flush(), 500) : undefined
  timer?.unref()
  return {
    event: (event) => {
      const level = LEVELS[event.kind]
      if (!logger.isLevelEnabled(level)) return
      logger[level]('error' in event ? { ...event, error: tellError(event.error) } : event)
    },
    flush: () => {
      try {
        buffered?.flushSync()
      } catch {
        // standard output is not open yet or no more: there is nobody to tell
      }
    },
  }
}

/** A log that says nothing: for tests. */
export const silentLog: Log = { event: () => {}, flush: () => {} }

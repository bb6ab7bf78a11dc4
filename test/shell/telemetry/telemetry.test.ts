// The figures and the log of a provider.
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { type Log, openLog } from '../../../src/shell/telemetry/log.ts'
import { createTelemetry } from '../../../src/shell/telemetry/telemetry.ts'

const figures = async (telemetry: ReturnType<typeof createTelemetry>): Promise<ReadonlyMap<string, string>> => {
  const { text } = await telemetry.metrics()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]))
}

describe('the figures', () => {
  it('count what is made, by kind, and the signatures', async () => {
    const telemetry = createTelemetry()
    for (const kind of ['acceptance', 'transportEnvelope', 'acceptance'] as const) telemetry.made(kind)
    telemetry.arrived('envelope')
    const page = await figures(telemetry)
    expect(page.get('ceralacca_signatures_total')).toBe('3')
    expect(page.get('ceralacca_messages_total{kind="acceptance"}')).toBe('2')
    expect(page.get('ceralacca_arrivals_total{sort="envelope"}')).toBe('1')
  })

  it('take the time of a stage once, when it ends', async () => {
    const telemetry = createTelemetry()
    const stop = telemetry.stage('seal')
    expect((await figures(telemetry)).get('ceralacca_stage_seconds_count{stage="seal"}')).toBe('0')
    stop()
    expect((await figures(telemetry)).get('ceralacca_stage_seconds_count{stage="seal"}')).toBe('1')
    expect((await figures(telemetry)).get('ceralacca_stage_seconds_bucket{le="120",stage="seal"}')).toBe('1')
  })

  it('are apart for two providers in one process', async () => {
    const alfa = createTelemetry({ processFigures: true })
    const beta = createTelemetry({ processFigures: true })
    alfa.made('acceptance')
    expect((await figures(alfa)).get('ceralacca_signatures_total')).toBe('1')
    expect((await figures(beta)).get('ceralacca_signatures_total')).toBe('0')
  })

  it('ask their sources when they are read', async () => {
    const telemetry = createTelemetry()
    let queue = [{ kind: 'transfer', waiting: 7, oldestAgeSeconds: 12.5 }]
    let ageSeconds = 60
    telemetry.watch({ queue: async () => queue, scanner: async () => true })
    telemetry.watch({ directory: () => ({ ageSeconds, providers: 2, domains: 3 }) })
    const before = await figures(telemetry)
    expect(before.get('ceralacca_queue_jobs{kind="transfer"}')).toBe('7')
    expect(before.get('ceralacca_queue_oldest_seconds{kind="transfer"}')).toBe('12.5')
    expect(before.get('ceralacca_scanner_up')).toBe('1')
    expect(before.get('ceralacca_directory_providers')).toBe('2')
    expect(before.get('ceralacca_directory_domains')).toBe('3')
    queue = []
    ageSeconds = 61
    const after = await figures(telemetry)
    expect(after.has('ceralacca_queue_jobs{kind="transfer"}')).toBe(false)
    expect(after.get('ceralacca_directory_age_seconds')).toBe('61')
  })

  it('survive sources that fail: no invented figure, and a scanner that is down is down', async () => {
    const telemetry = createTelemetry()
    telemetry.made('acceptance')
    telemetry.watch({
      queue: () => Promise.reject(new Fault('db', 'gone')),
      scanner: () => Promise.reject(new Fault('scanner', 'gone')),
      directory: () => {
        throw new Error('none yet')
      },
    })
    const page = await figures(telemetry)
    expect(page.get('ceralacca_signatures_total')).toBe('1')
    expect(page.get('ceralacca_scanner_up')).toBe('0')
    expect([...page.keys()].some((key) => key.startsWith('ceralacca_queue_jobs'))).toBe(false)
    expect(page.has('ceralacca_directory_age_seconds')).toBe(false)
  })

  it('follow the connections of each service', async () => {
    const telemetry = createTelemetry()
    const log = telemetry.smtp('incoming')
    log({ kind: 'smtpOpened', id: 'a', remoteAddress: '::1' })
    log({ kind: 'smtpOpened', id: 'b', remoteAddress: '::1' })
    log({ kind: 'smtpClosed', id: 'a', messages: 1, why: 'quit' })
    expect((await figures(telemetry)).get('ceralacca_connections{service="incoming"}')).toBe('1')
  })

  it('count alarms by name', async () => {
    const telemetry = createTelemetry()
    telemetry.alarm.raise('directoryStale', { ageSeconds: 90_000 })
    expect((await figures(telemetry)).get('ceralacca_alarms_total{name="directoryStale"}')).toBe('1')
  })
})

describe('the log', () => {
  const lines: string[] = []
  const open = (level?: 'debug' | 'info'): Log => {
    lines.length = 0
    return openLog({ provider: 'alfa', to: { write: (line) => lines.push(line) }, ...(level ? { level } : {}) })
  }
  const said = () => lines.map((line) => JSON.parse(line))

  it('writes an event as one line of JSON with its level', () => {
    open().event({ kind: 'listening', service: 'incoming', host: '127.0.0.1', port: 1025 })
    expect(said()).toEqual([
      {
        level: 'info',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        provider: 'alfa',
        kind: 'listening',
        service: 'incoming',
        host: '127.0.0.1',
        port: 1025,
      },
    ])
  })

  it('tells a fault by its port, and a bug with its stack', () => {
    const log = open()
    log.event({ kind: 'smtpFault', id: 's1', error: new Fault('scanner', 'clamd hung up') })
    log.event({ kind: 'smtpBug', id: 's1', reference: 'r1', error: new TypeError('x is undefined') })
    const [fault, bug] = said()
    expect(fault).toMatchObject({ level: 'warn', error: { port: 'scanner', message: 'scanner: clamd hung up' } })
    expect(fault.error.stack).toBeUndefined()
    expect(bug).toMatchObject({ level: 'error', reference: 'r1', error: { name: 'TypeError' } })
    expect(bug.error.stack).toContain('telemetry.test.ts')
  })

  it('cuts what is too long, and takes what is no Error', () => {
    const log = open()
    log.event({ kind: 'smtpFault', id: 's1', error: new Error('y'.repeat(100_000)) })
    log.event({ kind: 'smtpFault', id: 's1', error: 'thrown text' })
    expect(lines[0]!.length).toBeLessThan(8_000)
    expect(said()[1].error).toEqual({ name: 'string', message: 'thrown text' })
  })

  it('keeps each connection for those who ask for detail', () => {
    open().event({ kind: 'smtpOpened', id: 'a', remoteAddress: '::1' })
    expect(lines).toEqual([])
    open('debug').event({ kind: 'smtpOpened', id: 'a', remoteAddress: '::1' })
    expect(said()).toMatchObject([{ level: 'debug', kind: 'smtpOpened' }])
  })
})

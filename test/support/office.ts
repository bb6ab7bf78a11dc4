// An office for tests: a real database, a clock that the test moves, a relay that remembers what it was given.
import type { OrdinaryMail, RecipientOutcome, Relay } from '../../src/core/ports.ts'
import { eicarScanner } from '../../src/shell/adapters/eicar.ts'
import { openVault } from '../../src/shell/adapters/vault.ts'
import type { Office } from '../../src/shell/office.ts'
import type { Job, JobHandler } from '../../src/shell/outbox/outbox.ts'
import { type Outbox, openOutbox } from '../../src/shell/outbox/outbox.ts'
import type { JobKind } from '../../src/shell/pec/changes.ts'
import { type TestDatabase, testDatabase } from '../shell/db/support.ts'

export type TestRelay = Relay & {
  readonly sent: OrdinaryMail[]
  /** What the next sendings answer; delivered where there is none. An Error is thrown. */
  readonly outcomes: (RecipientOutcome | Error)[]
}

export const testRelay = (captures = false): TestRelay => {
  const sent: OrdinaryMail[] = []
  const outcomes: (RecipientOutcome | Error)[] = []
  return {
    captures,
    sent,
    outcomes,
    send: async (mail) => {
      const outcome = outcomes.shift() ?? { kind: 'delivered', reply: '250 2.0.0 taken' }
      if (outcome instanceof Error) throw outcome
      if (outcome.kind === 'delivered') sent.push(mail)
      return outcome
    },
    close: async () => {},
  }
}

export type TestOffice = Office & {
  readonly relay: TestRelay
  readonly clock: { now: () => number; advance: (ms: number) => void }
  readonly database: TestDatabase
  /** Bugs and faults of jobs since the beginning. */
  readonly failures: { readonly job: Job; readonly error: unknown }[]
  /** An outbox with these handlers, which runs when told. */
  readonly outbox: (handlers: Partial<Record<JobKind, JobHandler>>) => Outbox
  readonly stop: () => Promise<void>
}

/** Monday, 9 March 2026, 10:00 in Italy. */
export const OFFICE_TIME = Date.UTC(2026, 2, 9, 9)

/** An office over a database of its own. */
export const testOffice = async (changes: Partial<Office> = {}): Promise<TestOffice> => {
  const database = await testDatabase()
  let now = OFFICE_TIME
  const clock = {
    now: () => now,
    advance: (ms: number) => {
      now += ms
    },
  }
  const failures: { job: Job; error: unknown }[] = []
  const office: Office = {
    provider: {
      name: 'Gestore di Prova',
      domain: 'pec.prova.example',
      serviceAddress: 'posta-certificata@pec.prova.example',
      serviceMailbox: 'ricevute@pec.prova.example',
    },
    domains: new Set(['pec.prova.example']),
    db: database.db,
    clock,
    scanner: { ...eicarScanner(), version: async () => 'test' },
    vault: openVault([{ id: 'test', key: new Uint8Array(32).fill(7) }]),
    relay: testRelay(),
    isCertified: (domain) => domain.startsWith('pec.'),
    publicUrl: 'https://prova.example',
    noticeFrom: 'Gestore di Prova <attivazioni@prova.example>',
    deskAddress: 'assistenza@pec.prova.example',
    papersAddress: 'documenti@pec.prova.example',
    helpAddress: 'aiuto@pec.prova.example',
    seller: {
      name: 'Gestore di Prova S.r.l.',
      vatNumber: '01234560017',
      fiscalCode: '01234560017',
      taxRegime: 'RF01',
      address: { street: 'Via della Ceralacca 1', postcode: '10100', town: 'Torino', province: 'TO' },
      iban: 'IT60X0542811101000000123456',
    },
    reviewDays: 2,
    secondFactor: true,
    accountPolicy: {},
    sandbox: false,
    log: () => {},
    ...changes,
  }
  return {
    ...office,
    relay: office.relay as TestRelay,
    clock,
    database,
    failures,
    outbox: (handlers) =>
      openOutbox({
        db: database.db,
        clock,
        node: 'test',
        leaseMs: 60_000,
        concurrency: {},
        pollMs: 1_000,
        handlers,
        onError: (job, error) => failures.push({ job, error }),
      }),
    stop: () => database.drop(),
  }
}

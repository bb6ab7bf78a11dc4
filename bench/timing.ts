// Whether time tells that an address exists: a thousand tries of each way to ask, known and unknown in an order of chance,
// judged by their ranks. `npm run bench -- timing`; the machine may be busy, both kinds are slowed alike.
import { performance } from 'node:perf_hooks'
import { HOUR } from '../src/core/lib/instant.ts'
import { askReset } from '../src/shell/identity/account/reset.ts'
import { signInToAccount } from '../src/shell/identity/account/signIn.ts'
import { hashPassword } from '../src/shell/identity/passwords.ts'
import { startRecovery } from '../src/shell/identity/recovery/request.ts'
import { newToken } from '../src/shell/identity/tokens.ts'
import { createMailbox } from '../src/shell/mailstore/mailboxes.ts'
import { type TestOffice, testOffice } from '../test/support/office.ts'
import { compareRanks, interleaved } from '../test/support/ranks.ts'
import { median, round } from './measure.ts'
import { atMost, type Report } from './report.ts'

const TRIES = 1_000
const BOXES = 100
/** Chance alone goes beyond in one run of a thousand. */
const GOAL = 0.06

type Kind = 'known' | 'unknown'
/** A try number so many: the same address comes seldom, no network comes twice. */
type Way = (office: TestOffice, address: string, n: number) => Promise<unknown>

const network = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

const WAYS: Readonly<Record<string, Way>> = {
  'sign-in': (office, name, n) =>
    signInToAccount(
      office,
      { name, password: 'wrong' },
      { remoteAddress: network(n), userAgent: '', newToken: newToken('account'), newDevice: newToken('device') },
    ),
  'new password': (office, address, n) => askReset(office, address, network(n)),
  'dead reference e-mail': (office, address, n) =>
    startRecovery(
      office,
      { address, fiscalCode: 'RSSMRA80A01L219M', email: `person${n}@posta.example` },
      newToken('recovery'),
    ),
}

const measure = async (office: TestOffice, name: string, way: Way): Promise<Report> => {
  const times: Record<Kind, number[]> = { known: [], unknown: [] }
  let n = 0
  for (const kind of interleaved<Kind>(['known', 'unknown'], TRIES / 2)) {
    // Nothing is slowed on purpose.
    office.clock.advance(HOUR)
    const address = `${kind === 'known' ? 'box' : 'nobody'}${n % BOXES}@pec.prova.example`
    const begun = performance.now()
    await way(office, address, ++n)
    times[kind].push(performance.now() - begun)
  }
  const { above, z } = compareRanks(times.known, times.unknown)
  return {
    name: `timing: ${name}`,
    workload: `${TRIES} tries, half at boxes that there are`,
    checks: [atMost('by how much one kind is slower, as a share of pairs', Math.abs(above - 0.5), GOAL)],
    figures: {
      knownMs: round(median(times.known)),
      unknownMs: round(median(times.unknown)),
      above: round(above),
      deviations: round(z),
    },
  }
}

/** Tries all ways, one after the other. */
export const measureTiming = async (say: (line: string) => void): Promise<readonly Report[]> => {
  const office = await testOffice()
  try {
    const passwordHash = await hashPassword('quattro Mele verdi 7')
    for (let i = 0; i < BOXES; i++) {
      const address = `box${i}@pec.prova.example`
      await createMailbox(office.db, { address, passwordHash, quotaBytes: 1_000_000, uidValidity: 1 })
    }
    const reports: Report[] = []
    for (const [name, way] of Object.entries(WAYS)) {
      say(`${name}: ${TRIES} tries …`)
      reports.push(await measure(office, name, way))
    }
    return reports
  } finally {
    await office.stop()
  }
}

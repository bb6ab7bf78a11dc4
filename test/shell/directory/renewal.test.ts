// A provider renews its certificate (RFC 6109 §4.5): the new one enters under the old one's signature, both are good for
// a while, then only the new one; what the old one signed stays good in archives, with the directory of its time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { sha1Fingerprint } from '../../../src/core/smime/certificate.ts'
import { verifyMessage } from '../../../src/shell/cli/verify.ts'
import { openGatherer } from '../../../src/shell/directory/gather.ts'
import { makePublisher } from '../../../src/shell/directory/publish.ts'
import { openDirectory } from '../../../src/shell/directory/refresh.ts'
import { type Made, NOW, trustOf } from '../../core/smime/make.ts'
import { envelopeSignedBy } from '../cli/support.ts'
import {
  ALFA,
  authority,
  certificateOf,
  factsOf,
  fakeAlarm,
  fakeClock,
  fakeFetcher,
  publish,
  root,
  signerOf,
  urlOf,
} from './support.ts'

const INDEX = 'https://ente.example/igpec.ldif.p7m'
const old = certificateOf(ALFA, NOW - 300 * DAY, NOW + 30 * DAY)
const next = certificateOf(ALFA, NOW, NOW + 300 * DAY)
const trust = trustOf([root])

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'ceralacca-renewal-'))
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

const network = async () => {
  const given = { clock: fakeClock(), alarm: fakeAlarm(), fetcher: fakeFetcher() }
  const { pages } = given.fetcher
  const gatherer = await openGatherer({
    ...given,
    signer: signerOf(authority),
    sources: [{ name: ALFA, url: urlOf(ALFA), certificateHashes: [sha1Fingerprint(old.certificate.der)] }],
    trust: () => trust,
    url: INDEX,
    stateDir,
  })
  const holder = await openDirectory({
    ...given,
    db: { query: async () => [] },
    url: INDEX,
    roots: [root.certificate.der],
  })
  /** The provider publishes, the authority gathers, a node refreshes. */
  const spread = async (part: Promise<Uint8Array>): Promise<void> => {
    pages.set(urlOf(ALFA), await part)
    await gatherer.gather()
    pages.set(INDEX, gatherer.index()!)
    await holder.refresh()
  }
  const known = (one: Made): boolean =>
    holder.current().providerOfCertificate(sha1Fingerprint(one.certificate.der)) !== undefined
  return { ...given, holder, spread, known }
}

it('passes from the old certificate to the new one without a gap', async () => {
  const { clock, holder, spread, known, alarm } = await network()
  await spread(publish(ALFA, [old]))
  expect([known(old), known(next)]).toEqual([true, false])
  const archived = holder.current()

  await spread(publish(ALFA, [old, next], { signer: old }))
  expect([known(old), known(next)]).toEqual([true, true])

  clock.advance(20 * DAY)
  await spread(publish(ALFA, [next], { at: clock.now() }))
  expect([known(old), known(next)]).toEqual([false, true])
  expect(alarm.names()).toEqual([])

  const message = envelopeSignedBy(old, NOW)
  const verify = (directory: typeof archived, at?: number) =>
    verifyMessage(message, { trust, directories: [directory], at, now: clock.now() }).verification
  const reasons = (directory: typeof archived, at?: number) =>
    verify(directory, at)
      .checks.filter((check) => check.outcome === 'fails')
      .map((check) => check.reason)
  // an archive: judged when it was signed, by the directory of that time
  expect(verify(archived).verdict).toBe('holds')
  expect(reasons(holder.current())).toEqual(['notListed'])
  clock.advance(20 * DAY)
  expect(reasons(archived, clock.now())).toEqual(['expired'])
})

it('the new certificate cannot introduce itself', async () => {
  const { spread, known, alarm } = await network()
  await spread(publish(ALFA, [old]))
  await expect(spread(publish(ALFA, [old, next], { signer: next }))).rejects.toThrow(ALFA)
  expect(known(next)).toBe(false)
  expect(alarm.details()).toContain('not known as its own')
})

it('a publisher signs once for many readers', async () => {
  const clock = fakeClock()
  let signatures = 0
  const signer = signerOf(old)
  const counting: typeof signer = {
    ...signer,
    sign: (bytes) => {
      signatures++
      return signer.sign(bytes)
    },
  }
  const page = makePublisher(factsOf(ALFA, [old, next]), counting, clock)
  await Promise.all([page(), page(), page()])
  clock.advance(DAY)
  await page()
  expect(signatures).toBe(2)
})

it('nobody publishes facts that nobody could accept', async () => {
  await expect(publish(ALFA, [old], { domains: ['not a domain'] })).rejects.toThrow('not a domain')
})

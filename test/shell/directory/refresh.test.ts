import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { printDirectory } from '../../../src/core/directory/schema.ts'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { recordOf } from '../../../src/shell/directory/publish.ts'
import { type DirectoryOptions, openDirectory } from '../../../src/shell/directory/refresh.ts'
import { signLdif } from '../../../src/shell/directory/signedLdif.ts'
import { type Made, makeCrl, NOW, trustOf } from '../../core/smime/make.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import {
  ALFA,
  authority,
  BETA,
  certificateOf,
  factsOf,
  fakeAlarm,
  fakeClock,
  fakeFetcher,
  root,
  signerOf,
  stranger,
} from './support.ts'

const URL = 'https://ente.example/igpec.ldif.p7m'
const alfa = certificateOf(ALFA)
const beta = certificateOf(BETA)

const indexOf = (providers: readonly (readonly [string, Made])[], at = NOW, by: Made = authority) =>
  signLdif(
    printDirectory(
      providers.map(([name, one]) => recordOf(factsOf(name, [one]))),
      { url: URL },
    ),
    signerOf(by),
    at,
  )
const both = [
  [ALFA, alfa],
  [BETA, beta],
] as const

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.query('test_clear', 'delete from directory_copy')
})

const world = () => ({ clock: fakeClock(), alarm: fakeAlarm(), fetcher: fakeFetcher() })
const open = (given: ReturnType<typeof world>, change: Partial<DirectoryOptions> = {}) =>
  openDirectory({
    db: database.db,
    url: URL,
    roots: [root.certificate.der],
    signedBy: ['indice@ente.example'],
    ...given,
    ...change,
  })

describe('the directory of a node', () => {
  it('has none at first, and says so by a Fault', async () => {
    const given = world()
    const holder = await open(given)
    expect(holder.hasCopy()).toBe(false)
    expect(holder.fetchedAt()).toBeUndefined()
    expect(() => holder.current()).toThrow(Fault)
    await expect(holder.refresh()).rejects.toThrow(Fault)
    expect(given.alarm.names()).toEqual([]) // servers that start together
    given.clock.advance(2 * 60_000)
    await expect(holder.refresh()).rejects.toThrow(Fault)
    expect(given.alarm.names()).toEqual(['directory.notRefreshed'])
  })

  it('takes a signed index, and keeps the same value while its content is the same', async () => {
    const given = world()
    const holder = await open(given)
    given.fetcher.pages.set(URL, await indexOf(both))
    expect(await holder.refresh()).toBe('updated')
    const before = holder.current()
    expect(before.isCertified('PEC.beta.example')).toBe(true)
    given.clock.advance(HOUR)
    given.fetcher.pages.set(URL, await indexOf(both, NOW + HOUR)) // signed anew
    expect(await holder.refresh()).toBe('unchanged')
    expect(holder.current()).toBe(before)
    expect(holder.fetchedAt()).toBe(NOW + HOUR)
    given.fetcher.pages.set(URL, await indexOf([[ALFA, alfa]], NOW + HOUR))
    expect(await holder.refresh()).toBe('updated')
    expect(holder.current().isCertified('pec.beta.example')).toBe(false)
  })

  it('is there again after a restart, even when the certificate that signed it has ended since', async () => {
    const given = world()
    const brief = certificateOf(ALFA, NOW - DAY, NOW + DAY)
    given.fetcher.pages.set(URL, await indexOf(both, NOW, brief))
    await (await open(given, { signedBy: undefined })).refresh()
    given.clock.advance(9 * DAY)
    const later = await open(given, { signedBy: undefined })
    expect(later.hasCopy()).toBe(true)
    expect(later.fetchedAt()).toBe(NOW)
    await expect(later.refresh()).rejects.toThrow('expired')
    expect(later.current().records).toHaveLength(2)
    expect(given.alarm.names()).toEqual(['directory.notRefreshed', 'directory.old'])
  })

  it('refuses a stored copy that somebody altered', async () => {
    const given = world()
    given.fetcher.pages.set(URL, await indexOf(both))
    await (await open(given)).refresh()
    await database.db.query(
      'test_tamper',
      "update directory_copy set p7m = overlay(p7m placing 'X'::bytea from position('pec.beta'::bytea in p7m))",
    )
    expect((await open(given)).hasCopy()).toBe(false)
    expect(given.alarm.names()).toEqual(['directory.copyRefused'])
  })

  const hostile: [string, () => Promise<Uint8Array>, RegExp][] = [
    ['an older index than ours (replay)', () => indexOf([[ALFA, alfa]], NOW - DAY), /older/],
    ['an index of the future', () => indexOf(both, NOW + 3 * DAY), /future/],
    ['an index signed under another authority', () => indexOf(both, NOW, stranger), /unknownIssuer/],
    ['an index signed by one of the providers', () => indexOf(both, NOW, beta), /signed by/],
    ['a page that is no index', async () => Buffer.from('<html>'), /CMS/],
    ['an altered index', async () => tampered(await indexOf(both)), /digestMismatch/],
    [
      'an index that contradicts itself',
      () =>
        signLdif(
          printDirectory([recordOf(factsOf(ALFA, [alfa])), recordOf(factsOf(BETA, [beta], ['pec.alfa.example']))]),
          signerOf(authority),
          NOW,
        ),
      /claimed by/,
    ],
  ]
  const tampered = (p7m: Uint8Array): Uint8Array => {
    const copy = Buffer.from(p7m)
    copy.write('X', copy.indexOf('servizio@'))
    return copy
  }
  it.each(hostile)('keeps the last good copy against %s', async (_, bytes, reason) => {
    const given = world()
    const holder = await open(given)
    given.fetcher.pages.set(URL, await indexOf(both))
    await holder.refresh()
    const before = holder.current()
    given.fetcher.pages.set(URL, await bytes())
    await expect(holder.refresh()).rejects.toThrow(reason)
    expect(holder.current()).toBe(before)
    expect(given.alarm.names()).toEqual(['directory.notRefreshed'])
  })

  it('refuses an index whose signer was revoked since', async () => {
    const given = world()
    const crl = makeCrl(root, [{ serialHex: authority.certificate.serialHex, at: NOW - HOUR }])
    given.fetcher.pages.set(URL, await indexOf(both))
    const holder = await open(given, { trust: () => trustOf([root], [crl]) })
    await expect(holder.refresh()).rejects.toThrow('revoked')
    expect(holder.hasCopy()).toBe(false)
  })

  it('tells of an index without ourselves, and takes it', async () => {
    const given = world()
    const holder = await open(given, { ownCertificate: beta.certificate.der })
    given.fetcher.pages.set(URL, await indexOf([[ALFA, alfa]]))
    expect(await holder.refresh()).toBe('updated')
    expect(given.alarm.names()).toEqual(['directory.withoutUs'])
  })

  it('tells of an index that is served but signed no more (freeze)', async () => {
    const given = world()
    const holder = await open(given)
    given.fetcher.pages.set(URL, await indexOf(both))
    await holder.refresh()
    given.clock.advance(4 * DAY)
    await holder.refresh()
    expect(given.alarm.names()).toEqual(['directory.notRenewed'])
  })

  it('a database that fails costs no directory', async () => {
    const given = world()
    const query = async () => {
      throw new Fault('database', 'away')
    }
    const holder = await open(given, {
      db: {
        query: (name, text, values) =>
          name === 'directory_copy_save' ? query() : database.db.query(name, text, values),
      },
    })
    given.fetcher.pages.set(URL, await indexOf(both))
    await expect(holder.refresh()).rejects.toThrow('database')
    expect(holder.current().records).toHaveLength(2)
  })
})

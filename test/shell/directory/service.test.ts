import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import { sha1Fingerprint } from '../../../src/core/smime/certificate.ts'
import { httpsFetcher } from '../../../src/shell/adapters/fetcher.ts'
import { openGatherer } from '../../../src/shell/directory/gather.ts'
import { startDirectoryService } from '../../../src/shell/directory/service.ts'
import { openSignedLdif } from '../../../src/shell/directory/signedLdif.ts'
import { extensions, toPem } from '../../../src/shell/sandbox/x509.ts'
import { caExtensions, type Made, make, makeCrl, NOW, trustOf } from '../../core/smime/make.ts'
import {
  ALFA,
  authority,
  BETA,
  certificateOf,
  fakeAlarm,
  fakeClock,
  fakeFetcher,
  publish,
  root,
  signerOf,
  stranger,
  trustIn,
  urlOf,
} from './support.ts'

const alfa = certificateOf(ALFA)
const beta = certificateOf(BETA)
const URL = 'https://ente.example/igpec.ldif.p7m'
const trust = trustOf([root])

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'ceralacca-index-'))
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

const world = () => ({ clock: fakeClock(), alarm: fakeAlarm(), fetcher: fakeFetcher() })
const source = (name: string, one: Made) => ({
  name,
  url: urlOf(name),
  certificateHashes: [sha1Fingerprint(one.certificate.der)],
})
const optionsFor = (given: ReturnType<typeof world>) => ({
  ...given,
  signer: signerOf(authority),
  sources: [source(ALFA, alfa), source(BETA, beta)],
  trust: () => trust,
  url: URL,
  stateDir,
})
const publishBoth = async (given: ReturnType<typeof world>) => {
  given.fetcher.pages.set(urlOf(ALFA), await publish(ALFA, [alfa]))
  given.fetcher.pages.set(urlOf(BETA), await publish(BETA, [beta]))
}
const opened = (p7m: Uint8Array | undefined, at = NOW) => openSignedLdif(p7m!, { trust, at })

describe('gathering', () => {
  it('merges the parts into an index that everybody can verify', async () => {
    const given = world()
    await publishBoth(given)
    const gatherer = await openGatherer(optionsFor(given))
    expect(gatherer.index()).toBeUndefined()
    expect(await gatherer.gather()).toBe('updated')
    const { directory, signer, signingTime } = opened(gatherer.index())
    expect(directory.url).toBe(URL)
    expect(directory.records.map((record) => record.name)).toEqual([ALFA, BETA])
    expect(signer.der).toEqual(authority.certificate.der)
    expect(signingTime).toBe(NOW)
    expect(await gatherer.gather()).toBe('unchanged')
  })

  it('waits a minute for all before the first index, then goes on without', async () => {
    const given = world()
    await publishBoth(given)
    given.fetcher.pages.delete(urlOf(BETA))
    const gatherer = await openGatherer(optionsFor(given))
    await expect(gatherer.gather()).rejects.toThrow(BETA)
    expect(gatherer.index()).toBeUndefined()
    expect(given.alarm.names()).toEqual([])
    given.clock.advance(MINUTE)
    await expect(gatherer.gather()).rejects.toThrow(BETA)
    expect(gatherer.records().map((record) => record.name)).toEqual([ALFA])
    expect(given.alarm.names()).toEqual(['directoryService.partFailed'])
  })

  it('signs anew after half a day, so that readers see it live', async () => {
    const given = world()
    await publishBoth(given)
    const gatherer = await openGatherer(optionsFor(given))
    await gatherer.gather()
    given.clock.advance(12 * HOUR)
    expect(await gatherer.gather()).toBe('unchanged')
    expect(opened(gatherer.index()).signingTime).toBe(NOW + 12 * HOUR)
  })

  it('serves its last index after a restart, and remembers what it has seen', async () => {
    const given = world()
    await publishBoth(given)
    await (await openGatherer(optionsFor(given))).gather()
    const again = await openGatherer(optionsFor(given))
    expect(again.complete()).toBe(true)
    given.fetcher.pages.set(urlOf(ALFA), await publish(ALFA, [alfa], { at: NOW - DAY, domains: ['old.alfa.example'] }))
    await expect(again.gather()).rejects.toThrow(ALFA)
    expect(given.alarm.details()).toContain('older')
    expect(again.records()[0]?.managedDomains).toEqual(['pec.alfa.example'])
  })

  const mallory = certificateOf(BETA)
  const hostile: [string, () => Promise<Uint8Array>, string, string][] = [
    ['a part of somebody else', () => publish(ALFA, [alfa]), 'partRefused', 'publishes a record of'],
    [
      'a part signed with a certificate nobody admitted',
      () => publish(BETA, [mallory]),
      'partRefused',
      'not known as its own',
    ],
    [
      'a part that takes the domain of another',
      () => publish(BETA, [beta], { domains: ['pec.beta.example', 'pec.alfa.example'] }),
      'partRefused',
      'pec.alfa.example',
    ],
    [
      'a part signed under another authority',
      () => publish(BETA, [beta], { signer: stranger }),
      'partFailed',
      'unknownIssuer',
    ],
    ['a page that is no part', async () => Buffer.from('no'), 'partFailed', 'CMS'],
    ['a part of the future', () => publish(BETA, [beta], { at: NOW + DAY }), 'partFailed', 'future'],
  ]
  it.each(hostile)('keeps what was known of a provider against %s', async (_, bytes, alarm, detail) => {
    const given = world()
    await publishBoth(given)
    const gatherer = await openGatherer(optionsFor(given))
    await gatherer.gather()
    const before = gatherer.records()
    given.fetcher.pages.set(urlOf(BETA), await bytes())
    await expect(gatherer.gather()).rejects.toThrow(BETA)
    expect(gatherer.records()).toEqual(before)
    expect(given.alarm.names()).toEqual([`directoryService.${alarm}`])
    expect(given.alarm.details()).toContain(detail)
  })
})

describe('the directory service', () => {
  // TLS goes by the clock of the machine
  const now = Date.now()
  const validity = { notBefore: now - DAY, notAfter: now + DAY }
  const tlsRoot = make('Ente TLS', { own: caExtensions(), ...validity })
  const server = make('Servizio', {
    issuer: tlsRoot,
    own: [extensions.alternativeNames({ ips: ['127.0.0.1'] })],
    ...validity,
  })
  const reader = make('Lettore', { issuer: tlsRoot, own: [extensions.keyUsage(0x80)], ...validity })
  const rootPem = toPem('CERTIFICATE', tlsRoot.certificate.der)
  const pemOf = (made: Made) => ({
    key: made.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: toPem('CERTIFICATE', made.certificate.der),
  })
  const start = (given: ReturnType<typeof world>, change: object = {}) =>
    startDirectoryService({
      ...optionsFor(given),
      trust: trustIn(given.clock),
      host: '127.0.0.1',
      port: 0,
      tls: { ...pemOf(server), clientCa: rootPem },
      crl: () => makeCrl(root).der,
      ...change,
    })

  it('serves index and revocation list over HTTPS', async () => {
    const given = world()
    await publishBoth(given)
    const service = await start(given)
    try {
      const fetcher = httpsFetcher({ roots: [rootPem] })
      const base = `https://127.0.0.1:${service.port}`
      await service.refresh()
      expect(service.complete()).toBe(true)
      expect(opened(await fetcher.get(`${base}/igpec.ldif.p7m`, 1e6)).directory.records).toHaveLength(2)
      expect(Buffer.from(await fetcher.get(`${base}/ca.crl`, 1e6))[0]).toBe(0x30)
      await expect(fetcher.get(`${base}/../parts.json`, 1e6)).rejects.toThrow('404')
    } finally {
      await service.close()
    }
  })

  it('answers 503 while there is no index', async () => {
    const service = await start(world(), { tls: undefined })
    try {
      const base = `http://127.0.0.1:${service.port}`
      expect((await fetch(`${base}/igpec.ldif.p7m`)).status).toBe(503)
      expect((await fetch(`${base}/igpec.ldif.p7m`, { method: 'POST', body: 'x' })).status).toBe(405)
      expect((await fetch(`${base}/ca.crl`)).headers.get('content-type')).toBe('application/pkix-crl')
    } finally {
      await service.close()
    }
  })

  it('gives the index only to those who show a certificate, where it is told so', async () => {
    const given = world()
    await publishBoth(given)
    const service = await start(given, { requireClientCertificate: true })
    try {
      await service.refresh()
      const url = `https://127.0.0.1:${service.port}/igpec.ldif.p7m`
      const known = pemOf(reader)
      const strange = pemOf(make('Estraneo', validity))
      const get = (client?: { key: string; cert: string }) =>
        httpsFetcher({
          roots: [rootPem],
          client: client && { key: client.key, certificate: client.cert },
        }).get(url, 1e6)
      await expect(get()).rejects.toThrow('403')
      await expect(get(strange)).rejects.toThrow('403')
      expect(opened(await get(known)).directory.records).toHaveLength(2)
    } finally {
      await service.close()
    }
  })

  it('refuses to ask for certificates that it could not judge', async () => {
    await expect(start(world(), { requireClientCertificate: true, tls: undefined })).rejects.toThrow('need TLS')
  })
})

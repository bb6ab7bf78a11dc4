import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import type { Certificate } from '../../../src/core/smime/certificate.ts'
import { openTrust, type TrustOptions } from '../../../src/shell/directory/trust.ts'
import { extensions, toPem } from '../../../src/shell/sandbox/x509.ts'
import { caExtensions, mailExtensions, make, makeCrl, NOW } from '../../core/smime/make.ts'
import { fakeAlarm, fakeClock, fakeFetcher, root, strangeRoot } from './support.ts'

const URL = 'http://crl.ente.example/ente.crl'

const open = (change: Partial<TrustOptions> = {}) => {
  const clock = fakeClock()
  const alarm = fakeAlarm()
  const fetcher = fakeFetcher()
  const trust = openTrust({
    roots: [root.certificate.der],
    crlUrls: [URL],
    fetcher,
    clock,
    alarm,
    everyMs: HOUR,
    ...change,
  })
  return { clock, alarm, pages: fetcher.pages, trust }
}

describe('the trust store', () => {
  it('takes roots as DER and as PEM, and refuses what is neither', () => {
    const pem = Buffer.from(toPem('CERTIFICATE', root.certificate.der))
    expect(open({ roots: [pem] }).trust.current().roots[0]?.serialHex).toBe(root.certificate.serialHex)
    expect(() => open({ roots: [Buffer.from('no')] })).toThrow('no certificate found')
  })

  it('fetches lists, DER or PEM, and keeps the same value while nothing changes', async () => {
    const { trust, pages } = open()
    const crl = makeCrl(root, [{ serialHex: '4101', at: NOW - DAY }])
    pages.set(URL, Buffer.from(toPem('X509 CRL', crl.der)))
    expect(await trust.refresh()).toBe('updated')
    const before = trust.current()
    expect(before.crls[0]?.revoked.has('4101')).toBe(true)
    pages.set(URL, crl.der)
    expect(await trust.refresh()).toBe('unchanged')
    expect(trust.current()).toBe(before)
  })

  it('keeps the last good list when it cannot be fetched, with an alarm', async () => {
    const { trust, pages, alarm } = open()
    pages.set(URL, makeCrl(root).der)
    await trust.refresh()
    pages.clear()
    await expect(trust.refresh()).rejects.toThrow(Fault)
    expect(trust.current().crls).toHaveLength(1)
    expect(alarm.names()).toEqual(['crl.failed'])
  })

  it('tells when the list it holds is past its term', async () => {
    const { trust, pages, alarm, clock } = open()
    pages.set(URL, makeCrl(root, [], NOW - DAY, 2).der)
    await trust.refresh()
    expect(alarm.names()).toEqual([])
    clock.advance(3 * DAY)
    await trust.refresh()
    expect(alarm.names()).toEqual(['crl.expired'])
  })

  it.each([
    ['a list of another authority', () => makeCrl(strangeRoot).der],
    ['a list in the name of ours, signed by another key', () => makeCrl({ ...root, key: strangeRoot.key }).der],
    ['an older list, which would forget a revocation', () => makeCrl(root, [], NOW - 9 * DAY, 30).der],
    ['a list of next month', () => makeCrl(root, [], NOW + 30 * DAY).der],
    ['a page that is no list', () => Buffer.from('<html>')],
  ])('refuses %s', async (_, bytes) => {
    const { trust, pages, alarm } = open()
    const good = makeCrl(root, [{ serialHex: '4101', at: NOW - DAY }])
    pages.set(URL, good.der)
    await trust.refresh()
    pages.set(URL, bytes())
    await expect(trust.refresh()).rejects.toThrow(Fault)
    expect(trust.current().crls[0]?.der).toEqual(good.der)
    expect(alarm.names()).toEqual(['crl.failed'])
  })

  it('follows the distribution points of certificates, once they are known', async () => {
    const known: Certificate[] = []
    const { trust, pages, alarm } = open({ crlUrls: 'fromCertificates', certificates: () => known })
    pages.set(URL, makeCrl(root).der)
    await expect(trust.refresh()).rejects.toThrow('not known yet')
    const own = [...mailExtensions('a@b.example'), extensions.crlUrl(URL)]
    known.push(make('Uno', { issuer: root, own }).certificate)
    expect(await trust.refresh()).toBe('updated')
    expect(trust.current().crls).toHaveLength(1)
    expect(alarm.names()).toEqual([])
  })

  it('takes the list of an intermediate authority', async () => {
    const middle = make('Mezzo', { issuer: root, own: caExtensions() })
    const { trust, pages } = open({ intermediates: [middle.certificate.der] })
    pages.set(URL, makeCrl(middle).der)
    expect(await trust.refresh()).toBe('updated')
  })

  describe('with a folder', () => {
    let stateDir: string
    beforeEach(() => {
      stateDir = mkdtempSync(join(tmpdir(), 'ceralacca-crl-'))
    })
    afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

    it('lists outlive a restart', async () => {
      const first = open({ stateDir })
      first.pages.set(URL, makeCrl(root, [{ serialHex: '4101', at: NOW - DAY }]).der)
      await first.trust.refresh()
      const again = open({ stateDir })
      await expect(again.trust.refresh()).rejects.toThrow(Fault)
      expect(again.trust.current().crls[0]?.revoked.has('4101')).toBe(true)
      again.pages.set(URL, makeCrl(root, [], NOW - 9 * DAY, 30).der)
      await expect(again.trust.refresh()).rejects.toThrow(Fault) // older than the one kept
      expect(again.trust.current().crls[0]?.revoked.size).toBe(1)
    })

    it('a folder that cannot be written costs no list', async () => {
      const { trust, pages, alarm } = open({ stateDir: join(stateDir, 'absent') })
      pages.set(URL, makeCrl(root).der)
      expect(await trust.refresh()).toBe('updated')
      expect(trust.current().crls).toHaveLength(1)
      expect(alarm.names()).toEqual(['crl.notKept'])
    })

    it('a kept list that was altered is refused', async () => {
      const first = open({ stateDir })
      first.pages.set(URL, makeCrl(root).der)
      await first.trust.refresh()
      const file = join(stateDir, readdirSync(stateDir)[0]!)
      writeFileSync(file, makeCrl({ ...root, key: strangeRoot.key }).der)
      const again = open({ stateDir })
      await expect(again.trust.refresh()).rejects.toThrow(Fault)
      expect(again.trust.current().crls).toEqual([])
      expect(again.alarm.names()).toEqual(['crl.copyRefused'])
    })
  })

  it('what one address lacks does not keep the others from being used', async () => {
    const { trust, pages } = open({ crlUrls: ['http://away.example/a.crl', URL] })
    pages.set(URL, makeCrl(root).der)
    await expect(trust.refresh()).rejects.toThrow('away.example')
    expect(trust.current().crls).toHaveLength(1)
  })
})

// Posting to addresses that others gave: which are public, and that nothing leads into our own network.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postUrl } from '../../../src/core/identity/alertDelivery.ts'
import { openPoster } from '../../../src/shell/adapters/poster.ts'
import { isPublicAddress } from '../../../src/shell/adapters/publicAddress.ts'
import { makeAuthority } from '../../../src/shell/sandbox/authority.ts'

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '198.17.0.1',
    '198.20.0.1',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2a00:1450:4002::1',
    '2606:4700::1111',
    '2001:200::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '1.2.3',
    '0x7f.1',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('a URL to post to', () => {
  it.each([
    ['https://push.example/a', 'https://push.example/a'],
    ['  https://PUSH.example:8443/a#part ', 'https://push.example:8443/a'],
    ['http://push.example/', undefined],
    ['ftp://push.example/', undefined],
    ['file:///etc/passwd', undefined],
    ['https://anna:secret@push.example/', undefined],
    ['//push.example/', undefined],
    ['', undefined],
  ])('%s', (typed, kept) => expect(postUrl(typed)).toBe(kept))
  it('of too many characters is none', () =>
    expect(postUrl(`https://push.example/${'a'.repeat(2_048)}`)).toBe(undefined))
})

describe('the poster', () => {
  const seen: { url: string; host: string; body: string }[] = []
  const open: Server[] = []
  const listen = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      open.push(server)
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      seen.push({ url: request.url!, host: request.headers.host!, body })
      if (request.url === '/silent') return
      if (request.url === '/redirect') response.writeHead(302, { location: '/inside' })
      else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '120' })
      else response.writeHead(201)
      response.end('x'.repeat(100_000))
    })
  }
  let plain: number
  let tls: number
  let roots: readonly string[]
  beforeAll(async () => {
    const authority = await makeAuthority({ crlUrl: 'http://crl.example/' })
    const pair = await authority.issueServerCertificate({ names: ['hook.example'], ips: [] })
    roots = [authority.certificatePem]
    plain = await listen(createServer(answer))
    tls = await listen(createTlsServer({ key: pair.keyPem, cert: pair.certificatePem }, answer))
  })
  afterAll(() => {
    for (const server of open) {
      server.closeAllConnections()
      server.close()
    }
  })
  const post = (options: Parameters<typeof openPoster>[0], url: string) =>
    openPoster(options).post({ url, headers: { 'x-test': 'yes' }, body: Buffer.from('ciao') })
  const to =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: 4 }))

  it.each([
    ['http://127.0.0.1/', 'notHttps'],
    ['https://127.0.0.1/', 'notPublic'],
    ['https://[::1]/', 'notPublic'],
    ['https://[::ffff:127.0.0.1]/', 'notPublic'],
    // the same address, as some write it
    ['https://2130706433/', 'notPublic'],
    ['https://0x7f000001/', 'notPublic'],
    ['https://0177.0.0.1/', 'notPublic'],
    ['https://127.1/', 'notPublic'],
    ['https://169.254.169.254/latest/meta-data', 'notPublic'],
    ['https://[fd00:ec2::254]/', 'notPublic'],
  ])('sends nothing to %s', async (url, why) => {
    expect(await post({}, url)).toEqual({ kind: 'refused', why })
    expect(await openPoster().check(url)).toEqual({ kind: 'refused', why })
  })
  it('sends nothing to a name that leads inside, with one of its addresses', async () => {
    const before = seen.length
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1']])
      expect(await post({ lookup: to(...addresses), roots }, `https://hook.example:${tls}/`)).toEqual({
        kind: 'refused',
        why: 'notPublic',
      })
    // the sandbox takes itself, not its network
    expect(await post({ loopback: true }, 'http://10.0.0.1/')).toEqual({ kind: 'refused', why: 'notPublic' })
    expect(await post({ loopback: true, lookup: to('8.8.8.8') }, 'http://hook.example/')).toMatchObject({
      kind: 'refused',
    })
    expect(seen).toHaveLength(before)
  })
  it('looks a name up once and connects to what it found, under the name', async () => {
    let asked = 0
    const lookup = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
    const answered = await post({ loopback: true, lookup, roots }, `https://hook.example:${tls}/here`)
    expect(answered).toMatchObject({ kind: 'answered', status: 201 })
    expect(asked).toBe(1)
    expect(seen.at(-1)).toEqual({ url: '/here', host: `hook.example:${tls}`, body: 'ciao' })
  })
  it('believes no server that is not the one it names', async () => {
    const lookup = to('127.0.0.1')
    expect(await post({ loopback: true, lookup }, `https://hook.example:${tls}/`)).toEqual({
      kind: 'silent',
      why: 'tls',
    })
    const wrongName = await post({ loopback: true, lookup, roots }, `https://other.example:${tls}/`)
    expect(wrongName).toEqual({ kind: 'silent', why: 'tls' })
  })
  it('follows no redirection, and tells when to come again', async () => {
    const at = `http://127.0.0.1:${plain}`
    expect(await post({ loopback: true }, `${at}/redirect`)).toMatchObject({ kind: 'answered', status: 302 })
    expect(seen.some(({ url }) => url === '/inside')).toBe(false)
    expect(await post({ loopback: true }, `${at}/busy`)).toEqual({
      kind: 'answered',
      status: 429,
      retryAfterMs: 120_000,
    })
  })
  it('says why nothing was answered', async () => {
    const nowhere = await post(
      { loopback: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) },
      'https://no.example/',
    )
    expect(nowhere).toEqual({ kind: 'silent', why: 'name' })
    expect(await post({ loopback: true }, 'http://127.0.0.1:1/')).toEqual({ kind: 'silent', why: 'connection' })
    expect(await post({ loopback: true, timeoutMs: 50 }, `http://127.0.0.1:${plain}/silent`)).toEqual({
      kind: 'silent',
      why: 'time',
    })
    const never = await post({ lookup: () => new Promise(() => {}), timeoutMs: 20 }, 'https://hook.example/')
    expect(never).toEqual({ kind: 'silent', why: 'time' })
  })
})

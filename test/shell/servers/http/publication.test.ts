// What is published over HTTPS, fetched by our own fetcher: limits, trust, and every way in which a fetch fails.
import { createServer, type RequestListener } from 'node:http'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/lib/refusal.ts'
import { httpsFetcher } from '../../../../src/shell/adapters/fetcher.ts'
import { makeAuthority as authorityOf, type SandboxAuthority } from '../../../../src/shell/sandbox/authority.ts'
import {
  type PublicationRoutes,
  publicationListener,
  startPublicationServer,
} from '../../../../src/shell/servers/http/publication.ts'

type Pair = { readonly key: string; readonly certificate: string }
const issue = async (by: SandboxAuthority, name: string, ips: readonly string[] = ['127.0.0.1']): Promise<Pair> => {
  const { keyPem, certificatePem } = await by.issueServerCertificate({ names: [name], ips })
  return { key: keyPem, certificate: certificatePem }
}
const makeAuthority = (name = 'Test CA') => authorityOf({ crlUrl: 'https://localhost/ca.crl', name })

let authority: SandboxAuthority
let tls: Pair
const closers: (() => unknown)[] = []
beforeAll(async () => {
  authority = await makeAuthority()
  tls = await issue(authority, 'localhost')
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const document = Buffer.from('0123456789')
const routes: PublicationRoutes = {
  '/directory/provider.ldif.p7m': async () => document,
  '/none': async () => undefined,
  '/broken': () => Promise.reject(new Error('no key')),
}
const start = async (clientRoots?: string) => {
  const server = await startPublicationServer({
    host: '127.0.0.1',
    port: 0,
    tls: clientRoots === undefined ? tls : { ...tls, clientRoots },
    routes,
  })
  closers.push(server.close)
  return { server, url: (path: string) => `https://127.0.0.1:${server.port}${path}` }
}
const plain = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}
const trusting = () => httpsFetcher({ roots: [authority.certificatePem] })

describe('the publication', () => {
  it('is fetched byte for byte', async () => {
    const { url } = await start()
    const bytes = await trusting().get(url('/directory/provider.ldif.p7m'), 10)
    expect(Buffer.from(bytes).equals(document)).toBe(true)
  })

  it('is served as signed data (RFC 6109 §4.5.6)', async () => {
    const server = createServer(publicationListener({ '/directory/provider.ldif.p7m': async () => document }))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const answer = await fetch(`http://127.0.0.1:${port}/directory/provider.ldif.p7m`)
    expect(answer.headers.get('content-type')).toBe('application/pkcs7-mime; smime-type=signed-data')
    await answer.body?.cancel()
    server.closeAllConnections()
    server.close()
  })

  it.each(['/other', '/none', '/broken', '/__proto__', '/constructor'])('gives nothing at %s', async (path) => {
    const { url } = await start()
    await expect(trusting().get(url(path), 1_000)).rejects.toThrow(/^directory: .*status (404|503)/)
  })

  it('is not believed from a server of another authority', async () => {
    const { url } = await start()
    const other = await makeAuthority('Other CA')
    const fetcher = httpsFetcher({ roots: [other.certificatePem] })
    await expect(fetcher.get(url('/directory/provider.ldif.p7m'), 1_000)).rejects.toBeInstanceOf(Fault)
  })

  it('is not believed from a server with another name', async () => {
    const { server } = await start()
    server.renew(await issue(authority, 'elsewhere.example', []))
    await expect(trusting().get(`https://127.0.0.1:${server.port}/none`, 1_000)).rejects.toThrow(/altname/)
  })

  it('goes on with a renewed certificate', async () => {
    const { server, url } = await start()
    const renewed = await makeAuthority('New CA')
    server.renew(await issue(renewed, 'localhost'))
    const bytes = await httpsFetcher({ roots: [renewed.certificatePem] }).get(
      url('/directory/provider.ldif.p7m'),
      1_000,
    )
    expect(bytes).toHaveLength(10)
  })

  it('asks for a certificate where it serves known clients only', async () => {
    const { url } = await start(authority.certificatePem)
    await expect(trusting().get(url('/directory/provider.ldif.p7m'), 1_000)).rejects.toBeInstanceOf(Fault)
    const known = httpsFetcher({
      roots: [authority.certificatePem],
      client: await issue(authority, 'provider.example'),
    })
    expect(await known.get(url('/directory/provider.ldif.p7m'), 1_000)).toHaveLength(10)
  })
})

describe('a fetch', () => {
  it.each(['http://127.0.0.1:1/', 'ftp://a.example/', 'file:///etc/passwd', 'nothing', ''])(
    'refuses %s',
    async (url) => {
      await expect(trusting().get(url, 1_000)).rejects.toThrow(/not an https address$/)
    },
  )

  it('takes no more than the limit, announced or not', async () => {
    const { url } = await start()
    await expect(trusting().get(url('/directory/provider.ldif.p7m'), 9)).rejects.toThrow(/10 bytes, more than 9/)
    const silent = await plain((_, response) => {
      response.write('x'.repeat(100_000))
      response.end('x'.repeat(100_000))
    })
    await expect(httpsFetcher({ allowPlain: true }).get(silent, 1_000)).rejects.toThrow(/more than 1000 bytes/)
  })

  it('takes revocation lists in plain only where allowed to', async () => {
    const url = await plain((_, response) => response.end('crl'))
    expect(await httpsFetcher({ allowPlain: true }).get(url, 10)).toHaveLength(3)
    await expect(httpsFetcher().get(url, 10)).rejects.toThrow(/not an https address$/)
  })

  it('follows no redirection', async () => {
    const url = await plain((_, response) => response.writeHead(302, { location: 'https://evil.example/' }).end())
    await expect(httpsFetcher({ allowPlain: true }).get(url, 10)).rejects.toThrow(/status 302/)
  })

  it('takes no half document', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half')
      setImmediate(() => response.destroy())
    })
    await expect(httpsFetcher({ allowPlain: true }).get(url, 1_000)).rejects.toBeInstanceOf(Fault)
  })

  it('does not wait for ever, for the first byte or the last', async () => {
    const fetcher = httpsFetcher({ allowPlain: true, timeoutMs: 50 })
    const mute = await plain(() => {})
    await expect(fetcher.get(mute, 1_000)).rejects.toThrow(/no answer in time/)
    const slow = await plain((_, response) => void response.write('x'))
    await expect(fetcher.get(slow, 1_000)).rejects.toThrow(/no answer in time/)
  })

  it('fails where nobody listens', async () => {
    await expect(httpsFetcher().get('https://127.0.0.1:1/', 10)).rejects.toBeInstanceOf(Fault)
  })
})

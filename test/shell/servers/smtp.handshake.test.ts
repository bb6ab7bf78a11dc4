// Clients that leave in the middle of the TLS handshake: their place must be free at once.
import { connect } from 'node:net'
import { createSecureContext } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { smtpTransport } from '../../../src/shell/adapters/transport.ts'
import { makeAuthority, openAuthority } from '../../../src/shell/sandbox/authority.ts'
import { type SmtpServer, startSmtpServer } from '../../../src/shell/servers/smtp.ts'

const crlUrl = 'http://crl.example/ca.crl'
const authority = await openAuthority({ ...(await makeAuthority({ crlUrl })), crlUrl })
const keys = await authority.issueServerCertificate({ names: ['mx.a.example'] })
const context = createSecureContext({ key: keys.keyPem, cert: keys.certificatePem })
let server: SmtpServer
afterEach(() => server.close(0))

const start = async (security: 'tls' | 'starttls'): Promise<{ opened: () => number }> => {
  let opened = 0
  server = await startSmtpServer({
    role: 'incoming',
    security,
    host: '127.0.0.1',
    port: 0,
    hostname: 'mx.a.example',
    tls: () => context,
    handlers: { data: async () => ({ code: 250, text: 'ok' }) },
    log: (event) => {
      if (event.kind === 'smtpOpened') opened++
    },
  })
  return { opened: () => opened }
}

test('a client that does not trust our certificate', async () => {
  const seen = await start('starttls')
  const transport = smtpTransport({
    hostname: 'c.example',
    roots: () => [authority.certificatePem],
    resolver: { mx: async () => [{ host: '127.0.0.1', port: server.port, tlsName: 'mx.other.example' }] },
  })
  const outcomes = await transport.send({
    domain: 'a.example',
    reversePath: 'a@b.example',
    forwardPaths: ['c@a.example'],
    sizeBytes: 0,
    content: async function* () {},
    requireTls: true,
  })
  expect(outcomes.get('c@a.example')).toMatchObject({ kind: 'temporary', code: '4.7.5' })
  expect(seen.opened()).toBe(1)
  await expect.poll(() => server.connections()).toBe(0)
  await transport.close()
})

test('a client that ends its side without a word of TLS', async () => {
  const seen = await start('tls')
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.resume()
  await expect.poll(() => seen.opened()).toBe(1)
  socket.end()
  await expect.poll(() => server.connections()).toBe(0)
  socket.destroy()
})

// Foreign clients speak to the SMTP server: swaks, curl and openssl have the last word.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isCi, judgePath, needs } from '../../support/judges.ts'
import { testDesk } from '../../support/pop3/server.ts'
import { run } from '../../support/programs.ts'
import { startTestServer, type TestServer, testTls } from '../../support/smtp/server.ts'

/** curl speaks SMTP only where it was built with it. */
const noCurl = !isCi() && !/\bsmtps\b/.test(spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout ?? '')

let folder: string
let rootFile: string
let mailFile: string
const MAIL = 'Subject: prova\r\nTo: giulia@beta.example\r\n\r\n.punto\r\n..\r\nfine\r\n'
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cera-smtp-'))
  rootFile = join(folder, 'root.pem')
  mailFile = join(folder, 'mail.eml')
  writeFileSync(rootFile, (await testTls()).authority.root)
  writeFileSync(mailFile, MAIL)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: TestServer
afterEach(() => server.close(0))

describe.skipIf(needs('swaks'))('swaks', () => {
  const send = (...args: string[]) =>
    run(judgePath('swaks'), [
      ...['--server', '127.0.0.1', '--port', String(server.port), '--from', 'mario@alfa.example'],
      ...['--to', 'giulia@beta.example', '--data', `@${mailFile}`, '--helo', 'pc.example', ...args],
    ])
  const login = ['--auth-user', 'mario', '--auth-password', 'segreto']

  it('delivers in clear to the incoming point', async () => {
    server = await startTestServer()
    expect(await send()).toMatchObject({ code: 0 })
    expect(server.kept[0]).toMatchObject({
      reversePath: 'mario@alfa.example',
      session: { helo: 'pc.example', tls: false },
    })
    expect(server.kept[0]!.content.toString()).toContain('\r\n.punto\r\n..\r\nfine\r\n')
  })
  it.each([
    ['starttls', '--tls', 'PLAIN'],
    ['starttls', '--tls', 'LOGIN'],
    ['tls', '--tls-on-connect', 'PLAIN'],
  ] as const)('submits over %s (%s) with AUTH %s', async (security, flag, mechanism) => {
    server = await startTestServer({ role: 'submission', security })
    expect(await send(flag, '--auth', mechanism, ...login)).toMatchObject({ code: 0 })
    expect(server.kept[0]!.session).toMatchObject({ tls: true, login: 'mario' })
  })
  it('is refused without TLS, without AUTH and with a wrong password', async () => {
    server = await startTestServer({ role: 'submission' })
    expect((await send()).output).toContain('530 5.7.0')
    expect((await send('--tls')).output).toContain('530 5.7.0')
    expect((await send('--tls', '--auth', 'PLAIN', '--auth-user', 'mario', '--auth-password', 'x')).output).toContain(
      '535 5.7.8',
    )
    expect(server.kept).toEqual([])
  })
  it('pipelines', async () => {
    server = await startTestServer()
    expect(await send('--pipeline', '--to', 'a@beta.example,unknown@beta.example')).toMatchObject({ code: 0 })
    expect(server.kept[0]!.forwardPaths).toEqual(['a@beta.example'])
  })
})

describe.skipIf(needs('gsasl'))('gsasl', () => {
  /** A port in clear before the server's TLS: gsasl finds STARTTLS only where it is not told last. */
  const inClear = async () => {
    const sockets = new Set<{ destroy: () => void }>()
    const door = createServer((client) => {
      const secured = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
      for (const socket of [client, secured]) {
        sockets.add(socket)
        socket.on('error', () => {})
      }
      client.pipe(secured).pipe(client)
    })
    door.listen(0, '127.0.0.1')
    await once(door, 'listening')
    const close = (): void => {
      for (const socket of sockets) socket.destroy()
      door.close()
    }
    return { port: (door.address() as AddressInfo).port, close }
  }
  it('logs in by SCRAM-SHA-256, and sees that the server knows the password too', async () => {
    server = await startTestServer({ role: 'submission', security: 'tls', handlers: { scram: testDesk.scram } })
    const door = await inClear()
    const login = (password: string) =>
      run(judgePath('gsasl'), [
        ...['--smtp', '--no-starttls', '--mechanism', 'SCRAM-SHA-256', '--connect', `127.0.0.1:${door.port}`],
        ...['--authentication-id', 'mario', '--authorization-id', '', '--password', password],
      ])
    const good = await login('segreto')
    expect(good.output).toContain('250 AUTH SCRAM-SHA-256 PLAIN LOGIN')
    expect(good.output).toContain('235 2.7.0 Authenticated')
    expect((await login('sbagliata')).output).toContain('535 5.7.8 Authentication failed')
    door.close()
  })
})

describe.skipIf(noCurl)('curl', () => {
  it.each(['tls', 'starttls'] as const)('submits over %s, with the certificate verified', async (security) => {
    server = await startTestServer({ role: 'submission', security })
    const scheme = security === 'tls' ? 'smtps' : 'smtp'
    const result = await run('curl', [
      ...['-sS', '--ssl-reqd', '--cacert', rootFile, '--resolve', `mx.test:${server.port}:127.0.0.1`],
      ...['--user', 'mario:segreto', '--mail-from', 'mario@alfa.example', '--mail-rcpt', 'giulia@beta.example'],
      ...['--upload-file', mailFile, `${scheme}://mx.test:${server.port}/pc.example`],
    ])
    expect(result).toMatchObject({ code: 0, output: '' })
    expect(server.kept[0]!.content.toString()).toBe(MAIL)
    expect(server.kept[0]!.session).toMatchObject({ helo: 'pc.example', login: 'mario' })
  })
})

it.skipIf(needs('openssl'))('openssl finds the chain in order after STARTTLS, and TLS 1.1 refused', async () => {
  server = await startTestServer()
  const connect = ['s_client', '-connect', `127.0.0.1:${server.port}`, '-starttls', 'smtp', '-brief']
  const verify = ['-CAfile', rootFile, '-verify_hostname', 'mx.test', '-verify_return_error']
  const good = await run(judgePath('openssl'), [...connect, ...verify])
  expect(good.output).toContain('Verification: OK')
  expect((await run(judgePath('openssl'), [...connect, '-tls1_1'])).code).not.toBe(0)
})

// Foreign clients read over POP3: curl, Python's poplib, fetchmail and openssl have the last word.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { judgePath, needs } from '../../../support/judges.ts'
import { startTestPop3, type TestPop3 } from '../../../support/pop3/server.ts'
import { run } from '../../../support/programs.ts'
import { testTls } from '../../../support/smtp/server.ts'

/** Usual messages, whose bytes every program must give back: lines in CRLF, an end, dots and 8-bit bytes. */
const MAILS = [
  'Subject: prova\r\nTo: mario\r\n\r\n.punto\r\n..\r\nfine\r\n',
  `Subject: lunga\r\n\r\n${'.à da leggere\r\n'.repeat(20_000)}`,
  'Subject: vuota\r\n\r\n',
].map((text) => Buffer.from(text, 'utf8'))
const messages = MAILS.map((bytes, i) => [2 * i + 1, bytes] as const)

let folder: string
let rootFile: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cera-pop3-'))
  rootFile = join(folder, 'root.pem')
  writeFileSync(rootFile, (await testTls()).authority.root)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: TestPop3
afterEach(() => server.close(0))

describe.skipIf(needs('curl'))('curl', () => {
  const curl = (path: string, ...more: string[]) => {
    const scheme = server.security === 'tls' ? 'pop3s' : 'pop3'
    return run(judgePath('curl'), [
      ...['-sS', '--ssl-reqd', '--cacert', rootFile, '--resolve', `mx.test:${server.port}:127.0.0.1`],
      ...['--user', 'mario:segreto', ...more, `${scheme}://mx.test:${server.port}/${path}`],
    ])
  }
  it.each(['tls', 'starttls'] as const)('lists and reads over %s, byte for byte', async (security) => {
    server = await startTestPop3({ security, messages })
    expect((await curl('')).output).toBe(MAILS.map((bytes, i) => `${i + 1} ${bytes.length}\r\n`).join(''))
    for (const [i, bytes] of MAILS.entries()) expect((await curl(String(i + 1))).stdout.equals(bytes)).toBe(true)
    expect((await curl('', '--request', 'UIDL')).output).toBe('1 7.1\r\n2 7.3\r\n3 7.5\r\n')
  })
  it.each([
    ['what it likes best', []],
    ['PLAIN', ['--login-options', 'AUTH=PLAIN']],
  ])('logs in by %s, and not with another password', async (_, options) => {
    server = await startTestPop3({ security: 'tls', messages })
    expect((await curl('', ...options)).code).toBe(0)
    // CURLE_LOGIN_DENIED
    expect((await curl('', ...options, '--user', 'mario:x')).code).toBe(67)
  })
  it('deletes', async () => {
    server = await startTestPop3({ security: 'tls', messages })
    expect((await curl('1', '--request', 'DELE', '--head')).code).toBe(0)
    expect([...server.box.messages.keys()]).toEqual([3, 5])
  })
})

const PYTHON = `
import poplib, ssl, sys
port, ca, stls = int(sys.argv[1]), sys.argv[2], sys.argv[3] == 'starttls'
context = ssl.create_default_context(cafile=ca)
if stls:
    box = poplib.POP3('localhost', port)
    assert 'STLS' in box.capa() and 'USER' not in box.capa(), box.capa()
    box.stls(context)
else:
    box = poplib.POP3_SSL('localhost', port, context=context)
assert box.capa()['SASL'] == ['SCRAM-SHA-256', 'PLAIN'], box.capa()
box.user('mario')
box.pass_('segreto')
count, octets = box.stat()
sizes = [int(line.split()[1]) for line in box.list()[1]]
assert sum(sizes) == octets and len(sizes) == count
for number in range(1, count + 1):
    _, lines, _ = box.retr(number)
    whole = b''.join(line + b'\\r\\n' for line in lines)
    assert len(whole) == sizes[number - 1], (len(whole), sizes)
    sys.stdout.buffer.write(whole)
    top = box.top(number, 1)[1]
    assert top == lines[:len(top)] and b'' in top
box.dele(2)
box.noop()
assert box.stat()[0] == count - 1
box.rset()
box.dele(3)
box.quit()
`
it.skipIf(needs('python3')).each(['tls', 'starttls'] as const)(
  'Python’s poplib reads and deletes over %s',
  async (security) => {
    server = await startTestPop3({ security, messages })
    const result = await run(judgePath('python3'), ['-c', PYTHON, String(server.port), rootFile, security])
    expect(result.output.slice(result.stdout.toString().length)).toBe('')
    expect(result.code).toBe(0)
    expect(result.stdout.equals(Buffer.concat(MAILS))).toBe(true)
    expect([...server.box.messages.keys()]).toEqual([1, 3])
  },
)

describe.skipIf(needs('fetchmail'))('fetchmail', () => {
  /** Runs it once; each mail goes into a file of its own. */
  const fetch = async (name: string, options: string, auth = 'password') => {
    const home = join(folder, name)
    const spool = join(home, 'spool')
    const rc = join(home, 'fetchmailrc')
    await run('mkdir', ['-p', spool])
    writeFileSync(join(home, 'deliver'), `#!/bin/sh\nexec cat > "$(mktemp ${spool}/XXXXXX)"\n`)
    chmodSync(join(home, 'deliver'), 0o700)
    writeFileSync(
      rc,
      `poll localhost protocol pop3 port ${server.port} auth ${auth} uidl
         user "mario" password "segreto" ${options}
         sslcertck sslcertfile "${rootFile}" sslcommonname "localhost"
         mda "${join(home, 'deliver')}" no rewrite fetchall\n`,
      { mode: 0o600 },
    )
    const env = { HOME: home, FETCHMAILHOME: home }
    const result = await run(
      judgePath('fetchmail'),
      ['-f', rc, '--nosyslog', '--idfile', join(home, 'ids'), '--invisible'],
      {
        env,
      },
    )
    const mails = readdirSync(spool).map((file) => readFileSync(join(spool, file), 'latin1'))
    return { ...result, mails }
  }
  it.each([
    ['tls', 'ssl'],
    ['starttls', 'sslproto tls1.2+'],
  ] as const)('empties a mailbox over %s', async (security, options) => {
    server = await startTestPop3({ security, messages })
    const result = await fetch(security, `${options} no keep`)
    expect(result.output).toMatch(/3 messages for mario at localhost/)
    expect(result.code).toBe(0)
    expect(result.mails.length).toBe(3)
    expect(result.mails.some((mail) => mail.includes('\n.punto\n..\nfine\n'))).toBe(true)
    expect(server.box.messages.size).toBe(0)
  })
  it('leaves mail on the server, and says when the password is wrong', async () => {
    server = await startTestPop3({ security: 'tls', messages })
    expect((await fetch('keep', 'ssl keep')).code).toBe(0)
    expect(server.box.messages.size).toBe(3)
    const wrong = await fetch('wrong', 'ssl keep password "x"')
    // PS_AUTHFAIL
    expect(wrong.code).toBe(3)
  })
  it('comes back later where another session has the mailbox', async () => {
    server = await startTestPop3({ security: 'tls', messages })
    server.box.held = 1
    const result = await fetch('busy', 'ssl keep')
    // PS_LOCKBUSY
    expect(result.code).toBe(9)
  })
})

it.skipIf(needs('openssl'))('openssl finds the chain in order after STLS, and TLS 1.1 refused', async () => {
  server = await startTestPop3({ security: 'starttls' })
  const connect = ['s_client', '-connect', `127.0.0.1:${server.port}`, '-starttls', 'pop3', '-brief']
  const verify = ['-CAfile', rootFile, '-verify_hostname', 'mx.test', '-verify_return_error']
  const good = await run(judgePath('openssl'), [...connect, ...verify], { input: 'QUIT\n' })
  expect(good.output).toContain('Verification: OK')
  expect((await run(judgePath('openssl'), [...connect, '-tls1_1'], { input: '' })).code).not.toBe(0)
})

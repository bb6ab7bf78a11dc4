// Foreign programs read and write over IMAP: curl, Python's imaplib and imapflow have the last word.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestImap, type TestImap, type TestImapOptions } from '../../../support/imap/server.ts'
import { judgePath, needs } from '../../../support/judges.ts'
import { run } from '../../../support/programs.ts'
import { testTls } from '../../../support/smtp/server.ts'
import { type Bench, folderNamed, openBench } from '../../mailstore/support.ts'

/** Mails whose bytes every program must give back. */
const MAILS = [
  'From: a@alfa.example\r\nSubject: prova\r\nTo: mario\r\n\r\n.punto\r\nfine\r\n',
  `From: a@alfa.example\r\nSubject: lunga\r\n\r\n${'.à da leggere\r\n'.repeat(20_000)}`,
  'Subject: vuota\r\n\r\n',
].map((text) => Buffer.from(text, 'utf8').toString('latin1'))

let folder: string
let rootFile: string
let bench: Bench
let server: TestImap
beforeAll(async () => {
  bench = await openBench()
  folder = mkdtempSync(join(tmpdir(), 'cera-imap-'))
  rootFile = join(folder, 'root.pem')
  writeFileSync(rootFile, (await testTls()).authority.root)
})
afterEach(() => server.close(0))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await bench.close()
})

const start = async (options: TestImapOptions = {}): Promise<void> => {
  server = await startTestImap(bench, options)
}
const count = async (name: string): Promise<number> => (await folderNamed(bench, server.mailboxId, name)).messages

describe.skipIf(needs('curl'))('curl', () => {
  const curl = (path: string, ...more: string[]) => {
    const scheme = server.security === 'tls' ? 'imaps' : 'imap'
    return run(judgePath('curl'), [
      ...['-sS', '--ssl-reqd', '--cacert', rootFile, '--resolve', `mx.test:${server.port}:127.0.0.1`],
      ...['--user', 'mario:segreto', ...more, `${scheme}://mx.test:${server.port}/${path}`],
    ])
  }
  it.each(['tls', 'starttls'] as const)('reads over %s, byte for byte', async (security) => {
    await start({ security })
    await server.put('INBOX', MAILS)
    for (const [i, text] of MAILS.entries()) {
      expect((await curl(`INBOX;UID=${i + 1}`)).stdout.toString('latin1')).toBe(text)
      expect((await curl(`INBOX;MAILINDEX=${i + 1};SECTION=TEXT`)).stdout.toString('latin1')).toBe(
        text.slice(text.indexOf('\r\n\r\n') + 4),
      )
    }
  })
  it.each([
    ['what it likes best', []],
    ['PLAIN', ['--login-options', 'AUTH=PLAIN']],
    ['PLAIN with SASL-IR', ['--login-options', 'AUTH=PLAIN', '--sasl-ir']],
  ])('logs in by %s, lists, searches, and appends', async (_, options) => {
    await start({ security: 'tls' })
    const file = join(folder, 'mail.eml')
    writeFileSync(file, Buffer.from(MAILS[1]!, 'latin1'))
    expect((await curl('Archive', ...options, '--upload-file', file)).code).toBe(0)
    expect((await curl('', ...options)).output).toContain('"Archive"')
    expect((await curl('Archive?SUBJECT%20lunga', ...options)).output).toBe('* SEARCH 1\r\n')
    expect((await curl('Archive;UID=1', ...options)).stdout.toString('latin1')).toBe(MAILS[1])
    // CURLE_LOGIN_DENIED
    expect((await curl('', ...options, '--user', 'mario:x')).code).toBe(67)
  })
})

describe.skipIf(needs('python3'))('imaplib', () => {
  it('does what its methods do', async () => {
    await start({ security: 'starttls' })
    await server.put('INBOX', MAILS)
    const script = `
import imaplib, ssl, sys, time
M = imaplib.IMAP4('127.0.0.1', ${server.port})
c = ssl.create_default_context(cafile=${JSON.stringify(rootFile)}); c.check_hostname = False
M.starttls(c)
M.authenticate('PLAIN', lambda _: b'\\0mario\\0segreto')
assert M.select()[1] == [b'3']
ok, data = M.fetch('1:*', '(UID FLAGS RFC822)')
bodies = [part[1] for part in data if isinstance(part, tuple)]
assert [len(b) for b in bodies] == ${JSON.stringify(MAILS.map((text) => text.length))}, [len(b) for b in bodies]
assert M.search(None, 'SUBJECT', 'lunga')[1] == [b'2']
assert M.store('2', '+FLAGS', '(\\\\Flagged $Forwarded)')[1][0].endswith(b'$Forwarded))')
assert M.uid('copy', '1:2', 'Archive')[0] == 'OK'
assert M.append('Sent', '(\\\\Seen)', imaplib.Time2Internaldate(time.time()), b'Subject: x\\n\\nciao\\n')[0] == 'OK'
assert M.sort('REVERSE SIZE', 'UTF-8', 'ALL')[1] == [b'2 1 3']
assert M.thread('REFERENCES', 'UTF-8', 'ALL')[0] == 'OK'
assert M.status('Archive', '(MESSAGES)')[1] == [b'"Archive" (MESSAGES 2)']
assert M.create('Nuova')[0] == 'OK' and M.rename('Nuova', 'Altra')[0] == 'OK' and M.delete('Altra')[0] == 'OK'
assert M.getquotaroot('INBOX')[0] == 'OK' and M.namespace()[0] == 'OK'
assert M.store('1', '+FLAGS', '\\\\Deleted')[0] == 'OK' and M.expunge()[1] == [b'1']
assert M.unselect()[0] == 'OK'
assert M.enable('UTF8=ACCEPT')[0] == 'OK'
M.logout()
`
    const { code, output } = await run(judgePath('python3'), ['-c', script])
    expect(output).toBe('')
    expect(code).toBe(0)
    expect(await count('Archive')).toBe(2)
  })
})

describe('imapflow', () => {
  const open = async (): Promise<ImapFlow> => {
    const { authority } = await testTls()
    const client = new ImapFlow({
      host: '127.0.0.1',
      servername: 'mx.test',
      port: server.port,
      secure: true,
      auth: { user: 'mario', pass: 'segreto' },
      tls: { ca: [authority.root] },
      qresync: true,
      logger: false,
    })
    await client.connect()
    return client
  }
  it('reads, marks, moves, searches, and hears of what comes', { timeout: 30_000 }, async () => {
    await start({ security: 'tls' })
    await server.put('INBOX', MAILS)
    const client = await open()
    const lock = await client.getMailboxLock('INBOX')
    try {
      const seen: string[] = []
      for await (const one of client.fetch('1:*', { uid: true, envelope: true, bodyStructure: true, source: true })) {
        expect(one.source!.toString('latin1')).toBe(MAILS[one.seq - 1])
        seen.push(one.envelope!.subject!)
      }
      expect(seen).toEqual(['prova', 'lunga', 'vuota'])
      expect(await client.messageFlagsAdd('1', ['\\Seen', '$Forwarded'])).toBe(true)
      expect(await client.search({ seen: true })).toEqual([1])
      const { content } = await client.download('2', 'TEXT')
      let bytes = 0
      for await (const chunk of content!) bytes += chunk.length
      expect(bytes).toBe(MAILS[1]!.length - MAILS[1]!.indexOf('\r\n\r\n') - 4)
      const come = new Promise<{ count: number }>((resolve) => client.once('exists', resolve))
      const idle = client.idle()
      await server.put('INBOX', MAILS.slice(0, 1))
      expect((await come).count).toBe(4)
      expect(await client.messageMove('1:2', 'Archive')).toMatchObject({ destination: 'Archive' })
      await idle
      const appended = await client.append('Drafts', Buffer.from('Subject: x\r\n\r\nx\r\n'), ['\\Draft'])
      expect(appended).toMatchObject({ destination: 'Drafts', uid: 1 })
    } finally {
      lock.release()
    }
    const folders = await client.list({ statusQuery: { messages: true } })
    expect(folders.find(({ path }) => path === 'Archive')).toMatchObject({
      specialUse: '\\Archive',
      status: { messages: 2 },
    })
    expect((await client.getQuota('INBOX')) || {}).toHaveProperty('storage')
    await client.logout()
  })
})

// Mail programs that are not ours read a real box of the sandbox: what each of them fetches must verify with openssl.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, openSubmission } from '../../src/shell/sandbox/submission.ts'
import { DOMAINS } from '../support/client/sandbox.ts'
import { needs } from '../support/judges.ts'
import { run } from '../support/programs.ts'
import { type House, openHouse, verifyWithOpenssl } from './house.ts'
import { setUpAccount, startThunderbird } from './thunderbird.ts'

let house: House
/** The box that every program reads; others write to boxes of their own. */
const READER = 1
const SUBJECTS = ['Prima comunicazione', 'Seconda comunicazione', 'Terza comunicazione']

beforeAll(async () => {
  house = await openHouse()
  for (const subject of SUBJECTS) await house.deliver(house.user(READER), subject)
})
afterAll(async () => {
  await house?.close()
})

const port = (what: 'imapTls' | 'imap' | 'pop3Tls' | 'pop3'): number => house.sandbox.port('alfa', what)

describe.skipIf(needs('curl', 'openssl'))('curl', () => {
  const curl = (url: string, ...more: string[]) =>
    run('curl', ['-sS', '--cacert', house.caFile, '-u', `${house.user(READER)}:${house.password}`, url, ...more])

  it('lists folders over IMAP with STARTTLS', async () => {
    const { code, output } = await curl(`imap://localhost:${port('imap')}/`, '--ssl-reqd')
    expect(code).toBe(0)
    expect(output).toMatch(/\* LIST \([^)]*\) "\/" "?INBOX"?/)
  })
  it('fetches a message over IMAPS, byte for byte', async () => {
    const { code, stdout } = await curl(`imaps://localhost:${port('imapTls')}/INBOX;UID=1`)
    expect(code).toBe(0)
    await verifyWithOpenssl(house, stdout)
  })
  it('searches and appends', async () => {
    const found = await curl(`imaps://localhost:${port('imapTls')}/INBOX`, '-X', 'SEARCH SUBJECT "Seconda"')
    expect(found.output).toMatch(/SEARCH 2\r?\n/)
    const file = join(house.folder, 'draft.eml')
    writeFileSync(file, 'Subject: bozza\r\n\r\nTesto.\r\n')
    expect((await curl(`imaps://localhost:${port('imapTls')}/Drafts`, '-T', file)).code).toBe(0)
    expect((await curl(`imaps://localhost:${port('imapTls')}/Drafts;UID=1`)).stdout.toString()).toBe(
      'Subject: bozza\r\n\r\nTesto.\r\n',
    )
  })
  it('fetches a message over POP3S, byte for byte', async () => {
    const list = await curl(`pop3s://localhost:${port('pop3Tls')}/`)
    expect(list.output.trim().split('\n')).toHaveLength(SUBJECTS.length)
    const { stdout } = await curl(`pop3s://localhost:${port('pop3Tls')}/2`)
    expect(stdout.toString()).toContain('Seconda comunicazione')
    await verifyWithOpenssl(house, stdout)
  })
})

const IMAPLIB = `
import imaplib, ssl, sys, json, time
host, port, ca, user, password, out = sys.argv[1:7]
context = ssl.create_default_context(cafile=ca)
m = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
m.login(user, password)
m.enable('UTF8=ACCEPT') if 'UTF8=ACCEPT' in m.capabilities else None
typ, data = m.select('INBOX')
count = int(data[0])
typ, data = m.uid('SEARCH', None, 'ALL')
uids = data[0].split()
typ, data = m.uid('FETCH', uids[0], '(FLAGS BODY.PEEK[])')
open(out, 'wb').write(data[0][1])
m.create('Pratiche/2026')
typ, data = m.append('Pratiche/2026', '(\\\\Seen $Urgente)', imaplib.Time2Internaldate(time.time()), b'Subject: da Python\\r\\n\\r\\nCiao\\r\\n')
appended = typ
m.select('Pratiche/2026')
typ, data = m.fetch('1', '(FLAGS)')
flags = data[0].decode()
m.store('1', '+FLAGS', '\\\\Deleted')
typ, data = m.expunge()
expunged = [d.decode() for d in data if d]
m.close()
m.delete('Pratiche/2026')
m.logout()
print(json.dumps(dict(count=count, uids=len(uids), appended=appended, flags=flags, expunged=expunged)))
`

const POPLIB = `
import poplib, ssl, sys, json
host, port, ca, user, password, out = sys.argv[1:7]
m = poplib.POP3(host, int(port))
m.stls(context=ssl.create_default_context(cafile=ca))
m.user(user); m.pass_(password)
count, size = m.stat()
resp, lines, octets = m.retr(1)
open(out, 'wb').write(b'\\r\\n'.join(lines) + b'\\r\\n')
uidl = [line.decode() for line in m.uidl()[1]]
resp, top, octets = m.top(1, 0)
m.dele(1); m.rset(); m.quit()
print(json.dumps(dict(count=count, octets=octets, uidl=uidl, top=len(top))))
`

describe.skipIf(needs('python3', 'openssl'))("Python's libraries", () => {
  const python = async (script: string, portNumber: number, name: string) => {
    const out = join(house.folder, name)
    const args = ['localhost', String(portNumber), house.caFile, house.user(READER), house.password, out]
    const { code, output } = await run('python3', ['-c', script, ...args])
    if (code !== 0) throw new Error(output)
    return { told: JSON.parse(output) as Record<string, unknown>, bytes: readFileSync(out) }
  }
  it('imaplib reads, creates, appends, flags and expunges', async () => {
    const { told, bytes } = await python(IMAPLIB, port('imapTls'), 'imaplib.eml')
    expect(told).toMatchObject({ count: 3, uids: 3, appended: 'OK', expunged: ['1'] })
    expect(told.flags).toMatch(/\\Seen.*\$Urgente|\$Urgente.*\\Seen/)
    await verifyWithOpenssl(house, bytes)
  })
  it('poplib reads with STLS, and a reset brings back what was marked', async () => {
    const { told, bytes } = await python(POPLIB, port('pop3'), 'poplib.eml')
    expect(told.count).toBe(3)
    expect(new Set(told.uidl as string[]).size).toBe(3)
    await verifyWithOpenssl(house, bytes)
  })
})

describe.skipIf(needs('openssl'))('imapflow', () => {
  const open = async (n: number): Promise<ImapFlow> => {
    const client = new ImapFlow({
      host: 'localhost',
      port: port('imapTls'),
      secure: true,
      auth: { user: house.user(n), pass: house.password },
      tls: { ca: readFileSync(house.caFile, 'utf8') },
      logger: false,
    })
    await client.connect()
    return client
  }

  it('finds the folders with their uses', async () => {
    const client = await open(READER)
    const uses = new Map((await client.list()).map((folder) => [folder.specialUse, folder.path]))
    expect([...uses.keys()]).toEqual(
      expect.arrayContaining(['\\Inbox', '\\Sent', '\\Drafts', '\\Trash', '\\Archive', '\\Junk']),
    )
    await client.logout()
  })
  it('fetches structure, envelope and bytes', async () => {
    const client = await open(READER)
    await client.mailboxOpen('INBOX')
    const message = await client.fetchOne('1', { envelope: true, bodyStructure: true, source: true, flags: true })
    if (!message) throw new Error('no message')
    expect(message.envelope?.subject).toBe(`POSTA CERTIFICATA: ${SUBJECTS[0]}`)
    expect(message.bodyStructure?.type).toBe('multipart/signed')
    expect([...(message.flags ?? [])]).toContain('$PECEnvelope')
    await verifyWithOpenssl(house, message.source!)
    await client.logout()
  })
  it('is told of new mail while it idles, and sees what another client does', async () => {
    const [client, other] = [await open(2), await open(2)]
    await client.mailboxOpen('INBOX')
    const told = new Promise((resolve) => client.once('exists', resolve))
    void client.idle()
    await house.deliver(house.user(2), 'Mentre aspetta')
    await told
    await other.mailboxOpen('INBOX')
    const flagged = new Promise<{ flags: Set<string> }>((resolve) => client.once('flags', resolve))
    void client.idle()
    await other.messageFlagsAdd('1', ['\\Flagged', 'Importante'])
    expect([...(await flagged).flags]).toEqual(expect.arrayContaining(['\\Flagged', 'Importante']))
    await other.messageMove('1', 'Archive')
    expect(await other.status('Archive', { messages: true })).toMatchObject({ messages: 1 })
    await client.logout()
    await other.logout()
  })
  it('finds the copy of what was sent in the folder for it, once', async () => {
    const client = new ImapFlow({
      host: 'localhost',
      port: port('imapTls'),
      secure: true,
      auth: { user: 'mario.rossi@pec.alfa.example', pass: house.password },
      tls: { ca: readFileSync(house.caFile, 'utf8') },
      logger: false,
    })
    await client.connect()
    const sent = (await client.list()).find((folder) => folder.specialUse === '\\Sent')!
    await client.mailboxOpen(sent.path)
    const found = await client.search({ subject: SUBJECTS[0]! }, { uid: true })
    expect(found).toHaveLength(1)
    await client.logout()
  })
})

/** Files of a Maildir with their names. */
const maildir = (folder: string): readonly string[] =>
  ['cur', 'new'].flatMap((part) => readdirSync(join(folder, part)).map((name) => join(folder, part, name)))

describe.skipIf(needs('mbsync', 'openssl'))('mbsync', () => {
  const MESSAGES = 1_000
  const setUp = (n: number) => {
    const folder = join(house.folder, `mbsync-${n}`)
    mkdirSync(join(folder, 'mail'), { recursive: true })
    const config = join(folder, 'mbsyncrc')
    writeFileSync(
      config,
      `IMAPStore remote
Host localhost
Port ${port('imapTls')}
User ${house.user(n)}
Pass ${house.password}
SSLType IMAPS
Timeout 120
CertificateFile ${house.caFile}

MaildirStore local
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel box
Far :remote:
Near :local:
Patterns INBOX Sincro
Create Both
Expunge Both
SyncState *
`,
    )
    const sync = async (): Promise<void> => {
      const { code, output } = await run('mbsync', ['-c', config, '-q', 'box'], { env: { HOME: folder } })
      if (code !== 0) throw new Error(output)
    }
    return { folder: join(folder, 'mail'), sync }
  }

  it(`syncs ${MESSAGES} messages both ways, conflicts included, and every one of them byte for byte`, async () => {
    const user = 3
    const { folder, sync } = setUp(user)
    await house.deliver(house.user(user), 'Da sincronizzare')
    await sync()
    const [first] = maildir(join(folder, 'INBOX'))
    await verifyWithOpenssl(house, readFileSync(first!))

    // A thousand messages made here go there.
    const local = join(folder, 'Sincro')
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(local, part), { recursive: true })
    for (let n = 0; n < MESSAGES; n++) {
      const text = `From: a@b.example\nSubject: numero ${n}\nMessage-ID: <${n}@sincro.example>\n\nTesto ${n}\n`
      writeFileSync(join(local, 'cur', `${1_700_000_000 + n}.M${n}.host:2,`), text)
    }
    await sync()
    const client = new ImapFlow({
      host: 'localhost',
      port: port('imapTls'),
      secure: true,
      auth: { user: house.user(user), pass: house.password },
      tls: { ca: readFileSync(house.caFile, 'utf8') },
      logger: false,
    })
    await client.connect()
    expect((await client.mailboxOpen('Sincro')).exists).toBe(MESSAGES)

    // Both sides change the same messages: flags are joined, what one side deletes and the other flags comes back or goes,
    // but both sides agree afterwards.
    await client.messageFlagsAdd('1:200', ['\\Seen'])
    await client.messageDelete('201:250')
    for (const path of maildir(local).slice(0, 300)) {
      const flagged = path.replace(/:2,([A-Z]*)$/, (_, flags: string) => `:2,${flags.replace('F', '')}F`)
      renameSync(path, flagged)
    }
    await sync()
    await sync()
    const { exists } = await client.mailboxOpen('Sincro')
    expect(maildir(local)).toHaveLength(exists)
    const flaggedThere = await client.search({ flagged: true }, { uid: true })
    const flaggedHere = maildir(local).filter((path) => /:2,[A-Z]*F/.test(path))
    expect(flaggedThere).toHaveLength(flaggedHere.length)
    await client.logout()
  }, 180_000)
})

describe.skipIf(needs('fetchmail', 'openssl'))('fetchmail', () => {
  it('fetches over POP3 and leaves nothing changed', async () => {
    const user = 4
    await house.deliver(house.user(user), 'Per fetchmail')
    const home = join(house.folder, 'fetchmail')
    mkdirSync(home)
    const config = join(home, 'fetchmailrc')
    const out = join(home, 'out.eml')
    writeFileSync(
      config,
      `set invisible
poll localhost proto POP3 service ${port('pop3Tls')} user "${house.user(user)}" password "${house.password}"
  ssl sslproto TLS1.2+ sslcertck sslcertfile "${house.caFile}" no rewrite keep fetchall mda "cat > ${out}"
`,
      { mode: 0o600 },
    )
    const { code, output } = await run('fetchmail', ['-f', config, '--pidfile', join(home, 'pid')], {
      env: { HOME: home, FETCHMAILHOME: home },
    })
    if (code !== 0) throw new Error(output)
    // fetchmail puts its Return-Path and Received fields before the message: the signed part stands as it was.
    await verifyWithOpenssl(house, readFileSync(out))
  })
})

describe('what a program finds by itself', () => {
  const http = (): number => house.sandbox.port('alfa', 'http')
  type Found = { readonly host: string; readonly port: number; readonly security: string; readonly user: string }
  /** The server of a kind, as the settings for an address have it. */
  const found = async (kind: 'imap' | 'pop3' | 'smtp', address: string): Promise<Found> => {
    const url = `http://127.0.0.1:${http()}/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=${address}`
    const xml = await (await fetch(url)).text()
    const server = new RegExp(`<\\w+Server type="${kind}">([\\s\\S]*?)</`, 'i').exec(
      xml.replace(/<(\w+)>([^<]*)<\/\1>/g, '[$1=$2]'),
    )![1]!
    const of = (name: string): string => new RegExp(`\\[${name}=([^\\]]*)\\]`).exec(server)![1]!
    return {
      host: of('hostname'),
      port: Number(of('port')),
      security: of('socketType'),
      user: of('username').replace('%EMAILADDRESS%', address),
    }
  }

  it.skipIf(needs('curl'))('lets curl in, to read by both ways and to send', async () => {
    const address = house.user(5)
    for (const [kind, path] of [
      ['imap', '/INBOX'],
      ['pop3', '/'],
    ] as const) {
      const { host, port: at, security, user } = await found(kind, address)
      expect(security).toBe('SSL')
      const url = `${kind}s://${host}:${at}${path}`
      const { code } = await run('curl', ['-sS', '--cacert', house.caFile, '-u', `${user}:${house.password}`, url])
      expect([kind, code]).toEqual([kind, 0])
    }
    const { host, port: at, user } = await found('smtp', address)
    const file = join(house.folder, 'sent.eml')
    const [from, to] = [`<${address}>`, `<${house.user(READER)}>`]
    const head = `From: ${from}\r\nTo: ${to}\r\nSubject: Da autoconfig\r\nMessage-ID: <autoconfig@pc.example>\r\n`
    writeFileSync(file, `${head}\r\nBuongiorno.\r\n`)
    const { code, output } = await run('curl', [
      ...['-sS', '--cacert', house.caFile, '-u', `${user}:${house.password}`, `smtps://${host}:${at}`],
      ...['--mail-from', from, '--mail-rcpt', to, '-T', file],
    ])
    expect([code, output]).toEqual([0, ''])
  })
  it('lets imapflow in', async () => {
    const { host, port: at, user } = await found('imap', house.user(5))
    const client = new ImapFlow({
      host,
      port: at,
      secure: true,
      auth: { user, pass: house.password },
      tls: { ca: readFileSync(house.caFile, 'utf8') },
      logger: false,
    })
    await client.connect()
    await client.logout()
  })
  it.skipIf(needs('thunderbird'))(
    'is all that Thunderbird needs beside address and password',
    async () => {
      const where = { folder: house.folder, domain: DOMAINS.alfa, httpPort: http(), caFile: house.caFile }
      const program = await startThunderbird(where)
      try {
        const { found, incoming, outgoing, subjects } = await setUpAccount(program, house.user(READER), house.password)
        expect(program.asked.some((url) => /^GET .*config-v1\.1\.xml\?emailaddress=user1%40/.test(url))).toBe(true)
        expect(found).toContain('IMAP')
        expect(incoming).toEqual(['imap', 'localhost', port('imapTls'), 3])
        expect(outgoing[0]).toContain(`@localhost:${house.sandbox.port('alfa', 'tls')}`)
        for (const subject of SUBJECTS) expect(subjects).toContain(`POSTA CERTIFICATA: ${subject}`)
      } finally {
        await program.stop()
      }
    },
    180_000,
  )
})

describe('the program of a collaborator', () => {
  const MARIO = 'mario.rossi@pec.alfa.example'
  const GIULIA = 'giulia@studio.example'

  /** Somebody signed in to the pages: calls go under the cookie of the sign-in. */
  const pagesOf = async (name: string) => {
    const call = async (method: string, path: string, body?: object, cookie = ''): Promise<Response> => {
      const answer = await fetch(`http://127.0.0.1:${house.sandbox.port('alfa', 'http')}/api/v1/account${path}`, {
        method,
        headers: {
          cookie,
          'x-requested-with': 'ceralacca',
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer
    }
    const entered = await call('POST', '/session', { name, password: house.password })
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    return async (method: string, path: string, body?: object) => {
      const answer = await call(method, path, body, cookie)
      return answer.status === 204 ? undefined : answer.json()
    }
  }

  /** A connection of lines with TLS: says a line, and gives what comes next; `undefined` once it was closed. */
  const connectLines = async (portNumber: number) => {
    const socket = connectTls({ host: 'localhost', port: portNumber, ca: readFileSync(house.caFile) })
    const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
    socket.on('error', () => {})
    const next = async (): Promise<string | undefined> => {
      const { value, done } = await lines.next()
      return done ? undefined : String(value)
    }
    await next()
    return {
      say: (line: string) => {
        socket.write(`${line}\r\n`)
        return next()
      },
      close: () => socket.destroy(),
    }
  }

  it('reads and sends under the box’s address, and is cut off when the holder ends the right', async () => {
    await house.deliver(MARIO, 'Da leggere')
    const giulia = await pagesOf(GIULIA)
    await giulia('PUT', '/boxes/current', { address: MARIO })
    const scopes = ['imap', 'pop3', 'smtp']
    const { secret } = (await giulia('POST', '/app-passwords', { name: 'Studio', scopes })) as { secret: string }
    const imap = await connectLines(port('imapTls'))
    const pop3 = await connectLines(port('pop3Tls'))
    expect(await imap.say(`a LOGIN ${MARIO} ${secret}`)).toMatch(/^a OK/)
    expect(await pop3.say(`USER ${MARIO}`)).toMatch(/^\+OK/)
    expect(await pop3.say(`PASS ${secret}`)).toMatch(/^\+OK/)
    const submit = () =>
      openSubmission({
        port: house.sandbox.port('alfa', 'starttls'),
        security: 'starttls',
        user: MARIO,
        password: secret,
      })
    const to = house.user(9)
    const mail = (id: string) => ({
      from: MARIO,
      recipients: [to],
      data: dataOf(`From: <${MARIO}>\r\nTo: <${to}>\r\nSubject: x\r\nMessage-ID: <${id}@x.example>\r\n\r\nx\r\n`),
    })
    const smtp = await submit()
    expect((await smtp.send(mail('prima'))).code).toBe(250)
    const open = await submit()

    const mario = await pagesOf(MARIO)
    const acts = (await mario('GET', '/acts')) as { items: { act: string; recipients?: string[]; name: string }[] }
    expect(acts.items.find(({ act }) => act === 'mail.submitted')).toMatchObject({
      name: 'Giulia Neri',
      recipients: [to],
    })
    expect(acts.items.filter(({ act }) => act === 'program.entered')).toHaveLength(1)
    const { collaborators } = (await mario('GET', '/collaborators')) as { collaborators: { id: number }[] }
    await mario('DELETE', `/collaborators/${collaborators[0]!.id}`)

    expect((await open.send(mail('dopo'))).code).toBe(535)
    await expect(submit()).rejects.toThrow(/535/)
    /** Says it until the server says no: within some seconds it looks whether the right is there still. */
    const until = async ({ say }: { readonly say: (line: string) => Promise<string | undefined> }, line: string) => {
      let answer = await say(line)
      while (answer !== undefined && /OK/.test(answer)) answer = await say(line)
      return answer
    }
    expect(await until(imap, 'b NOOP')).toMatch(/^\* BYE/)
    // what is read or taken away over POP3 is asked for each time
    expect(await pop3.say('RETR 1')).toMatch(/^-ERR/)
    for (const one of [imap, pop3]) one.close()
    for (const one of [smtp, open]) one.destroy()
    const again = await connectLines(port('imapTls'))
    expect(await again.say(`a LOGIN ${MARIO} ${secret}`)).toMatch(/^a NO/)
    again.close()
    await expect(giulia('GET', '/boxes')).rejects.toThrow(/401/)
  })
})

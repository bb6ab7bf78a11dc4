// What mail programs do to a box of many messages, timed in the same way on any server.
import { randomBytes } from 'node:crypto'
import { median, quantile } from '../measure.ts'
import { type ImapSession, type Login, openPop3, openSession } from './session.ts'

/** A server to measure: who signs in, and where. */
export type Side = { readonly imap: Login; readonly pop3: Login }

export const BOX = 'Bench'
export const POP_MESSAGES = 1_000
const HEADERS = 'BODY.PEEK[HEADER.FIELDS (DATE SUBJECT FROM TO CC MESSAGE-ID REFERENCES)]'
export const LARGE_BYTES = 20 * 1000 * 1000

const line = (): string => randomBytes(57).toString('base64')

let made = 0
/** A message of about that many bytes; its subject carries a number that SEARCH can look for. */
export const makeMessage = (sizeBytes: number): Buffer => {
  const n = ++made
  const head =
    `From: =?utf-8?Q?Mittente_${n % 97}_perch=C3=A9?= <mittente${n % 97}@pec.example>\r\nTo: <titolare@pec.example>\r\n` +
    `Subject: Prova numero ${n} pratica OMCEO-AQ-${n % 1000}\r\nDate: ${new Date(1_700_000_000_000 + n * 60_000).toUTCString().replace('GMT', '+0000')}\r\n` +
    `Message-ID: <${n}.${process.pid}@bench.localhost>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n`
  const lines = Math.max(1, Math.ceil((sizeBytes - head.length) / 78))
  const some = Array.from({ length: Math.min(lines, 200) }, line)
  let body = ''
  for (let i = 0; i < lines; i++) body += `${some[i % some.length]}\r\n`
  return Buffer.from(head + body, 'latin1')
}

/** Fills the box of the side up to so many messages of so many bytes. */
export const fill = async (side: Side, folder: string, messages: number, sizeBytes: number): Promise<void> => {
  const first = await openSession(side.imap)
  await first.command(`CREATE "${folder}"`).catch(() => undefined)
  const status = (await first.command(`STATUS "${folder}" (MESSAGES)`)).toString('latin1')
  let left = messages - Number(/MESSAGES (\d+)/.exec(status)?.[1] ?? 0)
  const work = async (session: ImapSession): Promise<void> => {
    while (left-- > 0) await session.append(folder, makeMessage(sizeBytes))
    session.close()
  }
  const more = await Promise.all([1, 2, 3].map(() => openSession(side.imap)))
  await Promise.all([first, ...more].map(work))
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** A step gives its time in milliseconds. */
export type Step = { readonly name: string; readonly run: (side: Side) => Promise<number> }

const inBox = async (side: Side, work: (session: ImapSession) => Promise<number>): Promise<number> => {
  const session = await openSession(side.imap)
  try {
    await session.command(`SELECT "${BOX}"`)
    return await work(session)
  } finally {
    session.close()
  }
}

/** One command on a selected box, each time on a new connection; the median of several. */
const command = (name: string, text: string, times = 5): Step => ({
  name,
  run: async (side) => {
    const all: number[] = []
    for (let n = 0; n < times; n++) all.push(await inBox(side, (session) => timed(() => session.command(text))))
    return median(all)
  },
})

const logins: Step = {
  name: 'connect and LOGIN',
  run: async (side) => {
    const all: number[] = []
    for (let n = 0; n < 20; n++) all.push(await timed(async () => (await openSession(side.imap)).close()))
    return median(all)
  },
}

const selects: Step = {
  name: 'SELECT',
  run: async (side) => {
    const all: number[] = []
    for (let n = 0; n < 11; n++) {
      const session = await openSession(side.imap)
      all.push(await timed(() => session.command(`SELECT "${BOX}"`)))
      session.close()
    }
    return median(all)
  },
}

const oneBody = (messages: number): Step => ({
  name: 'one body of 5 KB',
  run: (side) =>
    inBox(side, async (session) => {
      const all: number[] = []
      for (let n = 0; n < 300; n++) {
        const number = 1 + ((n * 7919) % messages)
        all.push(await timed(() => session.command(`FETCH ${number} (BODY.PEEK[])`)))
      }
      return median(all)
    }),
})

const largeBody: Step = {
  name: 'a body of 20 MB',
  run: async (side) => {
    const session = await openSession(side.imap)
    try {
      await session.command('CREATE "Large"').catch(() => undefined)
      const status = (await session.command('STATUS "Large" (MESSAGES)')).toString('latin1')
      if (!status.includes('MESSAGES 1')) await session.append('Large', makeMessage(LARGE_BYTES))
      await session.command('SELECT "Large"')
      const all: number[] = []
      for (let n = 0; n < 3; n++) all.push(await timed(() => session.command('FETCH 1 (BODY.PEEK[])')))
      return median(all)
    } finally {
      session.close()
    }
  },
}

/** Sets a flag everywhere and takes it away again, so that each time there is something to do. */
const storeAll: Step = {
  name: 'STORE 1:*',
  run: (side) =>
    inBox(side, async (session) => {
      const all: number[] = []
      for (let n = 0; n < 5; n++) {
        all.push(await timed(() => session.command('STORE 1:* +FLAGS.SILENT (\\Flagged)')))
        all.push(await timed(() => session.command('STORE 1:* -FLAGS.SILENT (\\Flagged)')))
      }
      return median(all)
    }),
}

const APPENDS = 400

/** Milliseconds a message, on so many connections. */
const appends = (connections: number): Step => ({
  name: `APPEND on ${connections}`,
  run: async (side) => {
    const sessions = await Promise.all(Array.from({ length: connections }, () => openSession(side.imap)))
    await sessions[0]!.command('CREATE "Appended"').catch(() => undefined)
    const messages = Array.from({ length: APPENDS }, () => makeMessage(5_000))
    const ms = await timed(() =>
      Promise.all(
        sessions.map(async (session) => {
          for (let one = messages.pop(); one !== undefined; one = messages.pop()) await session.append('Appended', one)
        }),
      ),
    )
    for (const session of sessions) session.close()
    return ms / APPENDS
  },
})

const pop3: readonly Step[] = [
  {
    name: 'POP3 login and STAT',
    run: async (side) => {
      const all: number[] = []
      for (let n = 0; n < 5; n++) {
        const begun = performance.now()
        const session = await openPop3(side.pop3)
        await session.line('STAT')
        all.push(performance.now() - begun)
        await session.line('QUIT')
        session.close()
      }
      return median(all)
    },
  },
  {
    name: 'POP3 UIDL',
    run: async (side) => {
      const session = await openPop3(side.pop3)
      const all: number[] = []
      for (let n = 0; n < 5; n++) all.push(await timed(() => session.lines('UIDL')))
      await session.line('QUIT')
      session.close()
      return median(all)
    },
  },
  {
    name: 'POP3 RETR',
    run: async (side) => {
      const session = await openPop3(side.pop3)
      const all: number[] = []
      for (let n = 1; n <= 200; n++) all.push(await timed(() => session.lines(`RETR ${n}`)))
      await session.line('QUIT')
      session.close()
      return median(all)
    },
  },
]

/** Every step over a box of so many messages, in the order in which they run. */
export const steps = (messages: number): readonly Step[] => [
  logins,
  selects,
  command('FETCH flags', 'FETCH 1:* (UID FLAGS)'),
  command('FETCH envelope, first', 'FETCH 1:* (FLAGS UID ENVELOPE)', 1),
  command('FETCH envelope, warm', 'FETCH 1:* (FLAGS UID ENVELOPE)'),
  command('FETCH for a phone, first', `FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE ${HEADERS})`, 1),
  command('FETCH for a phone, warm', `FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE ${HEADERS})`, 3),
  oneBody(messages),
  command('500 bodies', 'FETCH 1:500 (BODY.PEEK[])', 3),
  largeBody,
  command('SEARCH SUBJECT', 'SEARCH SUBJECT "OMCEO-AQ-77"', 3),
  command('SEARCH UNSEEN', 'SEARCH UNSEEN', 3),
  command('SEARCH TEXT', 'SEARCH TEXT "zzqqxxabsent"', 3),
  storeAll,
  appends(1),
  appends(8),
  ...pop3,
]

/** From the 250 of the submission to EXISTS at a client that idles; the quantiles of several, in milliseconds. */
export const idleLatency = async (
  login: Login,
  send: () => Promise<void>,
  times: number,
): Promise<{ readonly p50: number; readonly p99: number }> => {
  const session = await openSession(login)
  await session.command('SELECT INBOX')
  const idle = await session.idle()
  const all: number[] = []
  for (let n = 0; n < times; n++) {
    const told = idle.next(/\* \d+ EXISTS/).then(() => performance.now())
    await send()
    const sentAt = performance.now()
    all.push(Math.max(0, (await told) - sentAt))
  }
  await idle.done()
  session.close()
  all.sort((a, b) => a - b)
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) }
}

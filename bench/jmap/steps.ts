// What the webmail asks of a box of many messages, and how long it waits.

import type { Ours } from '../arena.ts'
import { type ImapSession, openSession } from '../mailbox/session.ts'
import { quantile, round } from '../measure.ts'
import { atMost, type Check, type Context } from '../report.ts'
import { connectTo } from '../seed.ts'
import { cpuSeconds, pause } from '../system.ts'
import { type Invocation, type JmapClient, openJmap } from './client.ts'
import { ACCENTED, COMMON, makeMaker, rareWord } from './messages.ts'

export const PAGE = 50
const PAGES_GOAL_MS = 30
const SEARCH_GOAL_MS = 200
const TIMES = 200
const SEARCHES = 40
/** Long enough for the words of the box, behind other work. */
const LEARNING_MS = 5_000
/** Nothing certified must happen meanwhile; the rest is work done behind. */
const FACTS_LIMIT_MS = 600_000

const LIST = ['id', 'threadId', 'mailboxIds', 'keywords', 'from', 'to', 'subject', 'receivedAt', 'preview'].concat(
  'hasAttachment',
  'size',
)

type Box = Pick<Ours, 'dataDir' | 'httpPorts' | 'mail' | 'programs' | 'databases'>

/** Appends up to so many messages by four connections, as programs do that move a box. */
export const fill = async (ours: Box, user: number, messages: number): Promise<void> => {
  const make = makeMaker()
  const { imap } = ours.mail(user)
  let left = messages
  const work = async (session: ImapSession): Promise<void> => {
    while (left-- > 0) await session.append('INBOX', make())
    session.close()
  }
  await Promise.all((await Promise.all([1, 2, 3, 4].map(() => openSession(imap)))).map(work))
}

/** Waits until every message has its facts; gives how many had none at first, and the seconds it took. */
export const awaitFacts = async (ours: Box): Promise<{ readonly missing: number; readonly seconds: number }> => {
  const client = await connectTo(ours.dataDir, 'alfa')
  const startedAt = performance.now()
  let first: number | undefined
  try {
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from message m
         where not exists (select from content_facts f where f.content_id = m.content_id)
            or not exists (select from content_search s where s.content_id = m.content_id)`,
      )
      const missing = rows[0]!.n
      first ??= missing
      const waited = performance.now() - startedAt
      if (missing === 0) return { missing: first, seconds: Math.round(waited / 100) / 10 }
      if (waited > FACTS_LIMIT_MS) throw new Error(`${missing} messages have no facts yet`)
      await pause(1_000)
    }
  } finally {
    await client.end()
  }
}

type Times = {
  readonly p50: number
  readonly p95: number
  readonly most: number
  /** Of program and database for each: what others do to the clock does not count. */
  readonly cpuMs: number
}

const timesOf = (all: number[], cpuSecondsAll: number): Times => {
  all.sort((a, b) => a - b)
  const cpuMs = (cpuSecondsAll * 1000) / all.length
  return { p50: quantile(all, 0.5), p95: quantile(all, 0.95), most: all.at(-1)!, cpuMs }
}

const timed = async (ours: Box, times: number, once: (n: number) => Promise<unknown>): Promise<Times> => {
  const all: number[] = []
  const cpu = cpuSeconds([...ours.programs(), ...ours.databases()])
  for (let n = 0; n < times; n++) {
    const startedAt = performance.now()
    await once(n)
    all.push(performance.now() - startedAt)
  }
  return timesOf(all, cpuSeconds([...ours.programs(), ...ours.databases()]) - cpu)
}

const steps = (client: JmapClient, inbox: string, messages: number) => {
  const { accountId } = client
  let nonce = 0
  /** No answer of before is the answer to it. */
  const anew = () => ({ after: new Date(++nonce * 1_000).toISOString().replace('.000Z', 'Z') })
  const query = (filter: object, position: number): Invocation => [
    'Email/query',
    {
      accountId,
      filter,
      sort: [{ property: 'receivedAt', isAscending: false }],
      collapseThreads: true,
      calculateTotal: true,
      position,
      limit: PAGE,
    },
    'q',
  ]
  const get: Invocation = [
    'Email/get',
    { accountId, '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' }, properties: LIST },
    'g',
  ]
  const page = (n: number) => client.call(query({ inMailbox: inbox }, (n * 7_919) % Math.floor(messages / 2)), get)
  /** A list of the webmail: conversations as cards, without those of receipts alone. */
  const cards = (n: number) =>
    client.call(
      query({ inMailbox: inbox, pecWritten: true }, (n * 7_919) % Math.floor(messages / 2)),
      [get[0], { ...get[1], properties: ['id', 'threadId'] }, 'e'],
      ['PecThread/get', { accountId, '#ids': { resultOf: 'e', name: 'Email/get', path: '/list/*/threadId' } }, 't'],
    )
  const first = async (): Promise<string> => {
    const [answer] = await client.call(query({ inMailbox: inbox }, 0))
    return (answer!.ids as readonly string[])[0]!
  }
  const flag = async (id: string, flagged: boolean) =>
    client.call(['Email/set', { accountId, update: { [id]: { 'keywords/$flagged': flagged || null } } }, 's'])
  const search = async (text: string): Promise<number> => {
    const [answer] = await client.call(query({ inMailbox: inbox, text, ...anew() }, 0), get)
    return Number(answer!.total)
  }
  return { page, cards, first, flag, search, accountId }
}

/** Every step; the process has been started anew. */
export const measure = async (context: Pick<Context, 'say'>, ours: Box, user: number, messages: number) => {
  const { imap } = ours.mail(user)
  const login = { port: ours.httpPorts[0]!, user: imap.user, password: imap.password }
  const client = await openJmap(login)
  const [boxes] = await client.call(['Mailbox/get', { accountId: client.accountId }, 'm'])
  const inbox = (boxes!.list as readonly { id: string; role: string | null }[]).find(({ role }) => role === 'inbox')!.id
  const { page, cards, first, flag, search, accountId } = steps(client, inbox, messages)
  const figures: Record<string, number> = {}
  const checks: Check[] = []
  const tell = (name: string, { p50, p95, most, cpuMs }: Times, goal?: number): void => {
    figures[`${name}_p50Ms`] = round(p50)
    figures[`${name}_p95Ms`] = round(p95)
    figures[`${name}_mostMs`] = round(most)
    figures[`${name}_cpuMs`] = round(cpuMs)
    if (goal !== undefined) checks.push(atMost(`${name}, p95 ms`, p95, goal))
    context.say(
      `${name}: p50 ${round(p50)} ms, p95 ${round(p95)} ms, at most ${round(most)} ms, CPU ${round(cpuMs)} ms`,
    )
  }
  const searched = async (name: string, textOf: (n: number) => string): Promise<void> => {
    let found = 0
    const times = await timed(ours, SEARCHES, async (n) => {
      found += await search(textOf(n))
    })
    figures[`${name}_found`] = Math.round(found / SEARCHES)
    tell(name, times, SEARCH_GOAL_MS)
  }
  // The first of all after a start: the box is read, and whatever search needs.
  tell('firstText', await timed(ours, 1, () => search(rareWord(77))))
  tell('firstPage', await timed(ours, 1, page))
  // Meanwhile the words of the box are learned.
  tell('pageMeanwhile', await timed(ours, TIMES, page))
  await pause(LEARNING_MS)
  tell('page', await timed(ours, TIMES, page), PAGES_GOAL_MS)
  tell('cards', await timed(ours, TIMES, cards))
  const id = await first()
  let n = 0
  const afterChange: number[] = []
  const changed = await timed(ours, SEARCHES, async () => {
    await flag(id, n++ % 2 === 0)
    const startedAt = performance.now()
    await page(0)
    afterChange.push(performance.now() - startedAt)
  })
  tell('pageAfterChange', timesOf(afterChange, (changed.cpuMs * SEARCHES) / 1000), PAGES_GOAL_MS)
  tell('mailboxGet', await timed(ours, TIMES, () => client.call(['Mailbox/get', { accountId }, 'm'])))
  const [state] = await client.call(['Email/get', { accountId, ids: [] }, 'e'])
  await flag(id, n++ % 2 === 0)
  tell(
    'emailChanges',
    await timed(ours, TIMES, () => client.call(['Email/changes', { accountId, sinceState: state!.state }, 'c'])),
  )
  const [told] = await client.call(['Email/get', { accountId, ids: [id], properties: ['threadId'] }, 'e'])
  const { threadId } = (told!.list as readonly { readonly threadId: string }[])[0]!
  tell('threadGet', await timed(ours, TIMES, () => client.call(['Thread/get', { accountId, ids: [threadId] }, 't'])))
  await searched('rareWord', rareWord)
  await searched('commonWord', (at) => COMMON[at % COMMON.length]!)
  await searched('twoWords', (at) => `${COMMON[at % COMMON.length]} ${rareWord(at + 500)}`)
  await searched('phrase', (at) => `"${COMMON[at % COMMON.length]} della"`)
  await searched('accented', (at) => ACCENTED[at % ACCENTED.length]!)
  await searched('absent', (at) => `zzqqxx${at}assente`)
  const mail = await openSession(imap)
  await mail.command('EXAMINE INBOX')
  tell(
    'imapSearchText',
    await timed(ours, SEARCHES, (at) => mail.command(`SEARCH TEXT "${rareWord(at + 900)}"`)),
    SEARCH_GOAL_MS,
  )
  mail.close()
  client.close()
  return { figures, checks }
}

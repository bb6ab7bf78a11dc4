// Plays a text dialogue with a JMAP server: one request or several, and what is to be said to each.
//
//   IN anna@box.example           a mailbox of that address and who signs in to it; `read`, `send` after it: a collaborator; a number: bytes that it holds
//   PUT a Inbox $seen x           a message comes into a folder with keywords; its lines follow, up to one of a dot alone
//   BLOB a text/plain             its lines are uploaded; \r \n \t \\ and \xHH stand for bytes in both
//   CLOCK 60                      so many seconds pass
//   C: Core/echo {"a": 1}         a call, with `accountId` put in; calls in a row go in one request
//   C: ["Core/echo", {}, "x"]     a call as it stands
//   S: Core/echo {"a": 1}         what is said to it: these properties at least; lists are whole
//   S= Core/echo {"a": 1}         these and no others
//   S: error invalidArguments {}  an error of this type
//   C> POST /jmap                 a request of HTTP: method and path, fields, a line of nothing, the body
//   S> 200                        what is answered: status, some of the fields, the body: JSON as for S:, text, a /pattern/
//   # a remark
//
// JSON goes on over the next lines where they begin with a blank. `{name}` in a text stands for what has that name:
// A (the account), inbox, drafts, sent, trash, archive, junk, identity, what PUT and BLOB have named, and what the server
// said where the name was first awaited, as a text of its own. `k{1..50}` in a list or as a name is k1 to k50, {a*50} fifty times a. Awaited may also be {any}, {absent}, {string}, {number},
// {date}, a /pattern/, and after "{set}" the others of a list in any order.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { flagsOf } from '../../../src/core/jmap/keywords.ts'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import type { Client, JmapBench, Json } from '../../shell/servers/jmap/support.ts'

/** Of a collaborator's program. */
const PROGRAM = '00000000-0000-4000-8000-000000000001'

type Kept = Map<string, string>
const REPEATED = /\{(\w)\*(\d+)\}/g
const NAME = /\{([A-Za-z]\w*)\}/g

const fill = (text: string, kept: Kept): string =>
  text
    .replace(REPEATED, (_, one: string, times: string) => one.repeat(Number(times)))
    .replace(NAME, (_, name: string) => {
      const value = kept.get(name)
      if (value === undefined) throw new Error(`nothing is named ${name}`)
      return value
    })

/** A text with a range in it, as often as the range says. */
const ranged = (text: string): readonly string[] => {
  const found = /\{(\d+)\.\.(\d+)\}/.exec(text)
  if (!found) return [text]
  const [from, to] = [Number(found[1]), Number(found[2])]
  return Array.from({ length: to - from + 1 }, (_, at) => text.replace(found[0], String(from + at)))
}

/** Names in all texts of a value replaced by what they stand for. */
const filled = (value: Json, kept: Kept): Json => {
  if (typeof value === 'string') return fill(value, kept)
  if (Array.isArray(value))
    return value.flatMap((one) => (typeof one === 'string' ? ranged(one) : [one])).map((one) => filled(one, kept))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, one]) => ranged(name).map((each) => [each, one] as const))
  return Object.fromEntries(entries.map(([name, one]) => [fill(name, kept), filled(one, kept)]))
}

const KINDS: Readonly<Record<string, (value: Json) => boolean>> = {
  any: (value) => value !== undefined,
  absent: (value) => value === undefined,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
}

/** Where a value is not what is awaited, or undefined. Names that are awaited first are kept. */
const unlike = (awaited: Json, value: Json, kept: Kept, exact: boolean, at = ''): string | undefined => {
  const wrong = (): string =>
    `${at || 'all'}: awaited ${JSON.stringify(awaited)}, got ${JSON.stringify(value)?.slice(0, 500)}`
  if (typeof awaited === 'string') {
    const name = /^\{([A-Za-z]\w*)\}$/.exec(awaited)?.[1]
    if (name !== undefined && Object.hasOwn(KINDS, name)) return KINDS[name]!(value) ? undefined : wrong()
    if (name !== undefined && !kept.has(name)) {
      if (typeof value !== 'string') return wrong()
      kept.set(name, value)
      return undefined
    }
    const pattern = /^\/(.*)\/$/s.exec(awaited)?.[1]
    if (pattern !== undefined) return typeof value === 'string' && new RegExp(pattern).test(value) ? undefined : wrong()
    return fill(awaited, kept) === value ? undefined : wrong()
  }
  if (Array.isArray(awaited)) {
    const isSet = awaited[0] === '{set}'
    const all = isSet ? awaited.slice(1) : awaited
    if (!Array.isArray(value) || value.length !== all.length) return wrong()
    if (!isSet) return firstOf(all.map((one, i) => unlike(one, value[i], kept, exact, `${at}/${i}`)))
    const left = [...value]
    for (const one of all) {
      const found = left.findIndex((other) => unlike(one, other, new Map(kept), exact) === undefined)
      if (found < 0) return wrong()
      unlike(one, left[found], kept, exact)
      left.splice(found, 1)
    }
    return undefined
  }
  if (typeof awaited !== 'object' || awaited === null) return isDeepStrictEqual(awaited, value) ? undefined : wrong()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong()
  const names = new Map(Object.entries(awaited).map(([name, one]) => [fill(name, kept), one]))
  if (exact) for (const name of Object.keys(value)) if (!names.has(name)) return `${at}/${name}: not awaited`
  return firstOf([...names].map(([name, one]) => unlike(one, value[name], kept, exact, `${at}/${name}`)))
}
const firstOf = (all: readonly (string | undefined)[]): string | undefined => all.find((one) => one !== undefined)

const unescaped = (line: string): string =>
  line.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, one: string) =>
    hex !== undefined
      ? String.fromCharCode(Number.parseInt(hex, 16))
      : (({ r: '\r', n: '\n', t: '\t' } as Record<string, string>)[one] ?? one),
  )

type Line = { readonly at: number; readonly text: string }
type Call = { readonly at: number; readonly invocation: Json }

class Player {
  readonly #bench: JmapBench
  readonly #kept: Kept = new Map()
  #client: Client | undefined
  #calls: Call[] = []
  #responses: Json[] = []
  #http: { readonly response: Response; readonly body: Uint8Array } | undefined

  constructor(bench: JmapBench) {
    this.#bench = bench
  }

  get client(): Client {
    if (!this.#client) throw new Error('nobody is IN')
    return this.#client
  }

  async in(address: string, rights: string | undefined): Promise<void> {
    const quotaBytes = /^\d+$/.test(rights ?? '') ? Number(rights) : undefined
    const by =
      rights === undefined || quotaBytes !== undefined
        ? undefined
        : ({ appPasswordId: PROGRAM, accountId: 1, rights, sends: rights === 'send' } as Parameters<
            JmapBench['client']
          >[1])
    this.#client = await this.#bench.client(address, by, quotaBytes)
    this.#kept.set('A', this.client.accountId)
    const { list } = await this.client.ok('Mailbox/get', {})
    for (const { id, role } of list) if (role !== null) this.#kept.set(role, id)
    const [, identities] = await this.client.call('Identity/get', {})
    if (identities.list) this.#kept.set('identity', identities.list[0].id)
  }

  async put(words: readonly string[], lines: readonly string[]): Promise<void> {
    const [name, folder, ...keywords] = words
    const text = lines.map((line) => `${unescaped(fill(line, this.#kept))}\r\n`).join('')
    const { contents, store, clock } = this.#bench
    const content = contents.row(contents.newId(), [bytesPiece(fromLatin1(text))])
    const given = { content, flags: flagsOf(keywords), receivedAt: clock.at }
    const placed = await store.appendTo(this.client.mailboxId, folder === 'Inbox' ? 'INBOX' : folder!, [given])
    if ('refusal' in placed) throw new Error(placed.refusal)
    this.#kept.set(name!, `M${content.id}`)
    this.#kept.set(`${name}Blob`, `B${content.id}`)
  }

  async blob([name, type]: readonly string[], lines: readonly string[]): Promise<void> {
    const body = fromLatin1(lines.map((line) => unescaped(fill(line, this.#kept))).join('\r\n'))
    const init = { method: 'POST', headers: { 'content-type': type! }, body: body as Uint8Array<ArrayBuffer> }
    const response = await this.client.fetch(`/jmap/upload/${this.client.accountId}`, init)
    this.#kept.set(name!, ((await response.json()) as Json).blobId)
    this.#kept.set(`${name}Sha`, createHash('sha256').update(body).digest('base64'))
  }

  pass(seconds: number): void {
    this.#bench.clock.at += seconds * 1_000
  }

  say(at: number, text: string): void {
    if (text.startsWith('[')) this.#calls.push({ at, invocation: filled(JSON.parse(text), this.#kept) })
    else {
      const [, name, json] = /^(\S+)\s*(.*)$/s.exec(text)!
      const args = filled(JSON.parse(json || '{}'), this.#kept)
      const accountId = name === 'Core/echo' ? {} : { accountId: this.client.accountId }
      this.#calls.push({ at, invocation: [name, { ...accountId, ...args }, `c${this.#calls.length}`] })
    }
  }

  async #flush(): Promise<void> {
    if (this.#calls.length === 0) return
    const body = await this.client.request(this.#calls.map(({ invocation }) => invocation))
    if (!body.methodResponses) throw new Error(JSON.stringify(body))
    this.#responses = body.methodResponses
    this.#calls = []
  }

  async hear(text: string, exact: boolean): Promise<string | undefined> {
    await this.#flush()
    const response = this.#responses.shift()
    if (response === undefined) return 'nothing more is said'
    if (text.startsWith('[')) return unlike(JSON.parse(text), response, this.#kept, exact)
    const [, name, type, json] = /^(\S+)\s*([A-Za-z]+)?\s*(.*)$/s.exec(text)!
    if (response[0] !== name)
      return `awaited ${name}, got ${JSON.stringify(response).slice(0, 500)} ${String(this.#bench.bugs.at(-1))}`
    const awaited = { ...JSON.parse(json || '{}'), ...(type === undefined ? {} : { type }) }
    return unlike(awaited, response[1], this.#kept, exact)
  }

  /** Whatever is still to be done or heard. */
  async end(): Promise<void> {
    await this.#flush()
    if (this.#responses.length > 0) throw new Error(`not awaited: ${JSON.stringify(this.#responses[0])}`)
  }

  async request(lines: readonly string[]): Promise<void> {
    const gap = lines.indexOf('')
    const [first, ...fields] = (gap < 0 ? lines : lines.slice(0, gap)).map((line) => fill(line, this.#kept))
    const body = gap < 0 ? undefined : fill(lines.slice(gap + 1).join('\n'), this.#kept)
    const [method, path] = first!.split(' ')
    const headers = Object.fromEntries(fields.map((field) => field.split(/:\s*/, 2) as [string, string]))
    const bytes = body?.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    const sent = bytes === undefined ? {} : { body: fromLatin1(bytes) as Uint8Array<ArrayBuffer> }
    const response = await this.client.fetch(path!, { method: method!, headers, redirect: 'manual', ...sent })
    this.#http = { response, body: new Uint8Array(await response.arrayBuffer()) }
  }

  answered(lines: readonly string[]): string | undefined {
    const { response, body } = this.#http!
    const gap = lines.indexOf('')
    const [status, ...fields] = gap < 0 ? lines : lines.slice(0, gap)
    const text = Buffer.from(body).toString('utf8')
    if (String(response.status) !== status) return `awaited ${status}, got ${response.status} ${text}`
    for (const field of fields) {
      const [name, value] = field.split(/:\s*(.*)/s, 2)
      const wrong = unlike(value, response.headers.get(name!) ?? undefined, this.#kept, true, name)
      if (wrong !== undefined) return wrong
    }
    if (gap < 0) return undefined
    const awaited = lines.slice(gap + 1).join('\n')
    const isJson = awaited.startsWith('{') && awaited.includes('"')
    return isJson
      ? unlike(JSON.parse(awaited), JSON.parse(text), this.#kept, false)
      : unlike(awaited, text, this.#kept, true)
  }
}

/** Lines with those that begin with a blank joined to the one that they go on from. */
const joined = (script: string): readonly Line[] => {
  const out: { at: number; text: string }[] = []
  let inBody = false
  for (const [index, text] of script.split('\n').entries()) {
    if (!inBody && /^[ \t]/.test(text)) out.at(-1)!.text += `\n${text}`
    else out.push({ at: index + 1, text })
    if (!inBody && /^(?:PUT|BLOB) /.test(text)) inBody = true
    else if (text === '.') inBody = false
  }
  return out
}

/** Plays a dialogue; throws where something else is said than is awaited. */
export const playJmapDialogue = async (bench: JmapBench, script: string): Promise<void> => {
  const player = new Player(bench)
  const lines = joined(script)
  /** The lines of a run with the same mark, this one first. */
  const run = (from: number, mark: string): readonly string[] => {
    let to = from
    while (lines[to]?.text.startsWith(mark)) to++
    return lines.slice(from, to).map(({ text }) => text.slice(mark.length).replace(/^ /, ''))
  }
  let at = 0
  const bodyLines = (): readonly string[] => {
    const end = lines.findIndex(({ text }, index) => index > at && text === '.')
    const body = lines.slice(at + 1, end).map(({ text }) => text)
    at = end
    return body
  }
  for (; at < lines.length; at++) {
    const line = lines[at]!
    const [word, ...words] = line.text.split(' ')
    const rest = line.text.slice(3).trim()
    let wrong: string | undefined
    try {
      if (line.text === '' || word === '#') continue
      if (word === 'S:' || word === 'S=') wrong = await player.hear(rest, word === 'S=')
      else if (word === 'C:') {
        if (lines[at - 1]?.text.startsWith('C:') !== true) await player.end()
        player.say(line.at, rest)
      } else if (word === 'C>' || word === 'S>') {
        const all = run(at, word)
        at += all.length - 1
        if (word === 'C>') await player.request(all)
        else wrong = player.answered(all)
      } else {
        await player.end()
        if (word === 'IN') await player.in(words[0]!, words[1])
        else if (word === 'PUT') await player.put(words, bodyLines())
        else if (word === 'BLOB') await player.blob(words, bodyLines())
        else if (word === 'CLOCK') player.pass(Number(words[0]))
        else wrong = 'not understood'
      }
    } catch (error) {
      throw new Error(`line ${line.at}: ${line.text.slice(0, 120)}: ${String(error)}`)
    }
    if (wrong !== undefined) throw new Error(`line ${line.at}: ${wrong}`)
  }
  await player.end()
}

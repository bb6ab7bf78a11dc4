// Facts of contents and searches over them, on a real database.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../src/core/mail/facts/content.ts'
import { foldText } from '../../../src/core/mail/fold.ts'
import { openFacts } from '../../../src/shell/mailstore/facts.ts'
import type { Folder } from '../../../src/shell/mailstore/mailstore.ts'
import { openMailstore } from '../../../src/shell/mailstore/open.ts'
import { type Bench, folderNamed, message, openBench, taken } from './support.ts'

let it: Bench
let box: number
let inbox: Folder
let n = 0

beforeAll(async () => {
  it = await openBench()
})
afterAll(() => it.close())
beforeEach(async () => {
  box = await it.mailbox(`box${++n}@pec.example`)
  inbox = await folderNamed(it, box, 'INBOX')
})

/** Appends messages of these texts; gives their contents. */
const put = async (...texts: readonly string[]): Promise<readonly string[]> => {
  const messages = texts.map((text) => message(it, text))
  taken(await it.store.append(box, inbox.id, messages))
  return messages.map((one) => one.content.id)
}
/** The same of one that is too large for a row. */
const putLarge = async (text: string) => {
  const row = await it.contents.receive(
    (async function* () {
      yield fromLatin1(text)
    })(),
    { limitBytes: 10_000_000 },
  )
  taken(await it.store.append(box, inbox.id, [{ content: row, flags: { system: 0, keywords: [] }, receivedAt: 0 }]))
  return row
}
const stored = async (ids: readonly string[]): Promise<number> => {
  const [row] = await it.db.query<{ n: number }>(
    'test-stored',
    'select count(*) as n from content_facts where content_id = any($1::uuid[])',
    [ids],
  )
  return row!.n
}

describe('facts', () => {
  test('are those of the bytes, whoever asks, and are kept', async () => {
    const text = 'Subject: Prova\r\nMessage-ID: <a@x>\r\n\r\nCiao\r\n'
    const [id] = await put(text)
    const wanted = contentFacts(fromLatin1(text))
    for (const node of [it, await it.another(), it]) {
      const found = (await node.store.facts([id!])).get(id!)!
      expect([found.envelope, found.bodyStructure, found.header]).toEqual([
        wanted.envelope,
        wanted.bodyStructure,
        wanted.header,
      ])
      expect(found.parts).toEqual(wanted.parts)
    }
    // Facts are at hand before they are written: after this they are.
    await it.store.catchUp()
    expect(await stored([id!])).toBe(1)
  })
  test('of a large message are read from its blob as a stream', async () => {
    const file = `--b\r\nContent-Type: application/pdf\r\n\r\n${'riga molto lunga\r\n'.repeat(40_000)}`
    const last = '\r\n--b\r\nContent-Type: text/plain\r\n\r\nin fondo\r\n--b--\r\n'
    const text = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${file}${last}`
    const row = await putLarge(text)
    const node = await it.another()
    const found = (await node.store.facts([row.id])).get(row.id)!
    expect(found.sizeBytes).toBe(text.length)
    expect(found.parts).toEqual(contentFacts(fromLatin1(text)).parts)
    expect(await node.store.search(box, [row.id], 'body', 'in fondo')).toEqual(new Set([row.id]))
  })
  test('of a text too long for them do not keep SEARCH from its end', async () => {
    const line = 'riga qualunque di un testo che non finisce\r\n'
    const plain = `Subject: a\r\n\r\n${line.repeat(20_000)}ago nel  \r\n pagliaio\r\n`
    const html =
      'Subject: b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
      Buffer.from(`<p>${'parole <b>perse</b> '.repeat(40_000)}cit<!-- x -->t&agrave; eterna</p>`)
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n')
    const all = [(await putLarge(plain)).id, (await putLarge(html)).id]
    const search = (where: 'body' | 'text', text: string) => it.store.search(box, all, where, foldText(text))
    expect(await search('body', 'AGO nel pagliaio')).toEqual(new Set([all[0]!]))
    expect(await search('text', 'città eterna')).toEqual(new Set([all[1]!]))
    expect(await search('text', 'non c\u2019è')).toEqual(new Set())
  })
  test('of a thousand contents come together', async () => {
    const ids = await put(...Array.from({ length: 1_000 }, (_, i) => `Subject: n${i}\r\n\r\nx\r\n`))
    const node = await it.another()
    const found = await node.store.facts([...ids, ids[0]!])
    expect(found.size).toBe(1_000)
    expect(found.get(ids[777]!)!.sort.baseSubject).toBe('N777')
  })
  test('given with a message are kept as they are', async () => {
    const one = message(it, 'Subject: a\r\n\r\n')
    const facts = contentFacts(fromLatin1('Subject: b\r\n\r\n'))
    taken(await it.store.append(box, inbox.id, [{ ...one, facts }]))
    expect((await it.store.facts([one.content.id])).get(one.content.id)!.sort.baseSubject).toBe('B')
  })
  test('of new messages are computed without being asked for; after a restart those that are missing', async () => {
    const [first] = await put('Subject: a\r\n\r\n')
    await it.db.query('test-forget', 'delete from content_facts where content_id = $1', [first])
    const node = await it.another()
    await node.store.catchUp()
    await node.store.close()
    expect(await stored([first!])).toBe(1)
  })
})

test('facts put off are told from those that were made, whatever comes after', async () => {
  const ids = await put(...Array.from({ length: 5 }, (_, n) => `Subject: n${n}\r\n\r\nx\r\n`))
  const facts = openFacts({ db: it.db, contents: it.contents, cacheBytes: 1e6, onBug: () => {} })
  let asked = 0
  // Mail came in after two, and all was quiet again.
  expect(await facts.prepareNew(ids, () => ++asked !== 3)).toBe(false)
  expect(await facts.prepareNew(ids, () => true)).toBe(true)
  expect(ids.every((id) => facts.atHand(id))).toBe(true)
})

test('facts of new messages beyond the queue are found missing in the database', async () => {
  const node = await it.another({}, { queueLimit: 2 })
  const messages = Array.from({ length: 40 }, (_, n) => message(node, `Subject: n${n}\r\n\r\nx\r\n`))
  taken(await node.store.append(box, inbox.id, messages))
  await expect.poll(() => stored(messages.map((one) => one.content.id)), { timeout: 20_000 }).toBe(40)
})

describe('search', () => {
  const ids = (found: ReadonlySet<string>, all: readonly string[]) =>
    all.map((id, at) => (found.has(id) ? at : -1)).filter((at) => at >= 0)

  test('finds texts in header, body or either, whatever is in memory', async () => {
    const all = await put(
      'Subject: Fattura 12\r\n\r\nnulla\r\n',
      'Subject: altro\r\n\r\nla FATTURA allegata\r\n',
      'Subject: niente\r\n\r\nnulla\r\n',
      'Subject: =?UTF-8?Q?Citt=C3=A0?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nCITT\u00c3\u0080 bella\r\n',
    )
    for (const node of [await it.another(), it, it]) {
      const search = async (where: 'header' | 'body' | 'text', text: string) =>
        ids(await node.store.search(box, all, where, foldText(text)), all)
      expect(await search('text', 'fattura')).toEqual([0, 1])
      expect(await search('header', 'fattura')).toEqual([0])
      expect(await search('body', 'fattura')).toEqual([1])
      expect(await search('text', 'citt\u00e0')).toEqual([3])
      expect(await search('body', 'Citt\u00e0 b')).toEqual([3])
      expect(await search('text', 'zzz')).toEqual([])
      expect(await search('body', 'll')).toEqual([0, 1, 2, 3])
      expect(await search('text', '')).toEqual([0, 1, 2, 3])
    }
  })
  test('reads the small parts of a message together, be they thousands', async () => {
    const parts = Array.from({ length: 4_000 }, (_, i) => `--x\r\n\r\nparte ${i}.\r\n`).join('')
    const { id } = await putLarge(`Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--\r\n`)
    const all = [id]
    let reads = 0
    const counting = <A extends unknown[], R>(read: (...of: A) => R) => {
      return (...of: A): R => {
        reads++
        return read(...of)
      }
    }
    const counted = { ...it.contents, bytes: counting(it.contents.bytes), stream: counting(it.contents.stream) }
    const node = await openMailstore({ db: it.db, contents: counted, committer: it.committer, clock: it.clock })
    await node.facts(all)
    reads = 0
    expect(ids(await node.search(box, all, 'body', 'parte 3999.'), all)).toEqual([0])
    expect(reads).toBeLessThan(3)
    await node.close()
  })
  test('takes quotes, backslashes, wildcards and NUL as what they are', async () => {
    const all = await put("Subject: x\r\n\r\nit's \\ 100%_\r\n", 'Subject: x\r\n\r\nits 100\r\n')
    for (const [text, found] of [
      ["it's", [0]],
      ['\\', [0]],
      ['%', [0]],
      ["'; drop table content_search; --", []],
      ['a\0b', []],
    ] as const)
      expect(ids(await it.store.search(box, all, 'text', text), all)).toEqual(found)
  })
  test('finds nothing in contents that are not asked for', async () => {
    const all = await put('Subject: uno\r\n\r\n', 'Subject: uno\r\n\r\n')
    expect(await it.store.search(box, all.slice(1), 'text', 'uno')).toEqual(new Set(all.slice(1)))
  })
  test('by words in memory finds what it finds in what is stored, and what the texts have', async () => {
    const word = fc.constantFrom('a', 'ab', 'abba', 'è', 'perché', 'citta', 'x'.repeat(140), 'b\u00a0c', '12', 'from:')
    const blank = fc.constantFrom(' ', '\r\n', '  ')
    const line = fc.array(fc.tuple(word, blank), { maxLength: 8 }).map((pairs) => pairs.flat().join(''))
    const mail = fc
      .tuple(fc.array(word, { maxLength: 3 }), line)
      .map(
        ([subject, text]) =>
          `Subject: ${Buffer.from(subject.join(' ')).toString('latin1')}\r\n` +
          `Content-Type: text/plain; charset=utf-8\r\n\r\n${Buffer.from(text).toString('latin1')}\r\n`,
      )
    const piece = fc
      .tuple(word, fc.nat(3), fc.nat(140))
      .map(([text, from, length]) => text.slice(from, from + length + 1))
    const sought = fc
      .array(fc.oneof(piece, fc.constant(' ')), { minLength: 1, maxLength: 4 })
      .map((all) => all.join(''))
    const asked = fc.array(fc.tuple(fc.constantFrom('header', 'body', 'text'), sought), { maxLength: 8 })
    const quick = await it.another({}, { wordsFrom: 1 })
    const slow = await it.another({}, { wordsFrom: Number.POSITIVE_INFINITY })
    await fc.assert(
      fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 12 }), asked, async (mails, queries) => {
        const all = await put(...mails)
        await quick.store.search(box, all, 'text', 'abc')
        await quick.store.learned()
        // What came since the words were learned is looked at where it is stored.
        const more = [...all, ...(await put(mails[0]!))]
        const texts = [...mails, mails[0]!].map((text) => contentFacts(fromLatin1(text)).search)
        for (const [where, text] of queries) {
          const folded = foldText(text)
          const has = ({ header, body }: { header: string; body: string }): boolean =>
            (where !== 'body' && header.includes(folded)) || (where !== 'header' && body.includes(folded))
          const wanted = new Set(more.filter((_, at) => has(texts[at]!)))
          expect(await quick.store.search(box, more, where, folded)).toEqual(wanted)
          expect(await slow.store.search(box, more, where, folded)).toEqual(wanted)
        }
      }),
      { numRuns: 40 },
    )
  })
  test('keeps no more words in memory than it may', async () => {
    const all = await put(...Array.from({ length: 300 }, (_, n) => `Subject: s${n}\r\n\r\nparola${n} comune\r\n`))
    const node = await it.another({}, { wordsFrom: 1, wordsBytes: 1 })
    for (let times = 0; times < 2; times++) {
      expect((await node.store.search(box, all, 'body', 'comune')).size).toBe(300)
      await node.store.learned()
    }
    expect(ids(await node.store.search(box, all, 'body', 'parola29'), all)).toEqual([
      29,
      ...Array.from({ length: 10 }, (_, n) => 290 + n),
    ])
  })
})

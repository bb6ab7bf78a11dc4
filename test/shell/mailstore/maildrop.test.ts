// The inbox as a maildrop: a snapshot, exclusive across processes, exact sizes; deletes that can be brought back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { SEEN } from '../../../src/core/mail/flags.ts'
import { openLocks } from '../../../src/shell/db/locks.ts'
import { findMailboxes } from '../../../src/shell/mailstore/mailboxes.ts'
import { openMaildrops } from '../../../src/shell/mailstore/maildrop.ts'
import { type Bench, folderNamed, look, message, type Node, openBench, taken, uidsOf } from './support.ts'

let bench: Bench
const closers: (() => Promise<void>)[] = []
beforeAll(async () => {
  bench = await openBench()
})
afterAll(async () => {
  for (const close of closers) await close()
  await bench.close()
})

/** The maildrops of one process. */
const dropsOf = (node: Node) => {
  const locks = openLocks(bench.url)
  closers.push(locks.close)
  const failures: unknown[] = []
  const open = openMaildrops({
    db: node.db,
    mailstore: node.store,
    contents: node.contents,
    locks,
    failed: (error) => failures.push(error),
  })
  return { open, locks, failures }
}
let boxes = 0
const makeBox = async (...texts: string[]) => {
  const address = `pop${++boxes}@pec.alfa.example`
  await bench.mailbox(address)
  const mailbox = (await findMailboxes(bench.db, [address])).get(address)!
  const folder = await folderNamed(bench, mailbox.id, 'INBOX')
  const append = async (text: string) => taken(await bench.store.append(mailbox.id, folder.id, [message(bench, text)]))
  for (const text of texts) await append(text)
  return { mailbox, folder, append }
}
const bytes = async (of: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of of) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

const LARGE = `Subject: large\r\n\r\n${'x'.repeat(70)}\r\n`

describe('a maildrop', () => {
  it('is what the inbox is at login, with the bytes and the sizes that are sent', async () => {
    const texts = ['A: 1\r\n\r\nuno\r\n', 'A: 2\r\n\r\ndue', 'A: 3\r\n\r\n\n', '\r', '']
    const { mailbox, folder, append } = await makeBox(...texts)
    const drop = (await dropsOf(bench).open(mailbox))!
    expect([...(drop.snapshot.uids as Uint32Array)]).toEqual(await uidsOf(bench, folder.id))
    expect([...(drop.snapshot.sizes as Float64Array)]).toEqual([13, 13, 11, 3, 0])
    expect(drop.snapshot.uidValidity).toBe(folder.uidValidity)
    await append('later')
    expect(drop.snapshot.uids.length).toBe(5)
    for (const [i, text] of texts.entries()) expect(await bytes(drop.content(i))).toBe(text)
    await drop.close([])
  })
  it('knows the ends of contents in blobs and in other contents, and of new messages only', async () => {
    const { mailbox, folder } = await makeBox()
    const { open } = dropsOf(bench)
    const receive = async (text: string) => {
      const stream = async function* () {
        yield Buffer.from(text, 'latin1')
      }
      return bench.contents.receive(stream(), { limitBytes: 1e9 })
    }
    const long = LARGE.repeat(2_000)
    const place = async (text: string) => {
      const content = await receive(text)
      taken(await bench.store.append(mailbox.id, folder.id, [{ ...message(bench), content }]))
    }
    await place(long)
    await place(`${long}.`)
    const sizes = async () => {
      const drop = (await open(mailbox))!
      await drop.close([])
      return [...(drop.snapshot.sizes as Float64Array)]
    }
    expect(await sizes()).toEqual([long.length, long.length + 3])
    await place('x')
    expect(await sizes()).toEqual([long.length, long.length + 3, 3])
    expect(await sizes()).toEqual([long.length, long.length + 3, 3])
  })
  it('is of one session at a time, in whatever process', async () => {
    const { mailbox } = await makeBox('x\r\n')
    const [here, there] = [dropsOf(bench), dropsOf(await bench.another())]
    const drop = (await here.open(mailbox))!
    expect(await here.open(mailbox)).toBeUndefined()
    expect(await there.open(mailbox)).toBeUndefined()
    await drop.close([])
    const other = (await there.open(mailbox))!
    expect(other.isHeld()).toBe(true)
    expect(await here.open(mailbox)).toBeUndefined()
    // A process that dies lets it go.
    await there.locks.close()
    let again = await here.open(mailbox)
    while (!again) again = await here.open(mailbox)
    await again.close([])
  })
  it('removes what it is told, for thirty days in which it can be brought back', async () => {
    const { mailbox, folder } = await makeBox('1', '2', '3')
    const drop = (await dropsOf(bench).open(mailbox))!
    await drop.remove([1, 3])
    await drop.close([])
    expect(await uidsOf(bench, folder.id)).toEqual([2])
    expect(await bench.store.restore(mailbox.id, bench.clock.at - DAY)).toBe(2)
    expect(await uidsOf(bench, folder.id)).toEqual([2, 4, 5])
  })
  it('marks what was fetched as seen, be some of it gone meanwhile', async () => {
    const { mailbox, folder } = await makeBox('1', '2', '3')
    const { open, failures } = dropsOf(bench)
    const drop = (await open(mailbox))!
    await bench.store.expunge(folder.id, [1])
    // Another session has expunged it: this one may still read it.
    expect(await bytes(drop.content(0))).toBe('1')
    await drop.close([1, 3])
    expect((await look(bench, folder.id)).map(({ uid, system }) => [uid, system])).toEqual([
      [2, 0],
      [3, SEEN],
    ])
    expect(failures).toEqual([])
  })
  it('that cannot be opened is not kept from others', async () => {
    const { mailbox } = await makeBox('x')
    const { open } = dropsOf(bench)
    await expect(open({ ...mailbox, id: mailbox.id + 1_000_000 })).rejects.toThrow(/no inbox/)
    await expect(open({ ...mailbox, id: mailbox.id + 1_000_000 })).rejects.toThrow(/no inbox/)
  })
})

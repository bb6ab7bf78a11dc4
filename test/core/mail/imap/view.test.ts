// What a client is told of a folder that changes, against a client that believes every word.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isGone,
  placeOf,
  renewView,
  type View,
  type ViewedFolder,
  viewOf,
} from '../../../../src/core/mail/imap/view.ts'

type Message = { readonly uid: number; readonly modseq: number }

/** A folder over plain rows, as it is at one moment: later ones are other objects, unless nothing has gone. */
class Folder implements ViewedFolder {
  rows: Message[]
  highestModseq: number
  constructor(rows: Message[], highestModseq: number) {
    this.rows = rows
    this.highestModseq = highestModseq
  }
  get count() {
    return this.rows.length
  }
  get uids() {
    return this.rows.map(({ uid }) => uid)
  }
  modseq = (index: number) => this.rows[index]!.modseq
  indexOf = (uid: number) => this.rows.findIndex((row) => row.uid === uid)
}

/** The mailbox: what happens to it, and the folder object that stands for it now. */
class Box {
  folder = new Folder([], 1)
  uidNext = 1
  append(): void {
    this.folder.highestModseq++
    this.folder.rows.push({ uid: this.uidNext++, modseq: this.folder.highestModseq })
  }
  flag(at: number): void {
    if (this.folder.count === 0) return
    const index = at % this.folder.count
    this.folder.highestModseq++
    this.folder.rows[index] = { ...this.folder.rows[index]!, modseq: this.folder.highestModseq }
  }
  expunge(at: number): void {
    if (this.folder.count === 0) return
    const index = at % this.folder.count
    this.folder = new Folder(
      this.folder.rows.filter((_, other) => other !== index),
      this.folder.highestModseq + 1,
    )
  }
}

/** A client: a list of uids that it keeps by what it is told. New messages it asks for; it knows their flags then. */
class Client {
  known: { uid: number; modseq: number }[] = []
  view: View<Folder>
  constructor(box: Box) {
    this.view = viewOf(box.folder)
    this.known = box.folder.rows.map((row) => ({ ...row }))
  }
  look(box: Box, mayGo: boolean): void {
    const { news, view } = renewView(this.view, box.folder, mayGo)
    if (!mayGo) expect(news.gone).toEqual([])
    for (const index of news.gone.toReversed()) this.known.splice(index, 1)
    if (news.exists !== undefined) {
      expect(news.exists).toBeGreaterThan(this.known.length)
      for (let index = this.known.length; index < news.exists; index++) this.known.push({ ...box.folder.rows[index]! })
    }
    for (const index of news.changed) {
      const place = placeOf(view, box.folder, index)
      this.known[index]!.modseq = place.folder.modseq(place.index)
    }
    this.view = view
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), at: fc.constant(0) }),
  fc.record({ kind: fc.constantFrom('flag' as const, 'expunge' as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constantFrom('look' as const, 'fetch' as const), at: fc.nat(1) }),
)

describe('the view of a client', () => {
  it('is the folder, whenever it may be', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const box = new Box()
        for (let i = 0; i < 5; i++) box.append()
        const clients = [new Client(box), new Client(box)]
        for (const { kind, at } of steps) {
          if (kind === 'append') box.append()
          else if (kind === 'flag' || kind === 'expunge') box[kind](at)
          else clients[at]!.look(box, kind === 'look')
        }
        for (const client of clients) {
          expect(client.known.length).toBe(client.view.count)
          client.look(box, true)
          expect(client.known).toEqual(box.folder.rows)
          const again = renewView(client.view, box.folder, true)
          expect(again.news).toEqual({ gone: [], exists: undefined, changed: [] })
        }
      }),
    )
  })

  it('keeps the numbers of what has gone while it may not be told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const box = new Box()
        for (let i = 0; i < 4; i++) box.append()
        const client = new Client(box)
        const first = client.known.map(({ uid }) => uid)
        for (const { kind, at } of steps) {
          if (kind === 'append') box.append()
          else if (kind === 'flag' || kind === 'expunge') box[kind](at)
          else client.look(box, false)
        }
        client.look(box, false)
        expect(client.known.slice(0, 4).map(({ uid }) => uid)).toEqual(first)
        for (let index = 0; index < client.view.count; index++) {
          const uid = client.known[index]!.uid
          const place = placeOf(client.view, box.folder, index)
          expect(place.folder.uids[place.index]).toBe(uid)
          expect(isGone(client.view, box.folder, index)).toBe(box.folder.indexOf(uid) < 0)
        }
      }),
    )
  })
})

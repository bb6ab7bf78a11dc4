// Links between messages by what they refer to: steps 1 to 3 of THREAD=REFERENCES (RFC 5256 §3).

type ReferenceView = {
  readonly messageId: (index: number) => string | undefined
  readonly references: (index: number) => readonly string[]
}

/** Where a message belongs: under a message, or under a dummy at the root (with a number of its own), or at the root. */
export type ReferenceLink = {
  readonly index: number
  readonly parent: number | undefined
  readonly dummy: number | undefined
}

/** Steps of looking for loops that are free, per message; after them only short ways are looked at. */
const STEPS_EACH = 64
const SHORT_WAY = 64

/** References that are all heeded, on average of a message; after them, the last ones of each message only. */
const REFERENCES_EACH = 16
const LAST_REFERENCES = 2

const NONE = -1

/** Nodes are numbers: a message's is its place in the list; dummies, of which only the identifier is known, follow. */
class Links {
  readonly parent: number[]
  /** How many nodes have this one as parent. */
  readonly #children: number[]
  readonly #byId = new Map<string, number>()
  #steps: number

  constructor(ids: readonly (string | undefined)[]) {
    this.parent = ids.map(() => NONE)
    this.#children = ids.map(() => 0)
    this.#steps = ids.length * STEPS_EACH
    // Of several messages with one Message-ID the first has it; the others are as if they had one of their own.
    for (const [node, id] of ids.entries()) if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, node)
  }

  nodeOf(id: string): number {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const node = this.parent.length
    this.parent.push(NONE)
    this.#children.push(0)
    this.#byId.set(id, node)
    return node
  }

  /** Whether `node` is `other` or above it. Where that would take too long to tell: yes, so that no link is made. */
  #isAbove(node: number, other: number): boolean {
    if (node === other) return true
    if (this.#children[node] === 0) return false
    let way = 0
    for (let at = this.parent[other]!; at !== NONE; at = this.parent[at]!) {
      if (at === node) return true
      if (this.#steps-- <= 0 && ++way > SHORT_WAY) return true
    }
    return false
  }

  link(parent: number, child: number): void {
    if (this.#isAbove(child, parent)) return
    this.parent[child] = parent
    this.#children[parent]!++
  }

  unlink(child: number): void {
    const parent = this.parent[child]!
    if (parent !== NONE) this.#children[parent]!--
    this.parent[child] = NONE
  }
}

/** Step 1. */
const linkAll = (indexes: readonly number[], view: ReferenceView): Links => {
  const links = new Links(indexes.map((index) => view.messageId(index)))
  let heeded = Math.max(indexes.length, 1_000) * REFERENCES_EACH
  for (const [node, index] of indexes.entries()) {
    let last = NONE
    const all = view.references(index)
    const references = all.length <= heeded ? all : all.slice(-LAST_REFERENCES)
    heeded -= references.length
    for (const id of references) {
      const next = links.nodeOf(id)
      // (A) Links that are there already stay.
      if (last !== NONE && links.parent[next] === NONE) links.link(last, next)
      last = next
    }
    // (B) What a message says of its own parent counts more than what others said.
    if (links.parent[node] !== last || last === NONE) {
      links.unlink(node)
      if (last !== NONE) links.link(last, node)
    }
  }
  return links
}

/**
 * The place of each message, in their order. Dummies are pruned (step 3): what is under one belongs to the message above
 * it, or to the dummy at the root where there is none. Linear but for the search for loops, which is bounded.
 */
export const linkReferences = (indexes: readonly number[], view: ReferenceView): ReferenceLink[] => {
  const { parent } = linkAll(indexes, view)
  const count = indexes.length
  /** For a dummy: the message above it, or the dummy at the root that it comes to. */
  const place = new Int32Array(parent.length).fill(NONE)
  const placeOf = (node: number): number => {
    const way: number[] = []
    let at = node
    while (at >= count && place[at] === NONE && parent[at] !== NONE) {
      way.push(at)
      at = parent[at]!
    }
    const found = at >= count && place[at] !== NONE ? place[at]! : at
    for (const passed of way) place[passed] = found
    return found
  }
  return indexes.map((index, node) => {
    if (parent[node] === NONE) return { index, parent: undefined, dummy: undefined }
    const above = placeOf(parent[node]!)
    return above < count
      ? { index, parent: indexes[above]!, dummy: undefined }
      : { index, parent: undefined, dummy: above }
  })
}

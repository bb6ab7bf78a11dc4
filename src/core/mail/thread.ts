// THREAD (RFC 5256 §3): messages as conversations, by what they refer to or by their subjects.
import type { Instant } from '../lib/instant.ts'
import type { SortFacts } from './facts.ts'
import { compareKeys } from './fold.ts'
import type { ThreadAlgorithm } from './query.ts'
import { linkReferences } from './threadLinks.ts'

/** What threading needs of the message at an index. */
export type ThreadView = {
  readonly sort: (index: number) => SortFacts
  readonly receivedAt: (index: number) => Instant
  readonly messageId: (index: number) => string | undefined
  readonly references: (index: number) => readonly string[]
}

/** A message, by its number, and its answers; without number: messages whose parent is not there. May be deep. */
export type Thread = { readonly number: number | undefined; readonly children: readonly Thread[] }

type Node = { readonly index: number | undefined; readonly number: number | undefined; readonly children: Node[] }

const dummyOf = (children: Node[]): Node => ({ index: undefined, number: undefined, children })

/** The message that stands for a node at the root: itself, else its first child's (RFC 5256 §3 step 4). */
const leadOf = (node: Node): number => node.index ?? node.children[0]!.index!

type Order = (a: Node, b: Node) => number

const sentOrder = (view: ThreadView): Order => {
  const sent = (node: Node): Instant => view.sort(leadOf(node)).sentAt ?? view.receivedAt(leadOf(node))
  return (a, b) => sent(a) - sent(b) || leadOf(a) - leadOf(b)
}

/** Step 4: the root's children by sent date, the children of dummies first. */
const sortRoot = (root: Node[], order: Order): void => {
  for (const node of root) if (node.index === undefined) node.children.sort(order)
  root.sort(order)
}

/** Step 5 B: which thread of each subject the others are merged into. */
const subjectTable = (root: readonly Node[], view: ThreadView): Map<string, Node> => {
  const table = new Map<string, Node>()
  for (const node of root) {
    const { baseSubject, isReply } = view.sort(leadOf(node))
    if (baseSubject === '') continue
    const known = table.get(baseSubject)
    const better =
      known?.index !== undefined && (node.index === undefined || (view.sort(known.index).isReply && !isReply))
    if (!known || better) table.set(baseSubject, node)
  }
  return table
}

/** Step 5 C: merges the threads of one subject; gives the root's children that remain. */
const mergeSubjects = (root: readonly Node[], view: ThreadView): Node[] => {
  const table = subjectTable(root, view)
  const gone = new Set<Node>()
  const added = new Map<Node, Node>()
  for (const node of root) {
    const { baseSubject, isReply } = view.sort(leadOf(node))
    const known = table.get(baseSubject)
    if (!known || known === node) continue
    if (known.index === undefined) {
      if (node.index === undefined) for (const child of node.children) known.children.push(child)
      else known.children.push(node)
      gone.add(node)
    } else if (node.index !== undefined && isReply && !view.sort(known.index).isReply) {
      known.children.push(node)
      gone.add(node)
    } else {
      const dummy = dummyOf([known, node])
      table.set(baseSubject, dummy)
      gone.add(node)
      // It takes the place of the message that stood in the table.
      added.set(known, dummy)
    }
  }
  return root.filter((node) => !gone.has(node)).map((node) => added.get(node) ?? node)
}

/** Step 6: all siblings by sent date, the youngest generations first. */
const sortAll = (root: Node[], order: Order): void => {
  const generations: Node[] = [...root]
  for (const node of generations) for (const child of node.children) generations.push(child)
  for (const node of generations.reverse()) if (node.children.length > 1) node.children.sort(order)
  root.sort(order)
}

const byReferences = (all: readonly Node[], view: ThreadView): Thread[] => {
  // Steps 1 to 3.
  const indexes = all.map(({ index }) => index!)
  const nodes = new Map<number, Node>(all.map((node) => [node.index!, node]))
  const dummies = new Map<number, Node>()
  const root: Node[] = []
  for (const { index, parent, dummy } of linkReferences(indexes, view)) {
    const node = nodes.get(index)!
    if (parent !== undefined) nodes.get(parent)!.children.push(node)
    else if (dummy === undefined) root.push(node)
    else {
      const shared = dummies.get(dummy) ?? dummyOf([])
      if (!dummies.has(dummy)) root.push(shared)
      dummies.set(dummy, shared)
      shared.children.push(node)
    }
  }
  const promoted = root.map((node) =>
    node.index === undefined && node.children.length === 1 ? node.children[0]! : node,
  )
  const order = sentOrder(view)
  sortRoot(promoted, order)
  const merged = mergeSubjects(promoted, view)
  sortAll(merged, order)
  return merged
}

const bySubject = (all: readonly Node[], view: ThreadView): Thread[] => {
  const order = sentOrder(view)
  const subject = (node: Node): string => view.sort(node.index!).baseSubject
  const nodes = all.toSorted((a, b) => compareKeys(subject(a), subject(b)) || order(a, b))
  const threads: Node[] = []
  for (const node of nodes) {
    const last = threads.at(-1)
    if (last && subject(last) === subject(node)) last.children.push(node)
    else threads.push(node)
  }
  return threads.sort(order)
}

/**
 * The threads of messages; `numberOf` gives the number by which a message is told, its sequence number or uid. Iterative
 * and near linear whatever the messages refer to: chains of any length, and loops, which are not followed (RFC 5256 §3
 * step 1).
 */
export const threadIndexes = (
  indexes: readonly number[],
  algorithm: ThreadAlgorithm,
  view: ThreadView,
  numberOf: (index: number) => number,
): Thread[] => {
  const nodes = indexes.map((index): Node => ({ index, number: numberOf(index), children: [] }))
  return algorithm === 'references' ? byReferences(nodes, view) : bySubject(nodes, view)
}

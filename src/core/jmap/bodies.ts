// Parts of an Email: the tree that is told, and which parts are its text, its HTML, its attachments (RFC 8621 §4.1.4).
import type { PartFacts } from '../mail/facts.ts'

/** A part, and its number: that of RFC 9051 §6.4.5. */
export type BodyPart = {
  readonly facts: PartFacts
  readonly path: readonly number[]
  /** Of multiparts only: a message within is one part. */
  readonly subParts: readonly BodyPart[] | undefined
}

export const isMultipart = ({ type }: Pick<PartFacts, 'type'>): boolean => type.startsWith('multipart/')

const partAt = (facts: PartFacts, path: readonly number[]): BodyPart => ({
  facts,
  path,
  subParts: isMultipart(facts) ? facts.children.map((child, at) => partAt(child, [...path, at + 1])) : undefined,
})

/** The tree of a message; a message that is no multipart is its own part 1. */
export const bodyTree = (root: PartFacts): BodyPart => partAt(root, isMultipart(root) ? [] : [1])

/** Names a part within its message; a multipart has no such name. */
export const partIdOf = ({ path, subParts }: BodyPart): string | null => (subParts ? null : path.join('.'))

/** Every part of a tree, this one first. */
export const allBodyParts = (part: BodyPart): readonly BodyPart[] => [
  part,
  ...(part.subParts?.flatMap((child) => allBodyParts(child)) ?? []),
]

export type BodyLists = {
  readonly textBody: readonly BodyPart[]
  readonly htmlBody: readonly BodyPart[]
  readonly attachments: readonly BodyPart[]
}

const isMedia = (type: string): boolean => /^(?:image|audio|video)\//.test(type)

/** Whether a part is shown in its place, by what it is and where it stands in its multipart. */
const isInline = ({ facts }: BodyPart, at: number, within: string): boolean => {
  const { type, disposition, filename } = facts
  if (disposition === 'attachment') return false
  if (type !== 'text/plain' && type !== 'text/html' && !isMedia(type)) return false
  if (at === 0) return true
  // A named text that is not the first is a file that somebody has added.
  return within !== 'related' && (isMedia(type) || filename === undefined)
}

/** Sorts parts into three lists; one that is undefined takes no more: the other alternative has its own parts. */
type Lists = { text: BodyPart[] | undefined; html: BodyPart[] | undefined; readonly attachments: BodyPart[] }

const gather = (parts: readonly BodyPart[], within: string, inAlternative: boolean, given: Lists): void => {
  // What a part changes here holds for those after it, not for those outside.
  const lists: Lists = { ...given }
  const textBefore = lists.text?.length ?? -1
  const htmlBefore = lists.html?.length ?? -1
  for (const [at, part] of parts.entries()) {
    const { type } = part.facts
    if (part.subParts) {
      const kind = type.slice('multipart/'.length)
      gather(part.subParts, kind, inAlternative || kind === 'alternative', lists)
    } else if (!isInline(part, at, within)) lists.attachments.push(part)
    else if (within === 'alternative') {
      if (type === 'text/plain') lists.text?.push(part)
      else if (type === 'text/html') lists.html?.push(part)
      else lists.attachments.push(part)
    } else {
      if (inAlternative && type === 'text/plain') lists.html = undefined
      if (inAlternative && type === 'text/html') lists.text = undefined
      lists.text?.push(part)
      lists.html?.push(part)
      if ((!lists.text || !lists.html) && isMedia(type)) lists.attachments.push(part)
    }
  }
  const { text, html } = lists
  if (within !== 'alternative' || !text || !html) return
  const newText = text.slice(textBefore)
  const newHtml = html.slice(htmlBefore)
  // Where there is one alternative only it stands for the other too.
  if (newText.length === 0) text.push(...newHtml)
  else if (newHtml.length === 0) html.push(...newText)
}

/** The parts that are shown as text, as HTML, and those that are offered to be saved. */
export const bodyLists = (root: BodyPart): BodyLists => {
  const lists = { text: [] as BodyPart[], html: [] as BodyPart[], attachments: [] as BodyPart[] }
  gather([root], 'mixed', false, lists)
  return { textBody: lists.text, htmlBody: lists.html, attachments: lists.attachments }
}

const SIGNATURES = new Set(['application/pkcs7-signature', 'application/x-pkcs7-signature'])

/**
 * Whether somebody would look for a file in the message. What certified mail adds of its own (the
 * signature, `daticert.xml`) is none; the original in an envelope counts by what is in it.
 */
export const hasAttachment = (root: PartFacts, isEnvelope = false): boolean =>
  bodyLists(bodyTree(root)).attachments.some(({ facts }) => {
    const name = facts.filename?.toLowerCase()
    if (facts.disposition === 'inline' || SIGNATURES.has(facts.type) || name === 'daticert.xml') return false
    if (name === 'postacert.eml' && facts.type === 'message/rfc822' && !isEnvelope)
      return facts.children.some((inner) => hasAttachment(inner, true))
    return true
  })

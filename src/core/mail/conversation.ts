// What names the conversation that a message belongs to: the first message that it refers to, or itself.
import { firstValue } from './header.ts'
import type { HeaderField, MimePart } from './structure.ts'

export type ConversationNames = {
  /** Message-ID without brackets. */
  readonly messageId: string | undefined
  /** The oldest of what it answers (RFC 5322 §3.6.4: References, else In-Reply-To). */
  readonly answered: string | undefined
}

const idIn = (fields: readonly HeaderField[], name: string): string | undefined =>
  /<([^<>\s]+)>/.exec(firstValue(fields, name) ?? '')?.[1]

export const conversationNames = (fields: readonly HeaderField[]): ConversationNames => ({
  messageId: idIn(fields, 'message-id'),
  answered: idIn(fields, 'references') ?? idIn(fields, 'in-reply-to'),
})

/** The first message within another: of an envelope of certified mail the original. */
export const messageWithin = (part: MimePart): MimePart | undefined => {
  if (part.type === 'message/rfc822' && part.children[0]) return part.children[0]
  for (const child of part.children) {
    const found = messageWithin(child)
    if (found) return found
  }
  return undefined
}

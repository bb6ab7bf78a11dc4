// SearchSnippet/get (RFC 8621 §5.1).
import { isId, isRecord, listOf, nullable } from '../../../core/jmap/args.ts'
import { bodyLists, bodyTree } from '../../../core/jmap/bodies.ts'
import { LIMITS, MAIL, SMIME } from '../../../core/jmap/capabilities.ts'
import { leavesOf, parseEmailFilter } from '../../../core/jmap/emailFilter.ts'
import { methodError } from '../../../core/jmap/errors.ts'
import { headerValue } from '../../../core/jmap/header.ts'
import { contentOfEmail } from '../../../core/jmap/ids.ts'
import { innerRoot, placesIn } from '../../../core/jmap/pecLook.ts'
import { markedPreview, markedText } from '../../../core/jmap/snippet.ts'
import { bodyValue } from '../../../core/jmap/text.ts'
import { rangePiece } from '../../../core/lib/rope.ts'
import { htmlText } from '../../../core/mail/facts/html.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import { rootFields } from './emailBody.ts'
import { type Call, method, realId } from './method.ts'

/** Encoded bytes of a part that are looked through. */
const LOOKED_AT = 512 * 1024

const subjectOf = async ({ options }: Call, content: string, facts: StoredFacts): Promise<string> => {
  const message = { content, root: facts.parts, within: [], facts }
  const fields = await rootFields(options.contents, message)
  return String(headerValue(fields, { lowerName: 'subject', form: 'Text', all: false }) ?? '')
}

/** The texts of a message, one after the other, until one has a term. */
const previewOf = async (
  { options }: Call,
  content: string,
  facts: StoredFacts,
  terms: readonly string[],
): Promise<string | null> => {
  // of an envelope what a person wrote first, then what the provider did
  const inner = innerRoot(placesIn(facts.parts))
  const lists = (inner ? [inner, facts.parts] : [facts.parts]).map((root) => bodyLists(bodyTree(root)))
  for (const part of new Set(lists.flatMap(({ textBody, htmlBody }) => [...textBody, ...htmlBody]))) {
    const { type, bodyStart, bodyEnd } = part.facts
    if (!type.startsWith('text/') || bodyEnd === bodyStart) continue
    const length = Math.min(bodyEnd - bodyStart, LOOKED_AT)
    const bytes = await options.contents.bytes([rangePiece(content, bodyStart, length)], length)
    const { value } = bodyValue(part.facts, bytes, 0, false)
    const found = markedPreview(type === 'text/html' ? htmlText(value) : value, terms)
    if (found !== null) return found
  }
  return null
}

type SnippetArgs = { readonly filter?: unknown; readonly emailIds: readonly string[] }

const get = method<SnippetArgs>(
  'SearchSnippet/get',
  MAIL,
  { 'accountId!': isId, filter: nullable(isRecord), 'emailIds!': listOf(isId) },
  async (call, args) => {
    const filter = parseEmailFilter(args.filter, call.using.has(SMIME))
    if ('methodError' in filter) return filter
    if (args.emailIds.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const subject = new Set<string>()
    const body = new Set<string>()
    for (const leaf of leavesOf(filter)) {
      if (leaf.kind !== 'text') continue
      for (const term of leaf.terms) {
        if (leaf.where === 'text' || leaf.field === 'subject') subject.add(term)
        if (leaf.where !== 'header') body.add(term)
      }
    }
    const { mailstore } = call.options
    const box = await mailstore.box(call.login.mailboxId)
    const asked = args.emailIds.map((id) => [id, contentOfEmail(realId(call, id))] as const)
    const known = asked.flatMap(([, content]) =>
      content !== undefined && box.rowsOf(content).length > 0 ? [content] : [],
    )
    const facts = await mailstore.facts(known)
    const list: object[] = []
    const notFound: string[] = []
    for (const [emailId, content] of asked) {
      const record = content === undefined ? undefined : facts.get(content)
      if (content === undefined || !record) {
        notFound.push(emailId)
        continue
      }
      list.push({
        emailId,
        subject: subject.size > 0 ? markedText(await subjectOf(call, content, record), [...subject]) : null,
        preview: body.size > 0 ? await previewOf(call, content, record, [...body]) : null,
      })
    }
    return { accountId: call.accountId, list, notFound: notFound.length > 0 ? notFound : null }
  },
)

export const snippetMethods = [get]

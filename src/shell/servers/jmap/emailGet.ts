// Email/get (RFC 8621 §4.2).
import { GET_ARGS, isBoolean, isString, isUnsignedInt, listOf, nullable } from '../../../core/jmap/args.ts'
import { LIMITS, MAIL, SMIME } from '../../../core/jmap/capabilities.ts'
import { printState } from '../../../core/jmap/changes.ts'
import { picked, wantedOfParts, wantedProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import { contentOfEmail, emailId } from '../../../core/jmap/ids.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import type { Box } from '../../mailstore/box.ts'
import { Turns } from '../wire/turns.ts'
import { type BodyFetch, bodyOf, looksInside } from './emailBody.ts'
import { contentOf, metadataOf } from './emails.ts'
import { type Call, type GetArgs, method, realId } from './method.ts'
import { smimeOf } from './smime.ts'

export type BodyArgs = {
  readonly bodyProperties?: readonly string[] | null
  readonly fetchTextBodyValues?: boolean
  readonly fetchHTMLBodyValues?: boolean
  readonly fetchAllBodyValues?: boolean
  readonly maxBodyValueBytes?: number
}

export const BODY_ARGS = {
  bodyProperties: nullable(listOf(isString)),
  fetchTextBodyValues: isBoolean,
  fetchHTMLBodyValues: isBoolean,
  fetchAllBodyValues: isBoolean,
  maxBodyValueBytes: isUnsignedInt,
}

/** Every content of a box, at most one more than so many. */
const allContents = (box: Box, most: number): readonly ContentId[] => {
  const found = new Set<ContentId>()
  for (const folder of box.folders)
    for (let index = 0; index < folder.state.count && found.size <= most; index++)
      found.add(contentOf({ folder, index }))
  return [...found].filter((content) => box.rowsOf(content).length > 0)
}

/** Emails by the ids of their contents, with what is wanted of them; those that are not in the box are left out. */
export const readEmails = async (
  { options }: Call,
  box: Box,
  contents: readonly ContentId[],
  fetch: BodyFetch,
): Promise<ReadonlyMap<ContentId, Record<string, unknown>>> => {
  const { wanted } = fetch
  const there = contents.filter((content) => box.rowsOf(content).length > 0)
  const facts = looksInside(wanted) ? await options.mailstore.facts(there) : undefined
  const out = new Map<ContentId, Record<string, unknown>>()
  const turns = new Turns()
  for (const content of there) {
    const rows = box.rowsOf(content)
    if (rows.length === 0) continue // removed meanwhile
    const email: Record<string, unknown> = picked(metadataOf(content, rows), wanted.metadata)
    const record = facts?.get(content)
    if (record) {
      const message = { content, root: record.parts, within: [], facts: record }
      Object.assign(email, await bodyOf(options.contents, message, fetch, () => record.preview))
    }
    out.set(content, email)
    if (turns.over) await turns.pass()
  }
  return out
}

const get = method<GetArgs & BodyArgs>('Email/get', MAIL, { ...GET_ARGS, ...BODY_ARGS }, async (call, args) => {
  const { options, login, accountId } = call
  const wanted = wantedProperties(args.properties, call.using.has(SMIME))
  if (isMethodError(wanted)) return wanted
  const parts = wantedOfParts(args.bodyProperties)
  if (isMethodError(parts)) return parts
  if (args.ids && args.ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const box = await options.mailstore.box(login.mailboxId)
  const asked = args.ids
    ? [...new Set(args.ids)].map((id) => realId(call, id))
    : allContents(box, LIMITS.maxObjectsInGet).map(emailId)
  if (asked.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const contents = asked.map(contentOfEmail)
  const known = contents.filter((content) => content !== undefined)
  const emails = await readEmails(call, box, known, { ...args, wanted, parts })
  if (wanted.smime.size > 0)
    for (const [content, signature] of await smimeOf(options, box, known))
      Object.assign(emails.get(content) ?? {}, picked(signature, wanted.smime))
  const found = contents.map((content) => (content === undefined ? undefined : emails.get(content)))
  return {
    accountId,
    state: printState(box),
    list: found.filter((email) => email !== undefined),
    notFound: asked.filter((_, at) => found[at] === undefined),
  }
})

export const emailGetMethods = [get]

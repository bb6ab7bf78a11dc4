// PecMessage/get: what an Email is in the network (docs/flows/jmap-pec.md).
import { GET_ARGS, isString, listOf, nullable } from '../../../core/jmap/args.ts'
import { LIMITS, PEC } from '../../../core/jmap/capabilities.ts'
import { printState } from '../../../core/jmap/changes.ts'
import { picked, pickProperties, wantedOfParts, wantedProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import { blobId, contentOfEmail, emailId, threadId } from '../../../core/jmap/ids.ts'
import type { PecMessage, PecMessageKind } from '../../../core/jmap/pec.ts'
import { innerRoot, isCertified, isEnvelope, type Look } from '../../../core/jmap/pecLook.ts'
import { blobsOf, dataObject } from '../../../core/jmap/pecMessage.ts'
import { isFrom, messageKind } from '../../../core/jmap/pecThread.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { contentFacts } from '../../../core/mail/facts/content.ts'
import type { PartFacts } from '../../../core/mail/facts.ts'
import type { MessageKind } from '../../../core/mailbox/certified.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import type { Row } from '../../mailstore/box.ts'
import { Turns } from '../wire/turns.ts'
import { type BodyFetch, bodyOf } from './emailBody.ts'
import { BODY_ARGS, type BodyArgs } from './emailGet.ts'
import { PARSE_DEFAULTS } from './emailImport.ts'
import { joined } from './emails.ts'
import { type Call, type GetArgs, method, realId } from './method.ts'
import { looksAt } from './pecLooks.ts'

const DEFAULTS = ['id', 'threadId', 'kind', 'identifier', 'data', 'subject', 'from', 'inner', 'blobs'] as const
const PROPERTIES: readonly (keyof PecMessage)[] = [...DEFAULTS, 'verification']

/** A verification reads every byte of a message. */
const MOST_VERIFIED = 50
/** Longest original whose preview is made where no facts tell it: that of the envelope is kept. */
const PREVIEWED_BYTES = 256 * 1024

type Args = GetArgs & BodyArgs & { readonly innerProperties?: readonly string[] | null }

type Found = {
  readonly content: ContentId
  readonly kind: MessageKind | null
  readonly told: PecMessageKind
  readonly row: Row
  readonly look: Look
}

/** The original within, as Email/parse gives it. */
const innerOf = async (
  { options: { contents } }: Call,
  { content, kind, look }: Found,
  facts: StoredFacts,
  fetch: BodyFetch,
): Promise<Record<string, unknown> | null> => {
  const { original } = look.places
  const root = innerRoot(look.places)
  if (!original || !root) return null
  const { bodyStart, bodyEnd } = original.part
  const previewed = async (): Promise<string> => {
    if (isEnvelope(kind)) return facts.preview
    const length = bodyEnd - bodyStart
    return length > PREVIEWED_BYTES || !fetch.wanted.body.has('preview')
      ? ''
      : contentFacts(await contents.bytes([rangePiece(content, bodyStart, length)], length)).preview
  }
  const preview = await previewed()
  const known: Readonly<Record<string, unknown>> = {
    blobId: blobId(content, original.path),
    size: bodyEnd - bodyStart,
  }
  const within = { content, root: root as PartFacts, within: original.path, facts: undefined }
  return {
    ...Object.fromEntries([...fetch.wanted.metadata].map((name) => [name, known[name] ?? null])),
    ...(await bodyOf(contents, within, fetch, () => preview)),
  }
}

/** PEC msgids of what the box sent, by the Message-IDs of the copies. */
const sentIdentifiers = async ({ options, login }: Call, found: readonly Found[]) => {
  const ids = found.flatMap(({ told, look }) =>
    told === 'sent' && look.messageId !== undefined ? [look.messageId] : [],
  )
  const records = await options.sent.find(login.mailboxId, [], ids)
  return new Map(records.map(({ message, identifier }) => [message.clientMsgid, identifier]))
}

/** Emails as they lie in the box, and what is seen of them. */
const findAll = async (call: Call, contents: readonly ContentId[], rowsOf: (one: ContentId) => readonly Row[]) => {
  const there = contents.flatMap((content) => {
    const rows = rowsOf(content)
    return rows.length > 0 ? [{ ...joined(rows), row: rows[0]! }] : []
  })
  const looks = await looksAt(call.options, there)
  return there.flatMap(({ content, kind, system, inSent, row }): readonly Found[] => {
    const look = looks.get(content)
    if (!look) return []
    return [
      {
        content,
        kind,
        row,
        look,
        told: messageKind(kind, system, inSent, () => isFrom(look.from, call.login.address)),
      },
    ]
  })
}

const get = method<Args>(
  'PecMessage/get',
  PEC,
  { ...GET_ARGS, ...BODY_ARGS, innerProperties: nullable(listOf(isString)) },
  async (call, args) => {
    const { options, login, accountId } = call
    const wanted = pickProperties(PROPERTIES, args.properties ?? DEFAULTS)
    if (isMethodError(wanted)) return wanted
    const inner = wantedProperties(args.innerProperties ?? [...PARSE_DEFAULTS, 'blobId', 'size'])
    if (isMethodError(inner)) return inner
    const parts = wantedOfParts(args.bodyProperties)
    if (isMethodError(parts)) return parts
    const verifies = wanted.has('verification')
    if (!args.ids || args.ids.length > (verifies ? MOST_VERIFIED : LIMITS.maxObjectsInGet))
      return methodError('requestTooLarge')
    const fetch: BodyFetch = { ...args, wanted: { ...inner, metadata: without(inner.metadata, 'id') }, parts }
    const box = await options.mailstore.box(login.mailboxId)
    const asked = [...new Set(args.ids)].map((id) => realId(call, id))
    const found = await findAll(
      call,
      asked.flatMap((id) => contentOfEmail(id) ?? []),
      box.rowsOf,
    )
    const certified = found.filter(({ kind }) => isCertified(kind))
    const facts = wanted.has('inner')
      ? await options.mailstore.facts(certified.map(({ content }) => content))
      : new Map<ContentId, StoredFacts>()
    const sent = wanted.has('identifier') ? await sentIdentifiers(call, found) : new Map<string, string>()
    const turns = new Turns()
    const list = new Map<string, Record<string, unknown>>()
    for (const one of found) {
      const { content, kind, told, row, look } = one
      const { state } = row.folder
      const record = isCertified(kind) ? facts.get(content) : undefined
      const message: PecMessage = {
        id: emailId(content),
        threadId: threadId(state.threadKey(row.index)),
        kind: told,
        identifier: look.data?.identifier ?? sent.get(`<${look.messageId}>`) ?? null,
        data: look.data ? dataObject(look.data) : null,
        subject: look.subject,
        from: look.from,
        inner: record ? await innerOf(call, one, record, fetch) : null,
        blobs: blobsOf(content, look.places),
        verification:
          verifies && isCertified(kind) ? await options.verdicts.of(content, state.sizeBytes(row.index)) : null,
      }
      list.set(message.id, picked(message, wanted))
      if (turns.over) await turns.pass()
    }
    return {
      accountId,
      state: printState(box),
      list: asked.flatMap((id) => list.get(id) ?? []),
      notFound: asked.filter((id) => !list.has(id)),
    }
  },
)

const without = (names: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  new Set([...names].filter((one) => one !== name))

export const pecMessageMethods = [get]

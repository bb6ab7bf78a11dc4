// Signatures of emails (RFC 9219): verified when somebody asks, as far as a call may cost; for filters, what arrival has proven.
import { utcDate } from '../../../core/jmap/date.ts'
import type { SmimeWhat } from '../../../core/jmap/emailFilter.ts'
import { type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { isCertified } from '../../../core/jmap/pecLook.ts'
import { type SmimeForm, type SmimeOutcome, smimeForm, smimeOutcome } from '../../../core/jmap/smime.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import { firstValue } from '../../../core/mail/header.ts'
import type { MessageKind } from '../../../core/mailbox/certified.ts'
import type { Box, Row } from '../../mailstore/box.ts'
import { Turns } from '../wire/turns.ts'
import { rootFields } from './emailBody.ts'
import type { JmapOptions } from './options.ts'

type Options = Pick<JmapOptions, 'mailstore' | 'contents' | 'verdicts'>

/** Verifications of one call: each reads a message whole. What is left is signed, and not yet verified. */
const MOST_VERIFIED = 50
/** Contents whose facts are in memory at one time. */
const BATCH = 250

/** Forms of contents that the network did not make: they never change. */
const forms = new Map<ContentId, SmimeForm>()
const MOST_FORMS = 500_000

const learnForms = async ({ mailstore, contents }: Options, all: readonly ContentId[]): Promise<void> => {
  if (forms.size > MOST_FORMS) forms.clear()
  const unknown = all.filter((content) => !forms.has(content))
  const turns = new Turns()
  for (let at = 0; at < unknown.length; at += BATCH) {
    for (const [content, facts] of await mailstore.facts(unknown.slice(at, at + BATCH))) {
      const root = facts.parts
      const needsField = root.type.endsWith('pkcs7-mime')
      const fields = needsField ? await rootFields(contents, { content, root, within: [], facts }) : []
      forms.set(content, smimeForm(root, firstValue(fields, 'content-type')))
    }
    await turns.pass()
  }
}

/** What the network made is signed, and its signature held when it came: else it would lie in an anomaly envelope, signed here. */
const formOf = (content: ContentId, kind: MessageKind | null): SmimeForm =>
  isCertified(kind) ? 'signed' : (forms.get(content) ?? 'none')

const kindOf = (rows: readonly Row[]): MessageKind | null =>
  rows.map(({ folder, index }) => folder.state.kind(index)).find((kind) => kind !== null) ?? null

const AT_DELIVERY: SmimeOutcome = { status: 'signed/verified', errors: null }

/** The properties of each content, of which the first so many that are signed are verified. */
export const smimeOf = async (
  options: Options,
  box: Box,
  contents: readonly ContentId[],
): Promise<ReadonlyMap<ContentId, Readonly<Record<string, unknown>>>> => {
  const there = contents.flatMap((content) => {
    const rows = box.rowsOf(content)
    return rows.length > 0 ? [{ content, row: rows[0]!, kind: kindOf(rows) }] : []
  })
  await learnForms(
    options,
    there.flatMap(({ content, kind }) => (isCertified(kind) ? [] : [content])),
  )
  const out = new Map<ContentId, Readonly<Record<string, unknown>>>()
  let left = MOST_VERIFIED
  for (const { content, row, kind } of there) {
    const form = formOf(content, kind)
    const isAtHand = options.verdicts.atHand(content) !== undefined
    const verifies = form === 'signed' && (isAtHand || left > 0)
    if (verifies && !isAtHand) left--
    const verdict = verifies ? await options.verdicts.of(content, row.folder.state.sizeBytes(row.index)) : undefined
    const outcome: SmimeOutcome | undefined = verdict ? smimeOutcome(verdict.checks) : undefined
    const plain = form === 'none' ? null : form === 'unknown' ? 'unknown' : 'signed'
    const status = outcome?.status ?? plain
    const at = options.verdicts.verifiedAt(content)
    out.set(content, {
      smimeStatus: status,
      smimeStatusAtDelivery: isCertified(kind) ? AT_DELIVERY.status : status,
      smimeErrors: outcome?.errors ?? null,
      smimeVerifiedAt: status !== plain && at !== undefined ? utcDate(at) : null,
    })
  }
  return out
}

type Passes = (content: ContentId, kind: MessageKind | null, what: SmimeWhat) => boolean

/** What is known of the signatures in a box, as far as conditions need it; refuses what would verify too many. */
export const learnSmime = async (
  options: Options,
  box: Box,
  whats: ReadonlySet<SmimeWhat>,
): Promise<Passes | MethodError> => {
  /** What was verified; of the rest, what the network made holds as it did when it came. */
  const found = new Map<ContentId, boolean>()
  const others = new Map<ContentId, number>()
  for (const { state } of box.folders)
    for (let index = 0; index < state.count; index++) {
      const content = state.content(index)
      const verdict = options.verdicts.atHand(content)
      if (verdict) found.set(content, smimeOutcome(verdict.checks).status === 'signed/verified')
      if (!isCertified(state.kind(index))) others.set(content, state.sizeBytes(index))
    }
  await learnForms(options, [...others.keys()])
  const signed = [...others].filter(([content]) => !found.has(content) && forms.get(content) === 'signed')
  const verifies = whats.has('verified') || whats.has('atDelivery')
  if (verifies && signed.length > MOST_VERIFIED)
    return methodError('unsupportedFilter', 'Too many signatures to be verified at once')
  for (const [content, sizeBytes] of verifies ? signed : []) {
    const { checks } = await options.verdicts.of(content, sizeBytes)
    found.set(content, smimeOutcome(checks).status === 'signed/verified')
  }
  return (content, kind, what) => {
    if (what === 'has') return formOf(content, kind) !== 'none'
    return (what === 'atDelivery' && isCertified(kind)) || (found.get(content) ?? isCertified(kind))
  }
}

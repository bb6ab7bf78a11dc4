// EmailSubmission/set (RFC 8621 §7.5): sends by the rules of the access point, now or later; calls back what waits.
import { randomUUID } from 'node:crypto'
import { isIdOrCreation, isRecord, isString, listOf, mapOf, nullable, SET_ARGS } from '../../../core/jmap/args.ts'
import { SUBMISSION } from '../../../core/jmap/capabilities.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { isMethodError, type SetError } from '../../../core/jmap/errors.ts'
import { addressesForm, type EmailAddress, textForm } from '../../../core/jmap/header.ts'
import { contentOfEmail, emailId } from '../../../core/jmap/ids.ts'
import { areRecipientParameters, MOST_WAITING, readRelease, undoMachine } from '../../../core/jmap/release.ts'
import { addressKey, parseAddrSpec, sameAddress } from '../../../core/mail/address.ts'
import { fieldValues } from '../../../core/mail/header.ts'
import type { EnvelopeValue, SubmissionRow } from '../../mailstore/outgoing.ts'
import { rootFields } from './emailBody.ts'
import { setEmails } from './emailCreate.ts'
import { identitiesOf, identityId } from './identity.ts'
import { type Call, method, type Outcome, realId, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'
import { rowsOf, shown, stateOf, submissionId, there } from './submissionRows.ts'

const isPath = (value: unknown): value is { readonly email: string; readonly parameters?: unknown } =>
  isRecord(value) && isString(value.email) && (value.parameters === undefined || nullable(isRecord)(value.parameters))

type Header = {
  readonly from: readonly EmailAddress[]
  readonly to: readonly EmailAddress[]
  readonly subject: string
}

/** From, everybody whom a message is for, and its subject. */
const headerOf = async (call: Call, content: string): Promise<Header> => {
  const facts = (await call.options.mailstore.facts([content])).get(content)
  if (!facts) return { from: [], to: [], subject: '' }
  const fields = await rootFields(call.options.contents, { content, root: facts.parts, within: [], facts })
  const of = (name: string): readonly EmailAddress[] => fieldValues(fields, name).flatMap(addressesForm)
  const subject = fieldValues(fields, 'subject').map(textForm).join(' ').slice(0, 200).toWellFormed()
  return { from: of('from'), to: [...of('to'), ...of('cc'), ...of('bcc')], subject }
}

/** The envelope that a client gives, or that the message itself means; or why it will not do. */
const envelopeOf = (given: unknown, { to }: Header, address: string, most: number): EnvelopeValue | SetError => {
  if (given !== undefined && given !== null) {
    if (!isRecord(given) || !isPath(given.mailFrom) || !Array.isArray(given.rcptTo) || !given.rcptTo.every(isPath))
      return invalidProperties(['envelope'])
    if (!given.rcptTo.every(({ parameters }) => areRecipientParameters(parameters)))
      return invalidProperties(['envelope'], 'recipients have no parameters here')
    if (!sameAddress(given.mailFrom.email, address)) return { type: 'forbiddenMailFrom' }
  }
  const wanted = isRecord(given) ? (given.rcptTo as { email: string; parameters?: unknown }[]) : to
  const mailFrom = isRecord(given) ? (given.mailFrom as { email: string; parameters?: unknown }) : { email: address }
  const paths = [...new Map(wanted.map((one) => [addressKey(one.email), one])).values()]
  if (paths.length === 0) return { type: 'noRecipients' }
  if (paths.length > most) return { type: 'tooManyRecipients', maxRecipients: most }
  const wrong = paths.filter(({ email }) => !parseAddrSpec(email)).map(({ email }) => email)
  if (wrong.length > 0) return { type: 'invalidRecipients', invalidRecipients: wrong }
  const path = (one: { readonly email: string; readonly parameters?: unknown }) => ({
    email: one.email,
    parameters: one.parameters ?? null,
  })
  return { mailFrom: path(mailFrom), rcptTo: paths.map(path) }
}

const TOO_MANY: SetError = { type: 'overQuota', description: `${MOST_WAITING} messages wait already to be sent` }
const WAITING: SetError = { type: 'forbidden', description: 'it waits to be sent: cancel it first' }
const NOT_SENDING: SetError = { type: 'forbiddenToSend', description: 'this box, or this password, does not send' }

type Checked = {
  readonly id: string
  readonly identityId: number
  readonly content: string
  readonly thread: bigint
  readonly sizeBytes: number
  readonly subject: string
  readonly envelope: EnvelopeValue
  readonly releaseAt: number | undefined
}

/** What a client wants sent, checked; or why it will not do. */
const check = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Checked | SetError> => {
  const { options, login } = call
  const unknown = Object.keys(given).filter(
    (name) => !['identityId', 'emailId', 'envelope', 'undoStatus'].includes(name),
  )
  if (given.undoStatus === 'canceled') unknown.push('undoStatus')
  // `sendAt` above all: who means to send later by it must not see the message leave at once.
  if (unknown.length > 0) return invalidProperties(unknown, 'unknown, or set by the server')
  if (!options.submit || !login.sends) return NOT_SENDING
  const wantedIdentity = isString(given.identityId) ? realId(call, given.identityId) : ''
  const identity = (await identitiesOf(call)).find((row) => identityId(row.id) === wantedIdentity)
  if (!identity) return invalidProperties(['identityId'])
  const content = isString(given.emailId) ? contentOfEmail(realId(call, given.emailId)) : undefined
  const box = await options.mailstore.box(login.mailboxId)
  const row = content === undefined ? undefined : box.rowsOf(content)[0]
  if (content === undefined || !row) return invalidProperties(['emailId'], 'there is no such email')
  const header = await headerOf(call, content)
  if (header.from.length === 0) return { type: 'invalidEmail', properties: ['from'] }
  if (!header.from.every(({ email }) => sameAddress(email, login.address))) return { type: 'forbiddenFrom' }
  const envelope = envelopeOf(given.envelope, header, login.address, options.maxRecipients)
  if ('type' in envelope) return envelope
  const release = readRelease(envelope.mailFrom.parameters, options.now())
  if ('wrong' in release) return invalidProperties(['envelope'], release.wrong)
  const { state } = row.folder
  return {
    id: randomUUID(),
    identityId: identity.id,
    content,
    thread: state.threadKey(row.index),
    sizeBytes: state.sizeBytes(row.index),
    subject: header.subject,
    envelope,
    releaseAt: release.at,
  }
}

/** Hands a message to the access point. */
const sendNow = async ({ options, login }: Call, checked: Checked): Promise<SetError | undefined> => {
  const { id, identityId: identity, content, thread, sizeBytes, envelope } = checked
  const sent = await options.submit!({
    address: login.address,
    by: login.by,
    content,
    sizeBytes,
    forwardPaths: envelope.rcptTo.map(({ email }) => email),
    id,
    remoteAddress: login.remoteAddress,
  })
  if ('refusal' in sent) return NOT_SENDING
  const kept = { id, identityId: identity, content, thread, envelope, identifier: sent.identifier, sendAt: sent.at }
  await options.outgoing.keepSubmission(login.mailboxId, kept)
  return undefined
}

/** Keeps a message until its time. */
const sendLater = async ({ options, login }: Call, { releaseAt, sizeBytes, subject, ...one }: Checked) => {
  const { address, by = null, remoteAddress } = login
  const held = { address, by, sizeBytes, remoteAddress, subject }
  const kept = { ...one, releaseAt: releaseAt!, held }
  const outcome = await options.outgoing.hold(login.mailboxId, kept, MOST_WAITING, options.now())
  if (outcome === 'mayNotSend') return NOT_SENDING
  return outcome === 'tooMany' ? TOO_MANY : undefined
}

const create = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Done> => {
  const checked = await check(call, given)
  if ('type' in checked) return checked
  const refused = await (checked.releaseAt === undefined ? sendNow : sendLater)(call, checked)
  if (refused) return refused
  const made = (await rowsOf(call)).find((one) => one.id === checked.id)
  if (!made) return { type: 'serverFail' }
  const { emailId: _, identityId: __, ...told } = shown(made)
  return { done: told }
}

/** All that may be changed is that one that waits is called back. */
const update = async (
  { options, login }: Call,
  row: SubmissionRow | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<Done> => {
  if (!row) return NOT_FOUND
  const fixed = Object.keys(patch).filter((name) => name !== 'undoStatus')
  if (fixed.length > 0) return invalidProperties(fixed)
  const { undoStatus: wanted = row.undoStatus } = patch
  if (wanted === row.undoStatus) return DONE
  if (wanted !== 'canceled')
    return undoMachine.isFinal(row.undoStatus) ? { type: 'cannotUnsend' } : invalidProperties(['undoStatus'])
  const { mailboxId, address, by = null, remoteAddress } = login
  const status = await options.outgoing.cancel(mailboxId, row.id, { address, by, remoteAddress }, options.now())
  return status === 'canceled' ? DONE : { type: 'cannotUnsend' }
}

/** One that waits would leave unseen, or be lost unasked: it is called back first. */
const destroy = async ({ options, login }: Call, row: SubmissionRow | undefined): Promise<Done> => {
  if (!row) return NOT_FOUND
  if (row.undoStatus === 'pending') return WAITING
  await options.outgoing.removeSubmission(login.mailboxId, row.id)
  return DONE
}

type SubmissionSet = SetArgs & {
  readonly onSuccessUpdateEmail?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly onSuccessDestroyEmail?: readonly string[] | null
}

/** The Email/set that follows for the emails of what succeeded (RFC 8621 §7.5). */
const follow = async (
  call: Call,
  args: SubmissionSet,
  succeeded: ReadonlySet<string>,
  before: readonly SubmissionRow[],
) => {
  const rows = new Map([...before, ...(await rowsOf(call))].map((row) => [submissionId(row.id), row]))
  const emailOf = (key: string): string | undefined => {
    const id = realId(call, key)
    const row = rows.get(id)
    return row && succeeded.has(id) ? emailId(row.content) : undefined
  }
  const update: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [key, patch] of Object.entries(args.onSuccessUpdateEmail ?? {})) {
    const email = emailOf(key)
    if (email !== undefined) update[email] = patch
  }
  const destroy = (args.onSuccessDestroyEmail ?? []).flatMap((key) => emailOf(key) ?? [])
  if (Object.keys(update).length === 0 && destroy.length === 0) return undefined
  return setEmails(call, { update, destroy })
}

export const submissionSet = method<SubmissionSet>(
  'EmailSubmission/set',
  SUBMISSION,
  {
    ...SET_ARGS,
    onSuccessUpdateEmail: nullable(mapOf(isIdOrCreation, isRecord)),
    onSuccessDestroyEmail: nullable(listOf(isIdOrCreation)),
  },
  async (call, args): Promise<Outcome> => {
    const before = await rowsOf(call)
    const known = new Map(there(before).map((row) => [submissionId(row.id), row]))
    const each = async <T>(of: Iterable<readonly [string, T]>, one: (id: string, what: T) => Promise<Done>) => {
      const out = new Map<string, Done>()
      for (const [id, what] of of) out.set(id, await one(id, what))
      return out
    }
    const done = await runSet(call, args, {
      state: async () => String(await stateOf(call)),
      create: (object) => create(call, object),
      update: (patches) => each(patches, (id, patch) => update(call, known.get(id), patch)),
      destroy: (ids) =>
        each(
          ids.map((id) => [id, undefined] as const),
          (id) => destroy(call, known.get(id)),
        ),
    })
    if (isMethodError(done)) return done
    const succeeded = new Set([
      ...Object.values((done.created ?? {}) as Record<string, { id: string }>).map(({ id }) => id),
      ...Object.keys(done.updated ?? {}),
      ...((done.destroyed as readonly string[] | null) ?? []),
    ])
    const followed = await follow(call, args, succeeded, before)
    if (!followed) return done
    return {
      several: [
        ['EmailSubmission/set', done],
        isMethodError(followed) ? ['error', { type: followed.methodError }] : ['Email/set', followed],
      ],
    }
  },
)

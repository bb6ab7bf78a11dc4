// Submits an original message: scan, decide, seal, commit. Only then may the client hear 250. What follows from it
// takes the steps of RFC 6109 §3.5.
import { rangePiece } from '../../core/lib/rope.ts'
import { addressKey, domainOf } from '../../core/mail/address.ts'
import { conversationNames } from '../../core/mail/conversation.ts'
import { SEEN } from '../../core/mail/flags.ts'
import { firstValue } from '../../core/mail/header.ts'
import type { MimeScan } from '../../core/mail/mime.ts'
import { type AccessDecision, accept } from '../../core/pec/access.ts'
import { addresseeKeys } from '../../core/pec/incoming.ts'
import type { MessageFacts, PecMsgid } from '../../core/pec/model.ts'
import { FIRST_NOTICE_AFTER } from '../../core/pec/timeout.ts'
import type { ContentRow } from '../content/store.ts'
import type { Mailbox } from '../mailstore/mailboxes.ts'
import { hasOwnCopy } from '../mailstore/sent.ts'
import { type Changes, type Filing, noChanges } from './changes.ts'
import { fileSealed, quarantineFor, subjectOf, transferJob } from './consequences.ts'
import { type LocalArrival, localJob } from './handoff.ts'
import { type Sealed, seal } from './seal.ts'
import type { World } from './world.ts'

export type SubmitInput = {
  /** The mailbox that the client signed in to. */
  readonly mailbox: Mailbox
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly content: ContentRow
  /** Length of the trace field that was put before what the client sent. */
  readonly traceBytes: number
  readonly scan: MimeScan
  /** Jobs that the submission finishes in its commit: where one is finished already, nothing is submitted. */
  readonly done?: readonly string[]
  /** Of a message that waited for its time: the submission of JMAP that it leaves for. */
  readonly releases?: string | undefined
}

export type SubmitOutcome = { readonly identifier: PecMsgid; readonly kind: AccessDecision['kind'] }

/** Certifies a message. Throws Fault where it cannot be scanned, signed or stored now: nothing is then accepted. */
export const submit = async (world: World, input: SubmitInput): Promise<SubmitOutcome> => {
  const stop = world.telemetry.stage('submit')
  const at = world.clock.now()
  const identifier = world.newIdentifier(at)
  world.contents.remember(input.content)
  // Looked up while the scanner works.
  const ownCopy = hasOwnCopy(world.db, input.mailbox.id, clientMsgid(input))
  ownCopy.catch(() => {}) // told where it is waited for
  const whole = [rangePiece(input.content.id, 0, input.content.sizeBytes)]
  const verdict = await world.scanner.scan(world.contents.stream(whole))
  const directory = world.directory.current()
  const decision = accept(
    {
      reversePath: input.reversePath,
      forwardPaths: input.forwardPaths,
      original: {
        content: input.content.id,
        sizeBytes: input.content.sizeBytes,
        head: input.scan.head,
        root: input.scan.root,
        problems: input.scan.problems,
      },
    },
    {
      provider: world.provider,
      at,
      identifier,
      verdict,
      isCertified: (domain) => directory.isCertified(domain),
      limits: { ...world.limits, certifiedOnly: input.mailbox.certifiedOnly },
    },
  )
  const changes = noChanges()
  changes.contents.push(input.content)
  changes.done.push(...(input.done ?? []))
  if (input.releases !== undefined) changes.released.push({ id: input.releases, identifier, at })
  changes.journal.push(...decision.journal)
  if (decision.kind === 'accepted') {
    await acceptInto(world, changes, input, decision, at)
    if (!(await ownCopy)) fileSent(world, changes, input, decision.message, at)
  } else await refuseInto(world, changes, input, decision, at)
  await world.committer.commit(changes)
  stop()
  return { identifier, kind: decision.kind }
}

type Accepted = Extract<AccessDecision, { kind: 'accepted' }>
type Refused = Extract<AccessDecision, { kind: 'refused' }>

const acceptInto = async (world: World, changes: Changes, input: SubmitInput, decision: Accepted, at: number) => {
  const { message } = decision
  const [acceptance, envelope] = (await seal(world, [decision.acceptance, decision.envelope])) as [Sealed, Sealed]
  const postacert = await world.contents.rowOf(decision.postacert)
  world.contents.remember(postacert)
  changes.contents.push(acceptance.row, envelope.row, postacert)
  changes.filings.push({
    ...fileSealed(acceptance, input.mailbox.id, message.identifier),
    ...conversationOf(input, message),
  })
  changes.submissions.push({
    message,
    mailboxId: input.mailbox.id,
    receiptType: decision.receiptType,
    postacert: postacert.id,
    envelope: envelope.row.id,
    state: 'accepted',
    at,
  })

  const local = input.forwardPaths.filter((address) => world.domains.has(domainOf(address)))
  if (local.length > 0) {
    // RFC 6109 §3.4: mail within the provider takes the whole way, handed over in process
    const keys = new Set(local.map(addressKey))
    const fields = input.scan.root.fields
    const arrival: LocalArrival = {
      message,
      requested: decision.receiptType,
      recipients: local,
      to: [...addresseeKeys(fields, 'to')].filter((key) => keys.has(key)),
      cc: [...addresseeKeys(fields, 'cc')].filter((key) => keys.has(key)),
      senderMailboxId: input.mailbox.id,
      postacert: { id: postacert.id, sizeBytes: postacert.sizeBytes },
      envelope: { id: envelope.row.id, sizeBytes: envelope.row.sizeBytes },
      subject: subjectOf(envelope.draft.header),
      answered: conversationNames(input.scan.root.fields).answered,
    }
    changes.jobs.push(localJob(world, arrival))
  }
  for (const [domain, forwardPaths] of byDomain(input.forwardPaths, world.domains)) {
    changes.jobs.push(
      transferJob(world, {
        sealed: envelope,
        domain,
        forwardPaths,
        // as the acceptance says, whatever the directory says by now
        certified: message.recipients.some((one) => one.certified && domainOf(one.address) === domain),
        message,
      }),
    )
  }
  if (message.recipients.some((recipient) => recipient.certified)) {
    changes.jobs.push({
      id: world.contents.newId(),
      kind: 'timeout',
      payload: { identifier: message.identifier },
      dueAt: at + FIRST_NOTICE_AFTER,
      leased: false,
    })
  }
}

/** Message-ID that the client set, without brackets. */
const clientMsgid = ({ scan }: SubmitInput): string | undefined =>
  /<([^<>\s]+)>/.exec(firstValue(scan.root.fields, 'message-id') ?? '')?.[1]

/** For the sender the receipts belong to the conversation of what was sent, whatever names they come under. */
const conversationOf = ({ scan }: SubmitInput, { identifier }: MessageFacts): Pick<Filing, 'thread' | 'names'> => {
  const { answered, messageId } = conversationNames(scan.root.fields)
  return { thread: answered ?? messageId ?? identifier, names: [identifier] }
}

/** What was sent is in Sent, once: just as the client sent it, unless the client files its own copy. */
const fileSent = (world: World, changes: Changes, input: SubmitInput, message: MessageFacts, at: number): void => {
  const sizeBytes = input.content.sizeBytes - input.traceBytes
  const sent = world.contents.row(world.contents.newId(), [rangePiece(input.content.id, input.traceBytes, sizeBytes)])
  changes.contents.push(sent)
  changes.filings.push({
    mailboxId: input.mailbox.id,
    folder: 'sent',
    content: sent.id,
    kind: 'submitted',
    msgid: clientMsgid(input) ?? message.identifier,
    ...conversationOf(input, message),
    subject: message.subject,
    sizeBytes,
    at,
    flags: { system: SEEN, keywords: [] },
  })
}

const refuseInto = async (world: World, changes: Changes, input: SubmitInput, decision: Refused, at: number) => {
  const [notice] = (await seal(world, [decision.notice])) as [Sealed]
  changes.contents.push(notice.row)
  changes.filings.push({
    ...fileSealed(notice, input.mailbox.id, decision.message.identifier),
    ...conversationOf(input, decision.message),
  })
  changes.submissions.push({
    message: decision.message,
    mailboxId: input.mailbox.id,
    receiptType: 'complete',
    state: 'refused',
    at,
  })
  if (decision.virus) {
    changes.quarantine.push(quarantineFor(input.content.id, decision.message.identifier, decision.reason, 'access', at))
  }
}

/** Remote recipients by domain: one transfer each. */
const byDomain = (addresses: readonly string[], local: ReadonlySet<string>): Map<string, string[]> => {
  const out = new Map<string, string[]>()
  for (const address of addresses) {
    const domain = domainOf(address)
    if (local.has(domain)) continue
    const list = out.get(domain)
    if (list) list.push(address)
    else out.set(domain, [address])
  }
  return out
}

// APPEND (RFC 9051 §6.3.12), of several messages all or none (RFC 3502): their bytes go to the content store as they come.
import type { Command } from '../../../../core/mail/imap/command.ts'
import { parseAppendSoFar } from '../../../../core/mail/imap/parse.ts'
import type { StreamedLiteral } from '../../../../core/mail/imap/reader.ts'
import { badStatus, no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { ContentRow } from '../../../content/store.ts'
import type { Folder, Quota } from '../../../mailstore/mailstore.ts'
import { isRefusal, refused, refusedTarget } from '../refusals.ts'
import { Gone, type Session } from '../session.ts'

const EMPTY = no('A message has at least one byte')
const NUL = no('NUL is allowed in a literal8 only')

/** What may come without a look at folder and quota, which are asked for at its end anyway. */
const UNJUDGED_BYTES = 262_144

/** The messages of one APPEND while it is being read. */
export class AppendIntake {
  readonly contents: ContentRow[] = []
  tag: string | undefined
  /** Why the command fails, answered at its end. */
  refusal: Status | undefined
  #folder: Promise<Folder | undefined> | undefined
  #quota: Promise<Quota> | undefined
  #name = ''
  #bytes = 0
  /** Bytes of the literal that have not been taken. */
  #left = 0
  #begun = false
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  /** Takes in a literal; or says why not. */
  async take(literal: StreamedLiteral): Promise<Status | undefined> {
    const { wire, context } = this.#session
    this.#left = literal.sizeBytes
    this.#begun = false
    const told = literal.sync || this.#bytes + literal.sizeBytes > UNJUDGED_BYTES
    const refusal = this.#judge(literal) ?? (told ? await this.#judgeFolder(literal) : undefined)
    if (refusal) return refusal
    if (literal.sync) wire.say('+ OK\r\n')
    this.#begun = true
    let hasNul = false
    const row = await context.options.contents.receive(this.#stream(), {
      limitBytes: literal.sizeBytes,
      tap: (chunk) => {
        if (!literal.literal8 && !hasNul) hasNul = chunk.includes(0)
      },
    })
    // RFC 9051 §4.3: only a literal8 holds NUL.
    if (hasNul) return NUL
    this.contents.push(row)
    this.#bytes += literal.sizeBytes
    wire.reader.resume()
    return undefined
  }

  /** Gives the command up. True where it ends here, false where its rest is passed over first. */
  refuse(refusal: Status, { sync }: StreamedLiteral): boolean {
    const { reader } = this.#session.wire
    if (sync && !this.#begun) {
      reader.refuse()
      return true
    }
    this.refusal = refusal
    reader.discard(this.#left)
    return false
  }

  /** What the announcement alone tells. */
  #judge({ text, sizeBytes }: StreamedLiteral): Status | undefined {
    const { login, mode, context } = this.#session
    const parsed = parseAppendSoFar(text, mode)
    this.tag = parsed.tag
    if (parsed.kind === 'bad') return badStatus(parsed.text)
    if (!login) return badStatus('APPEND: Sign in first')
    const { maxMessageBytes, maxAppends } = context.limits
    if (sizeBytes > maxMessageBytes) return refused({ refusal: 'tooLarge' })
    if (sizeBytes === 0) return EMPTY
    if (this.contents.length >= maxAppends) return refused({ refusal: 'limit' })
    this.#name = parsed.folder
    return undefined
  }

  /** What the mailstore knows: asked before the bytes come where the client waits, so that it does not send in vain. */
  async #judgeFolder({ sizeBytes }: StreamedLiteral): Promise<Status | undefined> {
    const { login, context } = this.#session
    const { mailstore } = context.options
    this.#folder ??= mailstore.folder(login!.id, this.#name)
    this.#quota ??= mailstore.quota(login!.id)
    const [folder, { usedBytes, limitBytes }] = await Promise.all([this.#folder, this.#quota])
    if (!folder) return refusedTarget({ refusal: 'nonexistent' })
    return usedBytes + this.#bytes + sizeBytes > limitBytes ? refused({ refusal: 'overQuota' }) : undefined
  }

  async *#stream(): AsyncGenerator<Uint8Array> {
    const { wire, context } = this.#session
    while (this.#left > 0) {
      const chunk = wire.reader.take()
      if (!chunk) {
        wire.flush()
        const waited = await wire.wait(context.limits.stallMs)
        if (waited === 'timeout' || (waited === 'gone' && wire.reader.pendingBytes === 0))
          throw new Gone('the literal did not come to its end')
        continue
      }
      const part = chunk.length > this.#left ? chunk.subarray(0, this.#left) : chunk
      if (part.length < chunk.length) wire.reader.giveBack(chunk.subarray(part.length))
      this.#left -= part.length
      yield part
    }
  }
}

/** Files the messages that have been taken in. */
export const finishAppend = async (
  session: Session,
  { folder, messages }: Extract<Command, { readonly kind: 'append' }>,
  intake: AppendIntake | undefined,
): Promise<Status> => {
  if (!intake) return badStatus('APPEND: a message comes as a literal')
  const { options, now } = session.context
  const placed = await options.mailstore.appendTo(
    session.login!.id,
    folder,
    messages.map(({ flags, receivedAt, literal }) => ({
      content: intake.contents[literal]!,
      flags,
      receivedAt: receivedAt ?? now(),
    })),
  )
  if (isRefusal(placed)) return refusedTarget(placed)
  return ok('APPEND done', { kind: 'APPENDUID', uidValidity: placed.uidValidity, uids: placed.uids })
}

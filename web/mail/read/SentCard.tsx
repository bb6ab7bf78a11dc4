// What became of what the box sent: for each recipient the way that it went, a sentence, the receipts behind it.
import tick from 'icon:check-circle'
import clock from 'icon:clock'
import cross from 'icon:close-circle'
import none from 'icon:minus-circle'
import warning from 'icon:warning-circle'
import type { PecReceipt, PecRecipientState, PecSubmission } from '../../../src/core/jmap/pec.ts'
import { KIND_NAME, printable } from '../../../src/core/pec/verdictText.ts'
import { showInstant } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { useLanguage } from '../../ui/language.ts'
import { downloadUrl } from '../jmap/client.ts'
import { type ReadTexts, useReadTexts } from '../texts/read.ts'
import { dayAndHour } from './times.ts'

type Mark = 'done' | 'failed' | 'late' | 'waiting' | 'none'
type Step = { readonly label: keyof ReadTexts['sent']['steps']; readonly mark: Mark }
export type Recipient = PecSubmission['recipients'][number]

const ICONS: Readonly<Record<Mark, string>> = { done: tick, failed: cross, late: warning, waiting: clock, none }

const done = (...labels: readonly Step['label'][]): readonly Step[] => labels.map((label) => ({ label, mark: 'done' }))

/** The way of a message to a recipient, as far as it went. */
export const stepsOf = (accepted: boolean, refused: boolean, state: PecRecipientState): readonly Step[] => {
  if (refused) return [...done('sent'), { label: 'notAccepted', mark: 'failed' }]
  if (!accepted)
    return [...done('sent'), { label: 'accepted', mark: 'waiting' }, { label: 'delivered', mark: 'waiting' }]
  const ways: Readonly<Record<PecRecipientState, readonly Step[]>> = {
    pending: [
      ...done('sent', 'accepted'),
      { label: 'taken', mark: 'waiting' },
      { label: 'delivered', mark: 'waiting' },
    ],
    taken: [...done('sent', 'accepted', 'taken'), { label: 'delivered', mark: 'waiting' }],
    warned: [...done('sent', 'accepted'), { label: 'late', mark: 'late' }, { label: 'delivered', mark: 'waiting' }],
    delivered: done('sent', 'accepted', 'taken', 'delivered'),
    failed: [...done('sent', 'accepted'), { label: 'failed', mark: 'failed' }],
    expired: [...done('sent', 'accepted'), { label: 'expired', mark: 'failed' }],
    unproven: [...done('sent', 'accepted'), { label: 'ordinary', mark: 'none' }],
  }
  return ways[state]
}

const Steps = ({ steps }: { readonly steps: readonly Step[] }) => {
  const t = useReadTexts().sent
  return (
    <ol className="cr-steps">
      {steps.map(({ label, mark }) => (
        <li key={label} className={`cr-step-${mark}`}>
          <Icon of={ICONS[mark]} />
          <span>
            {t.steps[label]}
            <span className="visually-hidden"> ({t.marks[mark]})</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

/** What a state means, in a sentence. */
export const sentenceOf = (
  t: ReadTexts,
  { accepted, access, sentAt }: Pick<PecSubmission, 'accepted' | 'access' | 'sentAt'>,
  { state, at }: Pick<Recipient, 'state' | 'at'>,
): string => {
  const { sentence } = t.sent
  if (!accepted) return access ? sentence.refused(...dayAndHour(access.at)) : sentence.waiting
  const said = sentence[state]
  return typeof said === 'string' ? said : said(...dayAndHour(at ?? sentAt))
}

const NEXT: Partial<Record<PecRecipientState, keyof ReadTexts['kinds']>> = {
  failed: 'nonDelivery',
  expired: 'timeoutFinal',
  warned: 'timeoutWarning',
}

const nextOf = (t: ReadTexts, submission: PecSubmission, recipient: Recipient): string | undefined => {
  if (submission.accepted) {
    const virus = recipient.receipts.some(({ kind }) => kind === 'virusDetection' || kind === 'virusNonDelivery')
    const kind = virus && recipient.state === 'failed' ? 'virusNonDelivery' : NEXT[recipient.state]
    return kind && t.kinds[kind].next
  }
  return submission.access ? t.kinds[submission.access.kind].next : undefined
}

const Receipts = ({ receipts }: { readonly receipts: readonly PecReceipt[] }) => {
  const t = useReadTexts().sent
  const language = useLanguage()
  if (receipts.length === 0) return null
  return (
    <details className="cr-receipts">
      <summary>{t.receipts(receipts.length)}</summary>
      <ul>
        {receipts.map(({ kind, blobId, at, emailId }) => {
          const name = KIND_NAME[kind][language]
          const file = `${kind}-${at.slice(0, 16).replace(/\D/g, '')}.eml`
          return (
            <li key={emailId + blobId}>
              <span>
                {name}
                <span className="cr-muted"> {showInstant(at)}</span>
              </span>
              <a href={downloadUrl(blobId, file, 'message/rfc822')} download={file}>
                {t.download}
                <span className="visually-hidden"> {name}</span>
              </a>
            </li>
          )
        })}
      </ul>
    </details>
  )
}

const RecipientCard = ({
  submission,
  recipient,
}: {
  readonly submission: PecSubmission
  readonly recipient: Recipient
}) => {
  const t = useReadTexts()
  const { address, name, state, reason } = recipient
  const refused = !submission.accepted && submission.access !== null
  const next = nextOf(t, submission, recipient)
  return (
    <li className="cr-recipient">
      <p className="cr-recipient-who">
        <strong>{printable(name ?? address)}</strong>
        {name && <span className="cr-muted"> {printable(address)}</span>}
      </p>
      <Steps steps={stepsOf(submission.accepted, refused, state)} />
      <p>{sentenceOf(t, submission, recipient)}</p>
      {reason && (
        <p>
          <strong>{t.reasonGiven}:</strong> {printable(reason)}
        </p>
      )}
      {next && (
        <p>
          <strong>{t.sent.what}:</strong> {next}
        </p>
      )}
      <Receipts receipts={[...(submission.access ? [submission.access] : []), ...recipient.receipts]} />
    </li>
  )
}

/** All recipients; news are read out as they come. */
export const SentCard = ({ submission }: { readonly submission: PecSubmission }) => {
  const t = useReadTexts()
  const { recipients, receiptType, sentAt } = submission
  return (
    <section className="cr-sent" aria-label={t.sent.title}>
      <h3>{t.sent.title}</h3>
      <p className="cr-muted">{t.sent.summary(...dayAndHour(sentAt), t.sent.receiptTypes[receiptType])}</p>
      <ul>
        {recipients.map((recipient) => (
          <RecipientCard key={recipient.address} submission={submission} recipient={recipient} />
        ))}
      </ul>
      <p className="visually-hidden" role="status">
        {recipients.map((one) => t.sent.live(one.name ?? one.address, sentenceOf(t, submission, one))).join(' ')}
      </p>
    </section>
  )
}

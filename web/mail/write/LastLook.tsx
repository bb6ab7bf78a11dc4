// The last look before a message leaves: what will have legal value for whom, what is missing, when it leaves.
import check from 'icon:check-circle'
import info from 'icon:info-circle'
import warning from 'icon:warning-circle'
import { useState } from 'react'
import {
  everybody,
  type Finding,
  lastLook,
  messageBytes,
  stops,
  valueFor,
} from '../../../src/core/jmap/writing/lastLook.ts'
import type { Instant } from '../../../src/core/lib/instant.ts'
import { addressKey } from '../../../src/core/mail/address.ts'
import { Button } from '../../ui/Button.tsx'
import { showBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Dialog } from '../../ui/Parts.tsx'
import { online } from '../store/live.ts'
import { useSignal } from '../store/signal.ts'
import { useWriteTexts, type WriteTexts } from '../texts/write.ts'
import type { Draft } from './draft.ts'
import { useKnown } from './people.ts'
import { ScheduleFields } from './ScheduleFields.tsx'
import { mostDelaySeconds, recipientsLimit, sizeLimit, useSettings } from './settings.ts'

const wordsOf = (finding: Finding, recipients: number, t: WriteTexts): string => {
  switch (finding.kind) {
    case 'unread':
      return t.look.unread(finding.text)
    case 'tooMany':
      return t.look.tooMany(finding.most)
    case 'tooLarge':
      return t.tooLarge(showBytes(finding.room.mostBytes), recipients, finding.room.mostRecipients)
    case 'dangerous':
      return t.look.dangerous(finding.names.join(', '))
    default:
      return t.look[finding.kind]
  }
}

/** What is found before a draft leaves. `isOnline`: without a line attachments that are here leave with it, later. */
export const findingsOf = (draft: Draft, isOnline: boolean): readonly Finding[] =>
  lastLook({
    ...draft,
    unread: [...draft.wrongTo, ...draft.wrongCc],
    underWay: draft.attachments.filter(({ blobId, isHere }) => blobId === null && (isOnline || !isHere)).length,
    limit: sizeLimit(),
    mostRecipients: recipientsLimit(),
  })

const Findings = ({ list, recipients }: { readonly list: readonly Finding[]; readonly recipients: number }) => {
  const t = useWriteTexts()
  if (list.length === 0) return null
  return (
    <ul className="cw-findings">
      {list.map((one) => (
        <li key={wordsOf(one, recipients, t)} className={stops(one) ? 'cw-stops' : undefined}>
          <Icon of={warning} />
          <span>{wordsOf(one, recipients, t)}</span>
        </li>
      ))}
    </ul>
  )
}

const Values = ({ draft }: { readonly draft: Draft }) => {
  const t = useWriteTexts()
  const known = useKnown()
  return (
    <>
      <h3>{t.look.value}</h3>
      <ul className="cw-values">
        {everybody(draft).map(({ name, email }) => {
          const value = valueFor(known.get(addressKey(email))?.certified)
          return (
            <li key={email} className={`cw-value-${value}`}>
              <Icon of={value === 'delivery' ? check : info} />
              <span>
                <strong>{name ? `${name} <${email}>` : email}</strong>
                <span>{t.look[value]}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}

const Summary = ({ draft, recipients }: { readonly draft: Draft; readonly recipients: number }) => {
  const t = useWriteTexts()
  const { subject, text, attachments, receiptType } = draft
  const rows = [
    [t.look.subject, subject.trim() || t.look.noSubjectValue],
    [t.look.attachments, attachments.map(({ name }) => name).join(', ') || t.look.none],
    [t.look.weight, showBytes(messageBytes({ text, recipients, attachments }))],
    [t.look.receipt, t.receipt[receiptType]],
  ]
  return (
    <dl className="cw-summary">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export const LastLook = ({
  draft,
  open,
  onClose,
  onSend,
}: {
  readonly draft: Draft
  /** With the fields of day and hour at once. */
  readonly open: 'now' | 'later' | undefined
  readonly onClose: () => void
  readonly onSend: (at: Instant | null) => void
}) => {
  const t = useWriteTexts()
  return (
    <Dialog open={open !== undefined} title={open === 'later' ? t.schedule.title : t.look.title} onClose={onClose}>
      {open && <Look key={open} draft={draft} isLater={open === 'later'} onClose={onClose} onSend={onSend} />}
    </Dialog>
  )
}

const Look = ({
  draft,
  isLater,
  onClose,
  onSend,
}: {
  readonly draft: Draft
  readonly isLater: boolean
  readonly onClose: () => void
  readonly onSend: (at: Instant | null) => void
}) => {
  const t = useWriteTexts()
  const isOnline = useSignal(online)
  const { undoSeconds } = useSettings()
  const [later, setLater] = useState(isLater)
  const found = findingsOf(draft, isOnline)
  const mayLeave = !found.some(stops)
  const recipients = everybody(draft).length
  const canWait = mostDelaySeconds() > 0
  return (
    <div className="cw-look">
      <Findings list={found} recipients={recipients} />
      {recipients > 0 && <Values draft={draft} />}
      <Summary draft={draft} recipients={recipients} />
      {!isOnline && <p className="cm-line">{t.look.offlineNote}</p>}
      {mayLeave && later && <ScheduleFields onChoose={onSend} onBack={onClose} />}
      {mayLeave && !later && (
        <>
          <p className="cl-hint">{canWait && undoSeconds > 0 ? t.look.undoNote(undoSeconds) : t.look.noUndoNote}</p>
          <div className="cl-actions">
            <Button onClick={() => onSend(null)}>{found.length > 0 ? t.look.sendAnyway : t.look.sendNow}</Button>
            {canWait && (
              <Button look="outline-primary" onClick={() => setLater(true)}>
                {t.look.schedule}
              </Button>
            )}
            <Button look="link" onClick={onClose}>
              {t.look.back}
            </Button>
          </div>
        </>
      )}
      {!mayLeave && (
        <div className="cl-actions">
          <Button onClick={onClose}>{t.look.back}</Button>
        </div>
      )}
    </div>
  )
}

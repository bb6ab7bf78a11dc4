// A conversation in the list: who, what about, when, what it is in law; of what was sent, how each recipient fares.
import check from 'icon:check-circle'
import clip from 'icon:clip'
import clock from 'icon:clock'
import cross from 'icon:close-circle'
import less from 'icon:less-circle'
import star from 'icon:star-full'
import warning from 'icon:warning-circle'
import { type MouseEvent, memo, type ReactNode, useMemo, useRef } from 'react'
import { Link } from 'wouter'
import { Icon } from '../../ui/Icon.tsx'
import type { Overlay } from '../store/changed.ts'
import type { ListRow } from '../store/lists.ts'
import type { ListTexts } from '../texts/list.ts'
import { Marked } from './marked.tsx'
import { dragged } from './perform.ts'
import { type Mark, plainSubject, type RowView, rowView, type Sign, type Status, shortDate } from './rowView.ts'

const MARK_ICONS: Readonly<Record<Mark, string>> = { delivered: check, failed: cross, waiting: clock, unproven: less }
const SHOWN_MARKS = 3

const statusWords = ({ kind, failed, delivered, total }: Status, t: ListTexts): string => {
  const words = t.status
  if (kind === 'refused' || kind === 'unproven') return words[kind]
  return kind === 'failed' ? words.failed(failed, total) : words[kind](delivered, total)
}

const StatusBar = ({ status, t }: { readonly status: Status; readonly t: ListTexts }) => (
  <span className={`cm-status cm-is-${status.kind}`}>
    <span className="cm-marks" aria-hidden="true">
      {status.kind === 'refused' ? (
        <span className="cm-mark cm-failed-mark">
          <Icon of={cross} />
        </span>
      ) : (
        status.marks.slice(0, SHOWN_MARKS).map((mark, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: marks are alike
          <span key={`${at}${mark}`} className={`cm-mark cm-${mark}-mark`}>
            <Icon of={MARK_ICONS[mark]} />
          </span>
        ))
      )}
      {status.marks.length > SHOWN_MARKS && <span className="cm-mark">+{status.marks.length - SHOWN_MARKS}</span>}
    </span>
    <span>{statusWords(status, t)}</span>
  </span>
)

const ALARMS: readonly Sign[] = ['anomaly', 'virus', 'signature']

const SignOf = ({ sign, t }: { readonly sign: Sign; readonly t: ListTexts }) => (
  <span className={`cm-sign cm-sign-${ALARMS.includes(sign) ? 'alarm' : sign}`}>
    {ALARMS.includes(sign) && <Icon of={warning} />}
    {t.signs[sign]}
  </span>
)

export type RowProps = {
  readonly row: ListRow
  readonly overlay: Overlay
  readonly at: number
  readonly total: number
  readonly top: number
  readonly href: string
  readonly current: boolean
  readonly active: boolean
  readonly picked: boolean
  /** Whether checkboxes are shown on narrow screens too. */
  readonly picking: boolean
  readonly today: string
  readonly locale: string
  readonly t: ListTexts
  readonly onPick: (at: number, range: boolean) => void
  readonly onFocus: (at: number) => void
  readonly onDrag: (at: number, event: DragEvent) => void
  readonly onHold: (at: number) => void
}

/** Where there is a mouse rows are dragged; a finger that stays chooses. */
const MOUSE = matchMedia('(pointer: fine)').matches

const HOLD_MS = 500

/** A finger that stays where it is begins to choose; one that moves scrolls. */
const holding = (hold: () => void) => {
  let timer: number | undefined
  let held = false
  const end = (): void => clearTimeout(timer)
  return {
    onTouchStart: () => {
      held = false
      timer = window.setTimeout(() => {
        held = true
        hold()
      }, HOLD_MS)
    },
    onTouchMove: end,
    onTouchCancel: end,
    onTouchEnd: (event: { preventDefault: () => void }) => {
      end()
      if (held) event.preventDefault()
    },
    onContextMenu: (event: { preventDefault: () => void }) => {
      if (held) event.preventDefault()
    },
  }
}

const people = ({ people: all, outgoing }: RowView, t: ListTexts): string => {
  const names = all.join(', ')
  if (outgoing) return names === '' ? t.list.nobody : t.list.to(names)
  return names
}

export const Row = memo(function Row(given: RowProps) {
  const { row, overlay, at, total, top, href, current, active, picked, picking, today, locale, t } = given
  const { card, snippet } = row
  const view = useMemo(() => rowView(row, overlay), [row, overlay])
  const hold = useRef(() => {})
  hold.current = () => given.onHold(at)
  const touch = useMemo(() => holding(() => hold.current()), [])
  const subject: ReactNode = snippet?.subject ? (
    <Marked html={plainSubject(snippet.subject)} />
  ) : (
    view.subject || t.list.noSubject
  )
  const tabIndex = active ? 0 : -1
  return (
    <li
      className={`cm-row${view.unread > 0 ? ' cm-unread' : ''}${current ? ' cm-current' : ''}${picked ? ' cm-picked' : ''}${picking ? ' cm-picking' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      aria-setsize={total}
      aria-posinset={at + 1}
      draggable={MOUSE}
      onDragEnd={() => dragged.set(undefined)}
      onDragStart={(event) => given.onDrag(at, event as unknown as DragEvent)}
      {...touch}
    >
      <label className="cm-pick">
        <input
          type="checkbox"
          checked={picked}
          tabIndex={tabIndex}
          aria-label={t.list.pick(view.subject || t.list.noSubject)}
          onClick={(event) => given.onPick(at, event.shiftKey)}
          onChange={() => {}}
          onFocus={() => given.onFocus(at)}
        />
      </label>
      <Link
        href={href}
        className="cm-row-link"
        tabIndex={tabIndex}
        data-at={at}
        aria-current={current ? 'true' : undefined}
        draggable={false}
        onFocus={() => given.onFocus(at)}
        onClick={(event: MouseEvent) => {
          if (!picking) return
          event.preventDefault()
          given.onPick(at, event.shiftKey)
        }}
      >
        <span className="cm-row-line">
          {view.unread > 0 && (
            <span className="cm-dot">
              <span className="visually-hidden">{t.list.unread(view.unread)} </span>
            </span>
          )}
          <span className="cm-people">{people(view, t)}</span>
          {view.messages > 1 && (
            <span className="cm-messages">
              <span aria-hidden="true">{view.messages}</span>
              <span className="visually-hidden">, {t.list.conversation(view.messages)}</span>
            </span>
          )}
          <time dateTime={card.at}>{shortDate(card.at, today, locale)}</time>
        </span>
        <span className="cm-row-line">
          <span className="cm-subject">{subject}</span>
          {view.flagged && (
            <span className="cm-row-icon cm-star">
              <Icon of={star} />
              <span className="visually-hidden">{t.list.flagged}</span>
            </span>
          )}
          {card.hasAttachment && (
            <span className="cm-row-icon">
              <Icon of={clip} />
              <span className="visually-hidden">{t.list.attachment}</span>
            </span>
          )}
        </span>
        <span className="cm-row-line">
          {view.status && <StatusBar status={view.status} t={t} />}
          {!view.status && view.sign && <SignOf sign={view.sign} t={t} />}
          {!view.status && (
            <span className="cm-preview">{snippet?.preview ? <Marked html={snippet.preview} /> : card.preview}</span>
          )}
        </span>
      </Link>
    </li>
  )
})

/** In the place of a row that is on its way. */
export const Skeleton = ({ at, total, top }: { readonly at: number; readonly total: number; readonly top: number }) => (
  <li
    className="cm-row cm-skeleton"
    style={{ transform: `translateY(${top}px)` }}
    aria-setsize={total}
    aria-posinset={at + 1}
    aria-hidden="true"
  >
    <span />
    <span />
    <span />
  </li>
)

// What is attached: how far each file is, what it weighs, and how much of what the law lets through is taken.
import clip from 'icon:clip'
import close from 'icon:close'
import warning from 'icon:warning-circle'
import { isDangerousName, type Room } from '../../../src/core/jmap/writing/lastLook.ts'
import { showBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { online } from '../store/live.ts'
import { useSignal } from '../store/signal.ts'
import { useWriteTexts, type WriteTexts } from '../texts/write.ts'
import type { Desk } from './desk.ts'
import type { Attachment } from './draft.ts'
import type { Way } from './files.ts'

const stateOf = (one: Attachment, way: Way | undefined, up: boolean, t: WriteTexts): string => {
  if (way?.kind === 'going' && up) return t.uploading(Math.round(way.share * 100))
  if (way?.kind === 'failed' || (way && !up)) return one.isHere ? (up ? t.uploadFailed : t.waitsForLine) : t.uploadLost
  return ''
}

const Item = ({ desk, one }: { readonly desk: Desk; readonly one: Attachment }) => {
  const t = useWriteTexts()
  const way = useSignal(desk.ways).get(one.id)
  const up = useSignal(online)
  const state = stateOf(one, way, up, t)
  return (
    <li className={`cw-file${way?.kind === 'failed' ? ' cw-file-failed' : ''}`}>
      <Icon of={clip} />
      <span className="cw-file-text">
        <span className="cw-file-name">{one.name}</span> <span className="cw-muted">{showBytes(one.size)}</span>
        {state && <span className="cw-file-state">{state}</span>}
        {way?.kind === 'going' && (
          <progress max={1} value={way.share} aria-label={one.name}>
            {Math.round(way.share * 100)}%
          </progress>
        )}
        {isDangerousName(one.name) && (
          <span className="cw-warned">
            <Icon of={warning} /> {t.dangerous}
          </span>
        )}
      </span>
      {way?.kind === 'failed' && one.isHere && (
        <button type="button" className="btn btn-link" onClick={() => desk.retry(one.id)}>
          {t.retry}
          <span className="visually-hidden"> {one.name}</span>
        </button>
      )}
      <button type="button" className="cm-icon" onClick={() => desk.detach(one.id)}>
        <Icon of={close} />
        <span className="visually-hidden">{way?.kind === 'going' ? t.stop(one.name) : t.detach(one.name)}</span>
      </button>
    </li>
  )
}

/** How much of size times recipients is taken; where it is too much, what to do. */
export const RoomMeter = ({ room, recipients }: { readonly room: Room; readonly recipients: number }) => {
  const t = useWriteTexts()
  const level = room.isTooMuch ? ' cw-room-over' : room.share > 0.85 ? ' cw-room-near' : ''
  return (
    <div className={`cw-room${level}`}>
      <p>
        {t.roomFor(recipients)}: {t.room(showBytes(room.product), showBytes(room.limit))}
      </p>
      <div className="cw-room-track" aria-hidden="true">
        <div style={{ inlineSize: `${Math.min(100, room.share * 100)}%` }} />
      </div>
      <div role="status">
        {room.isTooMuch && (
          <p className="cw-room-words">{t.tooLarge(showBytes(room.mostBytes), recipients, room.mostRecipients)}</p>
        )}
      </div>
    </div>
  )
}

export const Attachments = ({
  desk,
  room,
  recipients,
}: {
  readonly desk: Desk
  readonly room: Room
  readonly recipients: number
}) => {
  const t = useWriteTexts()
  const { attachments } = useSignal(desk.draft)
  if (attachments.length === 0 && !room.isTooMuch) return null
  return (
    <section className="cw-attachments" aria-label={t.attachments}>
      <ul className="cw-files">
        {attachments.map((one) => (
          <Item key={one.id} desk={desk} one={one} />
        ))}
      </ul>
      <RoomMeter room={room} recipients={recipients} />
      <p className="cw-muted">{t.virusNote}</p>
    </section>
  )
}

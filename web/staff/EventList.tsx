// What happened, newest first, in plain words.
import { showInstant } from '../ui/format.ts'
import { useWords, wordOf } from './texts/words.ts'

type Event = {
  readonly at: string
  readonly event: string
  readonly actor: string
  readonly staff?: string | undefined
  readonly reason?: string | undefined
}

export const EventList = ({ events }: { readonly events: readonly Event[] }) => {
  const words = useWords()
  const sorted = [...events].sort((a, b) => b.at.localeCompare(a.at))
  return (
    <ol className="cl-events">
      {sorted.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events never move
        <li key={`${one.at} ${one.event} ${index}`}>
          <strong>{wordOf(words.events, one.event)}</strong>
          <span className="cl-muted">
            {' '}
            {showInstant(one.at)}, {one.staff ?? wordOf(words.actors, one.actor)}
          </span>
          {one.reason && <blockquote>{one.reason}</blockquote>}
        </li>
      ))}
    </ol>
  )
}

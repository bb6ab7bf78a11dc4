// The head of the list: where one is, how much there is, how one begins to choose.
import type { Place } from '../addresses.ts'
import { useListTexts } from '../texts/list.ts'
import { SearchChips } from './SearchChips.tsx'
import type { Selection } from './selection.ts'

type Props = {
  readonly place: Place
  readonly name: string
  readonly total: number | undefined
  readonly busy: boolean
  readonly picking: boolean
  readonly selection: Selection
  readonly onPicking: (wanted: boolean) => void
}

export const ListHead = ({ place, name, total, busy, picking, selection, onPicking }: Props) => {
  const t = useListTexts()
  const counted = total === undefined ? '' : place.kind === 'search' ? t.list.found(total) : t.list.count(total)
  return (
    <div className="cm-list-head">
      <div className="cm-list-title">
        <label className="cm-pick cm-pick-all">
          <input
            type="checkbox"
            checked={selection.count > 0}
            aria-label={selection.count > 0 ? t.select.none : t.select.loaded}
            disabled={total === undefined || total === 0}
            onChange={() => (selection.count > 0 ? selection.clear() : selection.pickLoaded())}
          />
        </label>
        <div className="cm-list-name">
          <h1>{name}</h1>
          <p role="status">{busy && place.kind === 'search' ? t.list.searching : counted}</p>
        </div>
        <button type="button" className="cm-tool cm-start-picking" onClick={() => onPicking(!picking)}>
          {picking ? t.select.stop : t.select.start}
        </button>
      </div>
      {place.kind === 'search' && <SearchChips query={place.query} />}
    </div>
  )
}

// What a search asks for, piece by piece: each can be taken away.
import close from 'icon:close'
import { useLocation } from 'wouter'
import { EMPTY_SEARCH, parseSearch, printSearch, type Search } from '../../../src/core/jmap/searchText.ts'
import { Icon } from '../../ui/Icon.tsx'
import { type Language, useLanguage } from '../../ui/language.ts'
import { listAddress } from '../addresses.ts'
import { useListTexts } from '../texts/list.ts'
import { SaveSearch } from './SavedSearches.tsx'

/** Each filter with the search that is without it; words are no filter. */
const piecesOf = (search: Search, language: Language): readonly { readonly text: string; readonly rest: Search }[] =>
  (Object.keys(EMPTY_SEARCH) as (keyof Search)[]).flatMap((key) => {
    if (key === 'words') return []
    const text = printSearch({ ...EMPTY_SEARCH, [key]: search[key] }, language)
    return text === '' ? [] : [{ text, rest: { ...search, [key]: EMPTY_SEARCH[key] } }]
  })

export const SearchChips = ({ query }: { readonly query: string }) => {
  const t = useListTexts().search
  const language = useLanguage()
  const [, navigate] = useLocation()
  const pieces = piecesOf(parseSearch(query), language)
  return (
    <div className="cm-chips">
      {pieces.map(({ text, rest }) => (
        <button
          key={text}
          type="button"
          className="cm-chip"
          onClick={() => navigate(listAddress({ kind: 'search', query: printSearch(rest, language) }))}
        >
          <span className="visually-hidden">{t.remove('')}</span>
          {text}
          <Icon of={close} />
        </button>
      ))}
      {query.trim() !== '' && <SaveSearch query={query} />}
    </div>
  )
}

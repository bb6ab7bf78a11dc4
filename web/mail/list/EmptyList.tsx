// A list without messages, in words: what comes here, and what one can do.
import { isEmptySearch, parseSearch, printSearch } from '../../../src/core/jmap/searchText.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { useLanguage } from '../../ui/language.ts'
import { listAddress, type Place, writeAddress } from '../addresses.ts'
import { maySend } from '../jmap/client.ts'
import type { Folder } from '../jmap/types.ts'
import { useListTexts } from '../texts/list.ts'

export const EmptyList = ({ place, folder }: { readonly place: Place; readonly folder: Folder | undefined }) => {
  const t = useListTexts().empty
  const language = useLanguage()
  if (place.kind === 'search') {
    const search = parseSearch(place.query)
    if (isEmptySearch(search)) return <p className="cm-empty">{t.nothingAsked}</p>
    const withBin = printSearch({ ...search, bin: true }, language)
    return (
      <div className="cm-empty">
        <p>
          <strong>{t.search}</strong>
        </p>
        <p>{t.searchHints}</p>
        {!search.bin && search.folder === undefined && (
          <LinkButton look="outline-primary" small href={listAddress({ kind: 'search', query: withBin })}>
            {t.withBin}
          </LinkButton>
        )}
      </div>
    )
  }
  const role = folder?.role
  const text = role === 'inbox' || role === 'sent' || role === 'drafts' || role === 'trash' ? t[role] : t.other
  return (
    <div className="cm-empty">
      <p>{text}</p>
      {maySend() && (role === 'sent' || role === 'drafts') && (
        <LinkButton look="outline-primary" small href={writeAddress()}>
          {t.write}
        </LinkButton>
      )}
    </div>
  )
}

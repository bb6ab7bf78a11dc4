// Searches that are kept: by name in the side list, saved from where they were made.
import close from 'icon:close'
import searchIcon from 'icon:search'
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import type { PecSettings } from '../../../src/core/jmap/pec.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Dialog } from '../../ui/Parts.tsx'
import { listAddress, type Place } from '../addresses.ts'
import { mayWrite } from '../jmap/client.ts'
import { tell, tellFailure } from '../store/notices.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { changeSettings, settingsNow, useSettings } from '../write/settings.ts'

type SavedSearch = PecSettings['savedSearches'][number]

/** Throws Problem, and then all is as before. */
const changeSaved = (change: (before: readonly SavedSearch[]) => readonly SavedSearch[]): Promise<void> =>
  changeSettings({ savedSearches: change(settingsNow().savedSearches) })

export const SavedSearches = ({ place }: { readonly place: Place | undefined }) => {
  const t = useListTexts()
  const m = useMailTexts()
  const saved = useSettings().savedSearches
  if (saved.length === 0) return null
  const remove = (gone: SavedSearch): void => {
    changeSaved((all) => all.filter(({ name }) => name !== gone.name)).then(
      () => tell(t.done.searchRemoved(gone.name), () => changeSaved((all) => [...all, gone])),
      () => tellFailure(m.failed),
    )
  }
  return (
    <section aria-labelledby="saved-searches">
      <h2 id="saved-searches" className="cm-side-title">
        {t.search.saved}
      </h2>
      <ul className="cm-folders">
        {saved.map((one) => (
          <li key={one.name} className="cm-folder">
            <Link
              href={listAddress({ kind: 'search', query: one.query })}
              aria-current={place?.kind === 'search' && place.query === one.query ? 'page' : undefined}
            >
              <Icon of={searchIcon} />
              <span className="cm-folder-name">{one.name}</span>
            </Link>
            {mayWrite() && (
              <button type="button" className="cm-icon cm-folder-more" onClick={() => remove(one)}>
                <Icon of={close} />
                <span className="visually-hidden">{t.search.removeSaved(one.name)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export const SaveSearch = ({ query }: { readonly query: string }) => {
  const t = useListTexts()
  const m = useMailTexts()
  const saved = useSettings().savedSearches
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  if (!mayWrite() || saved.some((one) => one.query === query)) return null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const called = name.trim()
    if (called === '') return
    setOpen(false)
    changeSaved((all) => [...all.filter((one) => one.name !== called), { name: called, query }]).then(
      () => tell(t.done.searchSaved(called)),
      () => tellFailure(m.failed),
    )
  }
  return (
    <>
      <button
        type="button"
        className="cm-link"
        onClick={() => {
          setName(query.slice(0, 40))
          setOpen(true)
        }}
      >
        {t.search.save}
      </button>
      <Dialog open={open} title={t.search.save} onClose={() => setOpen(false)}>
        <form onSubmit={submit}>
          <label htmlFor="search-name">{t.search.saveName}</label>
          <input
            id="search-name"
            className="form-control"
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
          />
          <div className="cl-actions">
            <Button type="submit">{t.folders.save}</Button>
            <Button look="outline-primary" onClick={() => setOpen(false)}>
              {t.folders.cancel}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}

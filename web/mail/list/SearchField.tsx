// The field to search in, and the filters that it stands for: both say the same, one line of text that is the address too.
import funnel from 'icon:funnel'
import searchIcon from 'icon:search'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { EMPTY_SEARCH, parseSearch, printSearch, type Search } from '../../../src/core/jmap/searchText.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { useLanguage } from '../../ui/language.ts'
import { listAddress, type Place } from '../addresses.ts'
import { folderName } from '../folderName.ts'
import { treeOf, useFolders } from '../store/folders.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { useKeys } from './keys.ts'

export const SearchField = ({ place }: { readonly place: Place | undefined }) => {
  const m = useMailTexts()
  const t = useListTexts().search
  const query = place?.kind === 'search' ? place.query : ''
  const [text, setText] = useState(query)
  const [open, setOpen] = useState(false)
  const [, navigate] = useLocation()
  const field = useRef<HTMLInputElement>(null)
  const room = useRef<HTMLElement>(null)
  useEffect(() => setText(query), [query])
  useEffect(() => {
    if (!open) return undefined
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !room.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])
  useKeys({ search: () => field.current?.select() ?? field.current?.focus() })
  const go = (wanted: string): void => {
    setOpen(false)
    if (wanted.trim() !== '') navigate(listAddress({ kind: 'search', query: wanted.trim() }))
  }
  return (
    <search
      ref={room}
      className="cm-search-room"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          setOpen(false)
          field.current?.focus()
        }
      }}
    >
      <form
        className="cm-search"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          go(text)
        }}
      >
        <label htmlFor="search" className="visually-hidden">
          {m.searchLabel}
        </label>
        <input
          ref={field}
          id="search"
          type="search"
          value={text}
          placeholder={m.searchLabel}
          autoComplete="off"
          enterKeyHint="search"
          onChange={(event) => setText(event.target.value)}
        />
        <button
          type="button"
          className="cm-icon"
          aria-expanded={open}
          aria-controls="search-filters"
          onClick={() => setOpen(!open)}
        >
          <Icon of={funnel} />
          <span className="visually-hidden">{t.filters}</span>
        </button>
        <button type="submit" className="cm-icon">
          <Icon of={searchIcon} />
          <span className="visually-hidden">{t.run}</span>
        </button>
      </form>
      {open && <Filters text={text} place={place} onGo={go} />}
    </search>
  )
}

const Choice = <K extends string>({
  id,
  label,
  value,
  choices,
  any,
  onChange,
}: {
  readonly id: string
  readonly label: string
  readonly value: K | undefined
  readonly choices: Readonly<Record<K, string>>
  readonly any: string
  readonly onChange: (value: K | undefined) => void
}) => (
  <div>
    <label htmlFor={id}>{label}</label>
    <select
      id={id}
      className="form-select"
      value={value ?? ''}
      onChange={(event) => onChange((event.target.value || undefined) as K | undefined)}
    >
      <option value="">{any}</option>
      {(Object.entries(choices) as [K, string][]).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  </div>
)

const Line = ({
  id,
  label,
  type = 'text',
  value,
  onChange,
}: {
  readonly id: string
  readonly label: string
  readonly type?: 'text' | 'date'
  readonly value: string
  readonly onChange: (value: string) => void
}) => (
  <div>
    <label htmlFor={id}>{label}</label>
    <input
      id={id}
      className="form-control"
      type={type}
      value={value}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  </div>
)

const Tick = ({
  checked,
  onChange,
  children,
}: {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ReactNode
}) => (
  <label className="cm-tick">
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    <span>{children}</span>
  </label>
)

const some = (value: string): readonly string[] => (value.trim() === '' ? [] : [value.trim()])

const Filters = ({
  text,
  place,
  onGo,
}: {
  readonly text: string
  readonly place: Place | undefined
  readonly onGo: (text: string) => void
}) => {
  const t = useListTexts().search
  const m = useMailTexts()
  const language = useLanguage()
  const folders = useFolders()
  const [search, setSearch] = useState<Search>(() => parseSearch(text))
  const set = (change: Partial<Search>): void => setSearch({ ...search, ...change })
  const names = Object.fromEntries(
    treeOf(folders).map(({ folder, depth }) => {
      const name = folderName(folder, m)
      return [name, `${'\u2003'.repeat(depth)}${name}`]
    }),
  )
  const panel = useRef<HTMLFormElement>(null)
  useEffect(() => panel.current?.querySelector<HTMLElement>('input')?.focus(), [])
  const inPlace = place?.kind === 'folder'
  return (
    <form
      id="search-filters"
      ref={panel}
      className="cm-filters"
      aria-label={t.filters}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        onGo(printSearch(search, language))
      }}
    >
      <div className="cm-filter-grid">
        <Line id="f-words" label={t.words} value={search.words} onChange={(words) => set({ words })} />
        <Line
          id="f-subject"
          label={t.subject}
          value={search.subject.join(' ')}
          onChange={(v) => set({ subject: some(v) })}
        />
        <Line id="f-from" label={t.from} value={search.from.join(' ')} onChange={(v) => set({ from: some(v) })} />
        <Line id="f-to" label={t.to} value={search.to.join(' ')} onChange={(v) => set({ to: some(v) })} />
        <Choice
          id="f-kind"
          label={t.kind}
          any={t.any}
          value={search.kind}
          choices={t.kinds}
          onChange={(kind) => set({ kind })}
        />
        <Choice
          id="f-state"
          label={t.state}
          any={t.any}
          value={search.state}
          choices={t.states}
          onChange={(state) => set({ state })}
        />
        <Line
          id="f-after"
          type="date"
          label={t.after}
          value={search.after ?? ''}
          onChange={(v) => set({ after: v || undefined })}
        />
        <Line
          id="f-before"
          type="date"
          label={t.before}
          value={search.before ?? ''}
          onChange={(v) => set({ before: v || undefined })}
        />
        <Choice
          id="f-folder"
          label={t.folder}
          any={t.everywhere}
          value={search.folder}
          choices={names}
          onChange={(folder) => set({ folder })}
        />
      </div>
      <div className="cm-filter-ticks">
        {(['attachment', 'unread', 'flagged'] as const).map((key) => (
          <Tick key={key} checked={search[key] === true} onChange={(on) => set({ [key]: on ? true : undefined })}>
            {t[key]}
          </Tick>
        ))}
        <Tick checked={search.bin} onChange={(bin) => set({ bin })}>
          {t.bin}
        </Tick>
      </div>
      <p className="cl-muted">{t.help}</p>
      <div className="cl-actions">
        <Button type="submit">{t.run}</Button>
        <Button
          look="link"
          onClick={() => (inPlace ? setSearch(EMPTY_SEARCH) : setSearch({ ...EMPTY_SEARCH, words: search.words }))}
        >
          {t.clear}
        </Button>
      </div>
    </form>
  )
}

// The search among help pages: results come while one types; without scripts the form asks the server.
import { type FormEvent, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { TextField } from '../ui/Field.tsx'
import { useResource } from '../ui/hooks.ts'
import { audience, keepAudience } from './audience.ts'
import { useHelpTexts } from './texts/help.ts'

const PAUSE_MS = 180
/** One letter finds everything. */
const SHORTEST = 2

const asked = (): string => new URLSearchParams(location.search).get('q')?.slice(0, 200) ?? ''

/** The text once nothing was typed for a moment. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** Keeps what is looked for in the address, so that Back finds it again. */
const remember = (query: string): void => {
  const search = new URLSearchParams(location.search)
  if (query === '') search.delete('q')
  else search.set('q', query)
  history.replaceState(history.state, '', `/aiuto${search.size > 0 ? `?${search}` : ''}`)
}

export const useQuery = () => useState(asked)

export const SearchField = ({
  query,
  onChange,
}: {
  readonly query: string
  readonly onChange: (query: string) => void
}) => {
  const t = useHelpTexts().search
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    document.querySelector<HTMLAnchorElement>('#results a')?.focus()
  }
  return (
    <search>
      <form action="/aiuto" onSubmit={submit} className="cl-help-search">
        <TextField
          id="q"
          name="q"
          type="search"
          label={t.label}
          hint={t.hint}
          autoComplete="off"
          enterKeyHint="search"
          maxLength={200}
          value={query}
          onChange={onChange}
        />
      </form>
    </search>
  )
}

export const isAsking = (query: string): boolean => query.trim().length >= SHORTEST

export const Results = ({ query }: { readonly query: string }) => {
  const t = useHelpTexts().search
  const settled = useSettled(query.trim())
  useEffect(() => remember(settled), [settled])
  const { language, ...whose } = audience()
  const { data, problem, reload } = useResource(`${language} ${settled}`, (signal) =>
    call('GET /help/search', { query: { q: settled, language, ...whose }, signal }),
  )
  // What was found before stays until the next is here: nothing jumps under the finger.
  const [shown, setShown] = useState(data)
  useEffect(() => {
    if (data) setShown(data)
  }, [data])
  const hits = (data ?? shown)?.hits
  return (
    <div id="results">
      <p role="status" className="cl-muted">
        {hits && (hits.length === 0 ? t.none(settled) : t.found(hits.length))}
      </p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {hits?.length === 0 && <p>{t.noneHint}</p>}
      <ol className="cl-help-hits">
        {hits?.map((hit) => (
          <li key={hit.slug}>
            <Link href={keepAudience(`/aiuto/${hit.slug}`)}>{hit.title}</Link>
            <p>{hit.excerpt}</p>
          </li>
        ))}
      </ol>
    </div>
  )
}

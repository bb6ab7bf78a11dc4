// The first page of the help: the search, all pages by subject, whom to ask.
import { Link } from 'wouter'
import { HELP_GROUP_TITLES, HELP_GROUPS } from '../../src/core/help/page.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Loading } from '../ui/Parts.tsx'
import { audience, keepAudience } from './audience.ts'
import { HelpFrame, WhomToAsk } from './HelpFrame.tsx'
import { isAsking, Results, SearchField, useQuery } from './Search.tsx'
import { useHelpTexts } from './texts/help.ts'

type Pages = Reply<'GET /help'>['pages']

export const HelpHome = () => {
  const t = useHelpTexts()
  const language = useLanguage()
  const heading = usePage(t.title)
  const [query, setQuery] = useQuery()
  const { data, problem, reload } = useResource(`help ${language} ${location.search}`, (signal) =>
    call('GET /help', { query: audience(), signal }),
  )
  return (
    <HelpFrame contacts={data?.contacts}>
      <h1 ref={heading} tabIndex={-1}>
        {t.heading}
      </h1>
      <SearchField query={query} onChange={setQuery} />
      {isAsking(query) ? (
        <Results query={query} />
      ) : data ? (
        <Contents pages={data.pages} />
      ) : problem ? (
        <ProblemAlert problem={problem} onRetry={reload} />
      ) : (
        <Loading />
      )}
      {data && <WhomToAsk contacts={data.contacts} />}
    </HelpFrame>
  )
}

const Contents = ({ pages }: { readonly pages: Pages }) => {
  const titles = HELP_GROUP_TITLES[useLanguage()]
  return (
    <div className="cl-help-contents">
      {HELP_GROUPS.map((group) => {
        const mine = pages.filter((page) => page.group === group)
        if (mine.length === 0) return null
        return (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`}>{titles[group]}</h2>
            <ul>
              {mine.map((page) => (
                <li key={page.slug}>
                  <Link href={keepAudience(`/aiuto/${page.slug}`)}>{page.title}</Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

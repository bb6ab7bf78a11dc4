// A page of the help, by its address; an anchor of the address is gone to once the page is here.
import { useEffect } from 'react'
import { Link } from 'wouter'
import { HELP_GROUP_TITLES } from '../../src/core/help/page.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Loading } from '../ui/Parts.tsx'
import { audience, keepAudience } from './audience.ts'
import { Blocks } from './Blocks.tsx'
import { HelpFrame, WhomToAsk } from './HelpFrame.tsx'
import { useHelpTexts } from './texts/help.ts'

type View = Reply<'GET /help/pages/:slug'>

export const HelpPage = ({ slug }: { readonly slug: string }) => {
  const t = useHelpTexts()
  const language = useLanguage()
  const { data, problem, reload } = useResource(`${slug} ${language} ${location.search}`, (signal) =>
    call('GET /help/pages/:slug', { params: { slug }, query: audience(), signal }),
  )
  const heading = usePage(data ? t.titleOf(data.title) : t.title, slug)
  useEffect(() => {
    const anchor = data && location.hash.slice(1)
    if (!anchor) return
    const place = document.getElementById(anchor)
    place?.scrollIntoView()
    place?.focus({ preventScroll: true })
  }, [data])
  return (
    <HelpFrame contacts={data?.contacts}>
      <nav aria-label={t.path} className="cl-help-path">
        <Link href={keepAudience('/aiuto')}>{t.all}</Link>
        {data && <span>{HELP_GROUP_TITLES[language][data.group]}</span>}
      </nav>
      <h1 ref={heading} tabIndex={-1} lang={data && data.language !== language ? data.language : undefined}>
        {data?.title ?? (problem ? t.title : '')}
      </h1>
      {data ? (
        <Page page={data} />
      ) : problem ? (
        <ProblemAlert problem={problem} onRetry={problem.status === 404 ? undefined : reload} />
      ) : (
        <Loading />
      )}
    </HelpFrame>
  )
}

const Page = ({ page }: { readonly page: View }) => {
  const t = useHelpTexts()
  const foreign = page.language !== useLanguage()
  const by = page.contacts.order?.name
  return (
    <>
      <article className="cl-column" lang={foreign ? page.language : undefined}>
        {foreign && (
          <p className="cl-muted" lang="en">
            {t.onlyItalian}
          </p>
        )}
        <p className="lead">{page.summary}</p>
        <Blocks blocks={page.blocks} keep={keepAudience} />
        {page.origin === 'order' && by && <p className="cl-muted">{t.byOrder(by)}</p>}
      </article>
      {page.related.length > 0 && (
        <nav aria-labelledby="related-title" className="cl-help-related">
          <h2 id="related-title">{t.related}</h2>
          <ul>
            {page.related.map((one) => (
              <li key={one.slug}>
                <Link href={keepAudience(`/aiuto/${one.slug}`)}>{one.title}</Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <WhomToAsk contacts={page.contacts} />
    </>
  )
}

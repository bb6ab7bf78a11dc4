// The help pages in a console: which there are, which were changed, which must be looked at again.
import plus from 'icon:plus-circle'
import { useState } from 'react'
import { Link, Route, Switch } from 'wouter'
import { HELP_GROUP_TITLES, type HelpText } from '../../src/core/help/page.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { LinkButton } from '../ui/Button.tsx'
import { SelectField } from '../ui/Field.tsx'
import { showDay } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Badge, Loading, Table } from '../ui/Parts.tsx'
import { HelpEditor } from './HelpEditor.tsx'
import { useHelpPageTexts } from './texts/help.ts'

export type HelpRow = Reply<'GET /operator/help'>['items'][number]
export type Edited = Reply<'GET /operator/help/:slug/:language'>
export type Preview = Reply<'POST /operator/help-preview'>
export type HelpPlace = { readonly slug: string; readonly language: 'it' | 'en' }
export type PageText = Omit<HelpText, 'related'> & { related: string[] }

/** How a console reads and changes its pages. */
export type HelpBackend = {
  readonly kind: 'provider' | 'order'
  /** The address of a page as its readers open it. */
  readonly shownAt: (slug: string) => string
  readonly list: (signal: AbortSignal) => Promise<{ readonly items: readonly HelpRow[] }>
  readonly get: (place: HelpPlace, signal: AbortSignal) => Promise<Edited>
  readonly save: (place: HelpPlace, version: number, page: PageText) => Promise<Edited>
  readonly revert: (place: HelpPlace, version: number) => Promise<Edited>
  readonly preview: (text: string) => Promise<Preview>
}

/** The pages of it, below /aiuto of a console. */
export const HelpPages = ({ backend }: { readonly backend: HelpBackend }) => (
  <Switch>
    <Route path="/aiuto">
      <List backend={backend} />
    </Route>
    <Route path="/aiuto/nuova">
      <HelpEditor key="new" backend={backend} />
    </Route>
    <Route path="/aiuto/:language/:slug">
      {({ language, slug }) => (
        <HelpEditor
          key={`${language}/${slug}`}
          backend={backend}
          place={{ slug: decodeURIComponent(slug), language: language === 'en' ? 'en' : 'it' }}
        />
      )}
    </Route>
  </Switch>
)

const List = ({ backend }: { readonly backend: HelpBackend }) => {
  const t = useHelpPageTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource(`help ${backend.kind}`, backend.list)
  const outdated = data?.items.filter((row) => row.outdated).length ?? 0
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <LinkButton href="/aiuto/nuova" icon={plus} small>
          {t.add}
        </LinkButton>
      </div>
      <p className="lead">{t.leads[backend.kind]}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {outdated > 0 && (
        <Alert kind="warning" title={t.outdatedTitle(outdated)}>
          <p>{t.outdated}</p>
        </Alert>
      )}
      {data ? <Rows items={data.items} /> : !problem && <Loading />}
    </>
  )
}

const STATES = { outdated: 'bad', own: 'wait', added: 'wait', original: 'plain' } as const
const stateOf = (row: HelpRow): keyof typeof STATES =>
  row.outdated ? 'outdated' : !row.changed ? 'original' : row.beneath ? 'own' : 'added'

const Rows = ({ items }: { readonly items: readonly HelpRow[] }) => {
  const t = useHelpPageTexts()
  const [shown, setShown] = useState<'it' | 'en'>('it')
  const groups = HELP_GROUP_TITLES[useLanguage()]
  // Those to be looked at first, then those that were changed.
  const rank = (row: HelpRow): number => ({ outdated: 0, own: 1, added: 1, original: 2 })[stateOf(row)]
  const rows = items.filter((row) => row.language === shown).sort((a, b) => rank(a) - rank(b))
  return (
    <>
      <SelectField
        label={t.language}
        value={shown}
        choices={(['it', 'en'] as const).map((value) => ({ value, label: t.languages[value] }))}
        onChange={(value) => setShown(value === 'en' ? 'en' : 'it')}
      />
      <Table
        caption={t.caption(rows.length)}
        rows={rows}
        rowKey={(row) => row.slug}
        columns={[
          {
            key: 'page',
            label: t.page,
            heading: true,
            cell: (row) => <Link href={`/aiuto/${row.language}/${row.slug}`}>{row.title}</Link>,
          },
          { key: 'group', label: t.group, cell: (row) => groups[row.group] },
          {
            key: 'state',
            label: t.state,
            cell: (row) => <Badge kind={STATES[stateOf(row)]}>{t.states[stateOf(row)]}</Badge>,
          },
          {
            key: 'changed',
            label: t.changed,
            cell: (row) => (row.changedAt ? t.changedBy(showDay(row.changedAt), row.by ?? '') : '–'),
          },
        ]}
      />
    </>
  )
}

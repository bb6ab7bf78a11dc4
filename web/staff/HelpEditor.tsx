// A help page being changed: form and preview side by side, what changed beneath, the versions before.
import { type FormEvent, useEffect, useEffectEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { HELP_GROUP_TITLES, HELP_GROUPS, HELP_LIMITS, type HelpGroup } from '../../src/core/help/page.ts'
import { wordsOf } from '../../src/core/help/stem.ts'
import { Blocks } from '../help/Blocks.tsx'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextArea, TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Dialog, Loading } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import type { Edited, HelpBackend, HelpPlace, PageText, Preview } from './HelpPages.tsx'
import { useHelpPageTexts } from './texts/help.ts'

const EMPTY: PageText = { title: '', summary: '', group: 'use', words: '', related: [], text: '' }
const PREVIEW_PAUSE_MS = 400

/** The address of a new page: the words of its title. */
const slugOf = (title: string): string => wordsOf(title).join('-').slice(0, HELP_LIMITS.slug).replace(/-+$/, '')

/** Without a place: a page to be added. */
export const HelpEditor = ({ backend, place }: { readonly backend: HelpBackend; readonly place?: HelpPlace }) => {
  const t = useHelpPageTexts()
  const { data, problem, reload, set } = useResource(
    `help ${place?.language} ${place?.slug}`,
    async (signal): Promise<Edited | undefined> => place && backend.get(place, signal),
  )
  const heading = usePage(data?.current?.title ?? data?.beneath?.title ?? t.newTitle, place?.slug ?? 'new')
  return (
    <>
      <p>
        <Link href="/aiuto">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {data?.current?.title ?? data?.beneath?.title ?? (place ? '' : t.newTitle)}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {place && !data && !problem && <Loading />}
      {(!place || data) && <Editor backend={backend} place={place} edited={data} onEdited={set} />}
    </>
  )
}

const Standing = ({ edited, shownAt }: { readonly edited: Edited; readonly shownAt: string }) => {
  const t = useHelpPageTexts()
  return (
    <>
      <p>
        {!edited.current ? t.original : edited.beneath ? t.own : t.added}{' '}
        {(edited.current ?? edited.beneath) && <a href={shownAt}>{t.view}</a>}
      </p>
      {edited.outdated && (
        <Alert kind="warning" title={t.changesTitle}>
          <p>{t.changes}</p>
          <ul className="cl-help-changes">
            {edited.beneathChanges.map((change, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that does not change
              <li key={i}>
                {change.sign === '+' ? '+' : '−'} {change.line}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  )
}

const Editor = ({
  backend,
  place,
  edited,
  onEdited,
}: {
  readonly backend: HelpBackend
  readonly place: HelpPlace | undefined
  readonly edited: Edited | undefined
  readonly onEdited: (edited: Edited) => void
}) => {
  const t = useHelpPageTexts()
  const [, navigate] = useLocation()
  const [page, setPage] = useState<PageText>(edited?.current ?? edited?.beneath ?? EMPTY)
  const [language, setLanguage] = useState<'it' | 'en'>('it')
  const [told, setTold] = useState('')
  const [tried, setTried] = useState(false)
  const at: HelpPlace = place ?? { slug: slugOf(page.title), language }
  const save = useAction(async () => {
    const saved = await backend.save(at, edited?.version ?? 0, page)
    setTold(t.saved)
    if (place) onEdited(saved)
    else navigate(`/aiuto/${at.language}/${at.slug}`)
    window.scrollTo(0, 0)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (page.title.trim() && page.summary.trim() && page.text.trim()) void save.run()
  }
  return (
    <>
      <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
      {edited && <Standing edited={edited} shownAt={backend.shownAt(edited.slug)} />}
      <div className="cl-help-edit">
        <form onSubmit={submit} noValidate>
          <ProblemAlert problem={save.problem} />
          {!place && (
            <SelectField
              label={t.language}
              value={language}
              choices={(['it', 'en'] as const).map((value) => ({ value, label: t.languages[value] }))}
              onChange={(value) => setLanguage(value === 'en' ? 'en' : 'it')}
            />
          )}
          <Fields page={page} tried={tried} onChange={setPage} />
          {edited && <Placeholders edited={edited} />}
          <div className="cl-actions">
            <Button type="submit" busy={save.busy}>
              {t.save}
            </Button>
            {place && edited?.current && (
              <Revert
                backend={backend}
                place={place}
                edited={edited}
                onDone={(now) => {
                  setTold(now.beneath ? t.reverted : t.removed)
                  onEdited(now)
                  setPage(now.beneath ?? EMPTY)
                  window.scrollTo(0, 0)
                }}
              />
            )}
          </div>
        </form>
        <PreviewOf backend={backend} text={page.text} />
      </div>
      {edited && edited.history.length > 0 && (
        <History
          edited={edited}
          onUse={(version, old) => {
            setPage(old)
            setTold(t.usedAgain(version))
            window.scrollTo(0, 0)
          }}
        />
      )}
    </>
  )
}

const Fields = ({
  page,
  tried,
  onChange,
}: {
  readonly page: PageText
  readonly tried: boolean
  readonly onChange: (page: PageText) => void
}) => {
  const t = useHelpPageTexts()
  const groups = HELP_GROUP_TITLES[useLanguage()]
  const text = (name: 'title' | 'summary' | 'words' | 'text') => ({
    value: page[name],
    maxLength: HELP_LIMITS[name],
    error: tried && name !== 'words' && !page[name].trim() ? t.missing : undefined,
    onChange: (value: string) => onChange({ ...page, [name]: value }),
  })
  return (
    <>
      <TextField {...text('title')} label={t.fields.title} autoComplete="off" />
      <TextArea {...text('summary')} label={t.fields.summary} hint={t.fields.summaryHint} rows={2} />
      <SelectField
        label={t.fields.group}
        value={page.group}
        choices={HELP_GROUPS.map((value) => ({ value, label: groups[value] }))}
        onChange={(group) => onChange({ ...page, group: group as HelpGroup })}
      />
      <TextArea {...text('text')} label={t.fields.text} hint={t.fields.textHint} rows={20} spellCheck />
      <TextField {...text('words')} label={t.fields.words} hint={t.fields.wordsHint} optional autoComplete="off" />
      <Related page={page} onChange={onChange} />
    </>
  )
}

const Related = ({ page, onChange }: { readonly page: PageText; readonly onChange: (page: PageText) => void }) => {
  const t = useHelpPageTexts()
  const joined = page.related.join(' ')
  const [typed, setTyped] = useState(joined)
  // Another text was taken into the form.
  useEffect(
    () =>
      setTyped((old) =>
        old
          .trim()
          .split(/[\s,]+/)
          .join(' ') === joined
          ? old
          : joined,
      ),
    [joined],
  )
  return (
    <TextField
      label={t.fields.related}
      hint={t.fields.relatedHint}
      optional
      autoComplete="off"
      value={typed}
      onChange={(value) => {
        setTyped(value)
        onChange({
          ...page,
          related: value
            .split(/[\s,]+/)
            .filter(Boolean)
            .slice(0, HELP_LIMITS.related),
        })
      }}
    />
  )
}

const Placeholders = ({ edited }: { readonly edited: Edited }) => {
  const t = useHelpPageTexts()
  return (
    <details className="mb-3">
      <summary>{t.placeholders}</summary>
      <p>{t.placeholdersHint}</p>
      <ul className="cl-list">
        {edited.placeholders.map(({ name, value }) => (
          <li key={name}>
            <code>{`{{${name}}}`}</code> {value}
          </li>
        ))}
      </ul>
    </details>
  )
}

const PreviewOf = ({ backend, text }: { readonly backend: HelpBackend; readonly text: string }) => {
  const t = useHelpPageTexts()
  const [shown, setShown] = useState<Preview>()
  const load = useEffectEvent(async (isHere: () => boolean) => {
    const made = await backend.preview(text)
    if (isHere()) setShown(made)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says when it is to be shown anew
  useEffect(() => {
    let here = true
    const timer = setTimeout(() => void load(() => here).catch(() => {}), PREVIEW_PAUSE_MS)
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [text])
  return (
    <section aria-labelledby="preview-title" className="cl-card cl-help-preview">
      <h2 id="preview-title">{t.preview}</h2>
      {shown && shown.problems.length > 0 && (
        <Alert kind="warning" title={t.previewWrong}>
          <ul>
            {shown.problems.map((problem, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: made anew with each text
              <li key={i}>{problem.what}</li>
            ))}
          </ul>
        </Alert>
      )}
      {shown && <Blocks blocks={shown.blocks} plain id="anteprima-" />}
    </section>
  )
}

const Revert = ({
  backend,
  place,
  edited,
  onDone,
}: {
  readonly backend: HelpBackend
  readonly place: HelpPlace
  readonly edited: Edited
  readonly onDone: (edited: Edited) => void
}) => {
  const t = useHelpPageTexts()
  const common = useCommon()
  const [open, setOpen] = useState(false)
  const revert = useAction(async () => {
    const now = await backend.revert(place, edited.version)
    setOpen(false)
    onDone(now)
  })
  const label = edited.beneath ? t.revert : t.remove
  return (
    <>
      <Button look="outline-primary" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} title={label} onClose={() => setOpen(false)}>
        <ProblemAlert problem={revert.problem} />
        <p>{t.revertLead}</p>
        <div className="cl-actions">
          <Button busy={revert.busy} onClick={() => void revert.run()}>
            {label}
          </Button>
          <Button look="outline-primary" onClick={() => setOpen(false)}>
            {common.cancel}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

const History = ({
  edited,
  onUse,
}: {
  readonly edited: Edited
  readonly onUse: (version: number, page: PageText) => void
}) => {
  const t = useHelpPageTexts()
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{t.history}</h2>
      <ul className="cl-help-history">
        {edited.history.map(({ version, at, by, page }) => (
          <li key={version}>
            <span>
              <strong>{t.version(version)}</strong>, {showInstant(at)}, {by}
              {!page && `: ${t.backToOriginal}`}
            </span>
            {page && (
              <Button look="link" small onClick={() => onUse(version, page)}>
                {t.useAgain}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

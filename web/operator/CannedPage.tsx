// The canned answers of the help desk, which its staff writes.
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextArea, TextField } from '../ui/Field.tsx'
import { CATEGORIES, type Category } from '../ui/help/tickets.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Dialog, Facts, Loading } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { useDeskTexts } from './texts/operator.ts'

type List = Reply<'GET /operator/canned-answers'>
type Canned = List['items'][number]
type Edited = { readonly id?: string; readonly title: string; readonly category: string; readonly text: string }

export const CannedPage = () => {
  const desk = useDeskTexts()
  const t = desk.cannedPage
  const words = useTicketTexts()
  const heading = usePage(t.title)
  const { data, problem, reload, set } = useResource('canned page', (signal) =>
    ask('GET /operator/canned-answers', { signal }),
  )
  const [edited, setEdited] = useState<Edited>()
  const [removed, setRemoved] = useState<Canned>()
  return (
    <>
      <p>
        <Link href="/assistenza">{desk.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <Facts items={Object.entries(t.placeholders).map(([name, value]) => ({ label: `{${name}}`, value }))} />
      <p>
        <Button onClick={() => setEdited({ title: '', category: '', text: '' })}>{t.add}</Button>
      </p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data?.items.length === 0 && <p>{t.empty}</p>}
      {data?.items.map((one) => (
        <section key={one.id} className="cl-card">
          <h2>{one.title}</h2>
          <p className="cl-muted">{one.category ? words.categories[one.category] : t.anyCategory}</p>
          <p className="cl-words">{one.text}</p>
          <div className="cl-row">
            <Button
              look="outline-primary"
              small
              onClick={() => setEdited({ id: one.id, title: one.title, category: one.category ?? '', text: one.text })}
            >
              {t.edit}
              <span className="visually-hidden"> {one.title}</span>
            </Button>
            <Button look="link" small onClick={() => setRemoved(one)}>
              {t.remove}
              <span className="visually-hidden"> {one.title}</span>
            </Button>
          </div>
        </section>
      ))}
      <Dialog
        open={edited !== undefined}
        title={edited?.id === undefined ? t.add : t.edit}
        onClose={() => setEdited(undefined)}
      >
        {edited && (
          <Editor
            edited={edited}
            onClose={() => setEdited(undefined)}
            onList={(list) => {
              set(list)
              setEdited(undefined)
            }}
          />
        )}
      </Dialog>
      <Dialog
        open={removed !== undefined}
        title={t.removeTitle(removed?.title ?? '')}
        onClose={() => setRemoved(undefined)}
      >
        {removed && (
          <Remove
            one={removed}
            onClose={() => setRemoved(undefined)}
            onList={(list) => {
              set(list)
              setRemoved(undefined)
            }}
          />
        )}
      </Dialog>
    </>
  )
}

type Part = { readonly onList: (list: List) => void; readonly onClose: () => void }

const Editor = ({ edited, onList, onClose }: Part & { readonly edited: Edited }) => {
  const desk = useDeskTexts()
  const t = desk.cannedPage
  const common = useCommon()
  const words = useTicketTexts()
  const [{ title, category, text }, setTyped] = useState(edited)
  const [tried, setTried] = useState(false)
  const missing = title.trim() === '' || text.trim() === ''
  const save = useAction(async () => {
    const body = {
      title: title.trim(),
      text: text.trim(),
      ...(category === '' ? {} : { category: category as Category }),
    }
    onList(
      edited.id === undefined
        ? await ask('POST /operator/canned-answers', { body })
        : await ask('PUT /operator/canned-answers/:answer', { params: { answer: edited.id }, body }),
    )
  })
  const change = (part: Partial<Edited>): void => setTyped({ title, category, text, ...part })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!missing) void save.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={save.problem} />
      <TextField
        id="canned-title"
        label={t.name}
        value={title}
        maxLength={100}
        error={tried && title.trim() === '' ? t.missing : undefined}
        onChange={(value) => change({ title: value })}
      />
      <SelectField
        label={desk.category}
        value={category}
        placeholder={t.anyCategory}
        choices={CATEGORIES.map((value) => ({ value, label: words.categories[value] ?? value }))}
        onChange={(value) => change({ category: value })}
      />
      <TextArea
        id="canned-text"
        label={t.text}
        rows={10}
        maxLength={10_000}
        value={text}
        error={tried && text.trim() === '' ? t.missing : undefined}
        onChange={(value) => change({ text: value })}
      />
      <div className="cl-actions">
        <Button type="submit" busy={save.busy}>
          {t.save}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}

const Remove = ({ one, onList, onClose }: Part & { readonly one: Canned }) => {
  const t = useDeskTexts().cannedPage
  const common = useCommon()
  const remove = useAction(async () =>
    onList(await ask('DELETE /operator/canned-answers/:answer', { params: { answer: one.id } })),
  )
  return (
    <>
      <p>{t.removeDetail}</p>
      <ProblemAlert problem={remove.problem} />
      <div className="cl-actions">
        <Button look="danger" busy={remove.busy} onClick={() => void remove.run()}>
          {t.remove}
        </Button>
        <Button look="outline-primary" autoFocus onClick={onClose}>
          {common.cancel}
        </Button>
      </div>
    </>
  )
}

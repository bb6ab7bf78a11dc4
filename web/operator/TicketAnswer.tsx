// The answer to a ticket, and notes: canned answers fill themselves in, files wait for the answer, nothing typed is lost.
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { fillPlaceholders } from '../../src/core/helpdesk/canned.ts'
import { ask, sendFile } from '../staff/ask.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { RadioGroup, SelectField, TextArea } from '../ui/Field.tsx'
import { useAction, useResource } from '../ui/hooks.ts'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { DESK_FILES, type DeskPart, type DeskView } from './TicketPage.tsx'
import { useDeskTexts } from './texts/operator.ts'

/** What is being written in this tab about a ticket. */
const useDraft = (key: string): readonly [string, (text: string) => void] => {
  const name = `ceralacca.desk.${key}`
  const [text, setText] = useState(() => {
    try {
      return sessionStorage.getItem(name) ?? ''
    } catch {
      return ''
    }
  })
  const change = (next: string): void => {
    setText(next)
    try {
      if (next === '') sessionStorage.removeItem(name)
      else sessionStorage.setItem(name, next)
    } catch {
      // it lasts as long as the page
    }
  }
  return [text, change]
}

/** Placeholders that nothing has filled. */
const unfilledIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\{[a-z]+\}/g)].map((one) => one[0])),
]

export const AnswerForm = ({ view, onView, reload }: DeskPart & { readonly reload: () => void }) => {
  const t = useDeskTexts()
  const { ticket } = view
  const [text, setText] = useDraft(ticket.number)
  const [after, setAfter] = useState<DeskView['answers'][number]>('ask')
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const unfilled = unfilledIn(text)
  const send = useAction(async () => {
    const body = { version: ticket.version, text: text.trim(), kind: after }
    onView(await ask('POST /operator/tickets/:ticket/answers', { params: { ticket: ticket.number }, body }))
    setText('')
    setTried(false)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (text.trim() === '' || unfilled.length > 0) document.getElementById('ticket-answer')?.focus()
    else void send.run()
  }
  const byKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    form.current?.requestSubmit()
  }
  const mistake =
    text.trim() === '' ? t.answerMissing : unfilled.length > 0 ? t.unfilled(unfilled.join(', ')) : undefined
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <h2>{t.answer}</h2>
      <ProblemAlert problem={send.problem} onRetry={send.problem?.code === 'ticketChanged' ? reload : undefined} />
      <CannedPicker view={view} onPick={(picked) => setText(text.trim() === '' ? picked : `${text}\n\n${picked}`)} />
      <TextArea
        id="ticket-answer"
        label={t.answer}
        hint={t.answerHint}
        rows={9}
        maxLength={10_000}
        value={text}
        error={tried ? mistake : undefined}
        onChange={setText}
        onKeyDown={byKey}
      />
      <KeptFiles view={view} onView={onView} />
      <RadioGroup
        legend={t.after}
        name="after"
        value={after}
        choices={view.answers.map((value) => ({ value, label: t.afters[value] ?? value }))}
        onChange={(value) => setAfter(value as typeof after)}
      />
      <div className="cl-actions">
        <Button type="submit" busy={send.busy}>
          {t.send}
        </Button>
      </div>
    </form>
  )
}

const CannedPicker = ({ view, onPick }: { readonly view: DeskView; readonly onPick: (text: string) => void }) => {
  const t = useDeskTexts()
  const { data } = useResource('canned', (signal) => ask('GET /operator/canned-answers', { signal }))
  const items = data?.items ?? []
  const { category } = view.ticket
  // Those of the subject first.
  const sorted = [...items].sort((a, b) => Number(b.category === category) - Number(a.category === category))
  const pick = (id: string): void => {
    const one = items.find((item) => item.id === id)
    if (one) onPick(fillPlaceholders(one.text, view.placeholders))
    document.getElementById('ticket-answer')?.focus()
  }
  if (items.length === 0) return null
  return (
    <SelectField
      label={t.insert}
      value=""
      placeholder={t.insertNone}
      choices={sorted.map(({ id, title }) => ({ value: id, label: title }))}
      onChange={pick}
    />
  )
}

const KeptFiles = ({ view, onView }: DeskPart) => {
  const t = useDeskTexts()
  const ticket = view.ticket.number
  const input = useRef<HTMLInputElement>(null)
  const add = useAction(async (file: File) => {
    const path = `${DESK_FILES}?name=${encodeURIComponent(file.name.slice(-200) || 'file')}`
    const blob = new Blob([file], { type: 'application/octet-stream' })
    onView(await sendFile<DeskView>(path, { ticket }, blob, () => {}).done)
  })
  const drop = useAction(async (attachment: string) =>
    onView(await ask('DELETE /operator/tickets/:ticket/attachments/:attachment', { params: { ticket, attachment } })),
  )
  return (
    <div className="cl-field">
      <ProblemAlert problem={add.problem ?? drop.problem} />
      {view.kept.length > 0 && (
        <ul className="cl-files" aria-label={t.kept}>
          {view.kept.map(({ id, fileName }) => (
            <li key={id}>
              {fileName}
              <Button look="link" small busy={drop.busy} onClick={() => void drop.run(id)}>
                {t.drop}
                <span className="visually-hidden"> {fileName}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t.addFile}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void add.run(file)
        }}
      />
      <Button look="outline-primary" small busy={add.busy} onClick={() => input.current?.click()}>
        {t.addFile}
      </Button>
    </div>
  )
}

export const NoteForm = ({ view, onView }: DeskPart) => {
  const t = useDeskTexts()
  const words = useTicketTexts()
  const { number } = view.ticket
  const [text, setText] = useDraft(`note.${number}`)
  const [tried, setTried] = useState(false)
  const add = useAction(async () => {
    onView(
      await ask('POST /operator/tickets/:ticket/notes', { params: { ticket: number }, body: { text: text.trim() } }),
    )
    setText('')
    setTried(false)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (text.trim() === '') document.getElementById('ticket-note')?.focus()
    else void add.run()
  }
  return (
    <form className="cl-apart" onSubmit={submit} noValidate aria-label={`${t.noteLabel}, ${words.ticketTitle(number)}`}>
      <ProblemAlert problem={add.problem} />
      <TextArea
        id="ticket-note"
        label={t.noteLabel}
        hint={t.onlyInside}
        rows={3}
        maxLength={10_000}
        value={text}
        error={tried && text.trim() === '' ? t.noteMissing : undefined}
        onChange={setText}
      />
      <Button type="submit" look="outline-primary" busy={add.busy}>
        {t.sendNote}
      </Button>
    </form>
  )
}

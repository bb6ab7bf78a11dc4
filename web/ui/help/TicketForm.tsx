// The form by which one asks for help: what is sent beside the words is shown first, and may be left out.
import { type FormEvent, useState } from 'react'
import { deviceOf } from '../../staff/userAgent.ts'
import { Alert, ErrorSummary, ProblemAlert, useProblemText } from '../Alert.tsx'
import { Button } from '../Button.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../Field.tsx'
import { showInstant } from '../format.ts'
import { useAction } from '../hooks.ts'
import { Facts } from '../Parts.tsx'
import { pastProblems } from '../problems.ts'
import { useTicketTexts } from '../texts/tickets.ts'
import { Files, useFileMistake } from './Files.tsx'
import { type Asker, CATEGORIES, type Context, type Opening, OWN_FILES, sendFiles, type TicketView } from './tickets.ts'

type Draft = {
  readonly category: string
  readonly subject: string
  readonly text: string
  readonly name: string
  readonly email: string
}
const EMPTY: Draft = { category: '', subject: '', text: '', name: '', email: '' }
const KEY = 'ceralacca.help'

/** What was typed, in this tab: closing the dialog by mistake loses nothing. */
const keptDraft = (): Draft => {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Draft>) }
  } catch {
    return EMPTY
  }
}
const keepDraft = (draft: Draft | undefined): void => {
  try {
    if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft))
    else sessionStorage.removeItem(KEY)
  } catch {
    // it lasts as long as the page
  }
}

/** What the browser can tell: where one is, with what, and which problems there were. */
const contextOf = (page: string, caseNumber: string | undefined): Context => {
  const problems = pastProblems()
  return {
    page: page.slice(0, 300),
    device: navigator.userAgent.slice(0, 300),
    ...(caseNumber ? { caseNumber } : {}),
    ...(problems.length > 0 ? { problems: [...problems] } : {}),
  }
}

const ContextFacts = ({ context }: { readonly context: Context }) => {
  const t = useTicketTexts().facts
  const device = deviceOf(context.device ?? '')
  return (
    <Facts
      items={[
        { label: t.page, value: <span className="cl-code">{context.page}</span> },
        { label: t.device, value: device ?? context.device },
        ...(context.caseNumber ? [{ label: t.caseNumber, value: context.caseNumber }] : []),
        {
          label: t.problems,
          value: context.problems
            ? context.problems.map((one) => (
                <span key={one.at} className="cl-line">
                  {showInstant(one.at)}: <span className="cl-code">{one.code}</span>
                  {one.reference && <span className="cl-code"> {one.reference}</span>}
                </span>
              ))
            : t.none,
        },
      ]}
    />
  )
}

export type Sent = { readonly view: TicketView; readonly failed: readonly string[] }

export const TicketForm = ({
  asker,
  page,
  send,
  onSent,
}: {
  readonly asker: Asker
  /** The page that it is about. */
  readonly page: string
  readonly send: (opening: Opening) => Promise<TicketView>
  readonly onSent: (sent: Sent) => void
}) => {
  const t = useTicketTexts()
  const problemText = useProblemText()
  const [draft, setDraft] = useState(keptDraft)
  const [files, setFiles] = useState<readonly File[]>([])
  const [withContext, setWithContext] = useState(true)
  const [turn, setTurn] = useState(0)
  const [context] = useState(() => contextOf(page, asker.caseNumber))
  const fileMistake = useFileMistake()(files)
  const asksEmail = asker.email === undefined && asker.who !== 'account'
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part }
    setDraft(next)
    keepDraft(next)
  }
  const submit = useAction(async () => {
    const { category, subject, text, name, email } = draft
    const view = await send({
      category: category as Opening['category'],
      subject: subject.trim(),
      text: text.trim(),
      ...(asksEmail ? { email: email.trim(), ...(name.trim() ? { name: name.trim() } : {}) } : {}),
      ...(withContext ? { context } : {}),
    })
    keepDraft(undefined)
    const failed = await sendFiles(OWN_FILES, view.ticket.number, files)
    onSent({
      view,
      failed: failed.map(({ name: file, problem }) => {
        const { title, detail } = problemText(problem)
        return t.fileFailed(file, `${title}. ${detail}`)
      }),
    })
  })
  const missing = {
    'help-category': draft.category === '' ? t.categoryMissing : undefined,
    'help-subject': draft.subject.trim() === '' ? t.subjectMissing : undefined,
    'help-text': draft.text.trim() === '' ? t.textMissing : undefined,
    'help-email': asksEmail && !/\S@\S/.test(draft.email) ? t.emailMissing : undefined,
  }
  const mistakes = Object.entries(missing).flatMap(([field, message]) => (message ? [{ field, message }] : []))
  const shown = (field: keyof typeof missing): string | undefined => (turn > 0 ? missing[field] : undefined)
  const trySubmit = (event: FormEvent): void => {
    event.preventDefault()
    event.stopPropagation()
    setTurn(turn + 1)
    if (mistakes.length === 0 && !fileMistake) void submit.run()
  }
  return (
    <form onSubmit={trySubmit} noValidate>
      {turn > 0 && <ErrorSummary mistakes={mistakes} turn={turn} />}
      <ProblemAlert problem={submit.problem} />
      <SelectField
        id="help-category"
        label={t.category}
        value={draft.category}
        placeholder={t.choose}
        error={shown('help-category')}
        choices={CATEGORIES.map((value) => ({ value, label: t.categories[value] ?? value }))}
        onChange={(category) => change({ category })}
      />
      <TextField
        id="help-subject"
        label={t.subject}
        hint={t.subjectHint}
        value={draft.subject}
        maxLength={150}
        error={shown('help-subject')}
        onChange={(subject) => change({ subject })}
      />
      <TextArea
        id="help-text"
        label={t.text}
        hint={t.textHint}
        rows={6}
        maxLength={10_000}
        value={draft.text}
        error={shown('help-text')}
        onChange={(text) => change({ text })}
      />
      {asksEmail ? (
        <>
          {asker.name === undefined && (
            <TextField
              id="help-name"
              label={t.name}
              optional
              autoComplete="name"
              value={draft.name}
              maxLength={100}
              onChange={(name) => change({ name })}
            />
          )}
          <TextField
            id="help-email"
            label={t.email}
            hint={asker.who === 'email' ? t.emailHint : undefined}
            type="email"
            inputMode="email"
            autoComplete="email"
            value={draft.email}
            maxLength={254}
            error={shown('help-email')}
            onChange={(email) => change({ email })}
          />
        </>
      ) : (
        <p>{asker.email ? t.answersTo(asker.email) : t.answersHere}</p>
      )}
      <Files files={files} onChange={setFiles} />
      <div className="cl-card cl-soft">
        <CheckField label={t.context} checked={withContext} onChange={setWithContext} />
        <p className="cl-muted">{t.contextWhy}</p>
        {withContext && <ContextFacts context={context} />}
      </div>
      <div className="cl-actions">
        <Button type="submit" busy={submit.busy}>
          {t.send}
        </Button>
      </div>
    </form>
  )
}

/** What happens now. */
export const SentNote = ({ sent, href }: { readonly sent: Sent; readonly href: string }) => {
  const t = useTicketTexts()
  const { ticket, email } = sent.view
  const waits = ticket.state === 'unconfirmed'
  return (
    <>
      <Alert
        kind={waits ? 'warning' : 'success'}
        title={waits ? t.sentUnconfirmedTitle : t.sentTitle(ticket.number)}
        live
      >
        {waits && <p>{t.sentUnconfirmed(email ?? '')}</p>}
        {ticket.answerDueAt && <p>{t.sent(showInstant(ticket.answerDueAt))}</p>}
      </Alert>
      {sent.failed.map((text) => (
        <Alert kind="danger" key={text} live>
          <p>{text}</p>
        </Alert>
      ))}
      <p>
        <a href={href}>{t.follow}</a>
      </p>
    </>
  )
}

// A ticket as who opened it sees it: what it means now, what was said, a box to write again.
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert, useProblemText } from '../Alert.tsx'
import { addressOf, call } from '../api.ts'
import { Button } from '../Button.tsx'
import { TextArea } from '../Field.tsx'
import { showBytes, showInstant } from '../format.ts'
import { useAction } from '../hooks.ts'
import { Badge } from '../Parts.tsx'
import { useTicketTexts } from '../texts/tickets.ts'
import { Files, useFileMistake } from './Files.tsx'
import { getTicket, OWN_FILES, sendFiles, type TicketView } from './tickets.ts'

type Message = TicketView['messages'][number]

export const FileLinks = ({
  files,
  path,
  ticket,
}: {
  readonly files: Message['attachments']
  readonly path: string
  readonly ticket: string
}) => {
  const t = useTicketTexts()
  if (files.length === 0) return null
  return (
    <ul className="cl-files" aria-label={t.attachments}>
      {files.map(({ id, fileName, sizeBytes }) => (
        <li key={id}>
          <a href={addressOf(`${path}/:attachment`, { ticket, attachment: id })} download={fileName}>
            {fileName}
          </a>{' '}
          <span className="cl-muted">({showBytes(sizeBytes)})</span>
        </li>
      ))}
    </ul>
  )
}

const Message = ({ message, ticket }: { readonly message: Message; readonly ticket: string }) => {
  const t = useTicketTexts()
  const ours = message.kind === 'operator'
  return (
    <li className={`cl-message${ours ? ' cl-ours' : ''}`}>
      <p className="cl-message-head">
        <strong>{ours ? [message.by, t.desk].filter(Boolean).join(', ') : (message.by ?? t.you)}</strong>{' '}
        <span className="cl-muted">
          {showInstant(message.at)}
          {message.via === 'email' && `, ${t.byMail}`}
        </span>
      </p>
      <p className="cl-words">{message.text}</p>
      <FileLinks files={message.attachments} path={OWN_FILES} ticket={ticket} />
    </li>
  )
}

export const StateBadge = ({ state }: { readonly state: string }) => {
  const t = useTicketTexts()
  const kind = state === 'solved' ? 'ok' : state === 'waitingForYou' || state === 'unconfirmed' ? 'wait' : 'plain'
  return <Badge kind={kind}>{t.states[state]}</Badge>
}

const Meaning = ({ view }: { readonly view: TicketView }) => {
  const t = useTicketTexts()
  const { state, answerDueAt } = view.ticket
  return (
    <Alert
      kind={state === 'waitingForYou' || state === 'unconfirmed' ? 'warning' : state === 'solved' ? 'success' : 'info'}
    >
      <p>
        <StateBadge state={state} /> {t.meaning[state]}{' '}
        {answerDueAt && Date.parse(answerDueAt) > Date.now() && t.meaning.openUntil(showInstant(answerDueAt))}
      </p>
    </Alert>
  )
}

const ReplyForm = ({ view, onView }: { readonly view: TicketView; readonly onView: (view: TicketView) => void }) => {
  const t = useTicketTexts()
  const problemText = useProblemText()
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly File[]>([])
  const [failed, setFailed] = useState<readonly string[]>([])
  const [tried, setTried] = useState(false)
  const mistake = useFileMistake()(files)
  const params = { ticket: view.ticket.number }
  const send = useAction(async () => {
    onView(await call('POST /tickets/:ticket/messages', { params, body: { text: text.trim() } }))
    setText('')
    setTried(false)
    const refused = await sendFiles(OWN_FILES, params.ticket, files)
    setFailed(
      refused.map(({ name, problem }) => {
        const { title, detail } = problemText(problem)
        return t.fileFailed(name, `${title}. ${detail}`)
      }),
    )
    if (files.length > 0) onView(await getTicket(params.ticket))
    setFiles([])
  })
  const settle = useAction(async () => onView(await call('POST /tickets/:ticket/solution', { params })))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (text.trim() === '') document.getElementById('ticket-reply')?.focus()
    else if (!mistake) void send.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={send.problem ?? settle.problem} />
      {failed.map((one) => (
        <Alert kind="danger" key={one} live>
          <p>{one}</p>
        </Alert>
      ))}
      <TextArea
        id="ticket-reply"
        label={t.reply}
        rows={5}
        maxLength={10_000}
        value={text}
        error={tried && text.trim() === '' ? t.replyMissing : undefined}
        onChange={setText}
      />
      <Files files={files} onChange={setFiles} />
      <div className="cl-actions">
        <Button type="submit" busy={send.busy}>
          {t.sendReply}
        </Button>
        {view.maySettle && (
          <Button look="outline-primary" busy={settle.busy} onClick={() => void settle.run()}>
            {t.settle}
          </Button>
        )}
      </div>
    </form>
  )
}

export const TicketThread = ({
  view,
  onView,
}: {
  readonly view: TicketView
  readonly onView: (view: TicketView) => void
}) => (
  <>
    <p className="lead">{view.ticket.subject}</p>
    <Meaning view={view} />
    <ol className="cl-thread">
      {view.messages.map((one) => (
        <Message key={one.seq} message={one} ticket={view.ticket.number} />
      ))}
    </ol>
    {view.mayReply && <ReplyForm view={view} onView={onView} />}
  </>
)

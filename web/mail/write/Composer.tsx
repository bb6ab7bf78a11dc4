// The desk on the screen: recipients, subject, text, attachments, what is saved, and the way out of it.
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { everybody, roomOf } from '../../../src/core/jmap/writing/lastLook.ts'
import { ownText, startText } from '../../../src/core/jmap/writing/reply.ts'
import { Alert, ProblemAlert } from '../../ui/Alert.tsx'
import { showInstant } from '../../ui/format.ts'
import { usePage, useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { type Beginning, writeAddress } from '../addresses.ts'
import { tell } from '../store/notices.ts'
import { useSignal } from '../store/signal.ts'
import { useWriteTexts, type WriteTexts } from '../texts/write.ts'
import { Attachments } from './Attachments.tsx'
import { DropZone } from './DropZone.tsx'
import { type Desk, openDesk } from './desk.ts'
import { ForwardChoice } from './ForwardChoice.tsx'
import { LastLook } from './LastLook.tsx'
import { dispatch } from './leaving.ts'
import { HERE_MARK, type Opened, openBeginning, type Words } from './opening.ts'
import { ReceiptChoice } from './ReceiptChoice.tsx'
import { RecipientsField } from './RecipientsField.tsx'
import { Elsewhere, Saved } from './Saved.tsx'
import { sizeLimit } from './settings.ts'
import { TemplatesDialog } from './Templates.tsx'
import { Toolbar } from './Toolbar.tsx'

type Props = {
  readonly beginning: Beginning
  /** Tells under which query this draft is found from now on. */
  readonly onName: (search: string) => void
}

const wordsOf = ({ quote }: WriteTexts): Words => ({
  wrote: (who, at) => quote.wrote(who, at && showInstant(at)),
  forwarded: (from, at, subject, to) => quote.forwarded(from, at && showInstant(at), subject, to),
  fileName: quote.fileName,
})

export const Composer = ({ beginning, onName }: Props) => {
  const t = useWriteTexts()
  const { data, problem, reload } = useResource('desk', () => openBeginning(beginning, wordsOf(t)))
  const heading = usePage(t.titles[beginning.kind])
  return (
    <div className="cw-page cw-writing">
      <h1 ref={heading} tabIndex={-1}>
        {t.titles[beginning.kind]}
      </h1>
      {!data && !problem && <Loading />}
      {problem?.code === 'jmap:notFound' ? (
        <Alert kind="info" title={t.notThere.title}>
          <p>{t.notThere.detail}</p>
          <p>
            <Link href="/bozze">{t.notThere.drafts}</Link>
          </p>
        </Alert>
      ) : (
        <ProblemAlert problem={problem} onRetry={reload} />
      )}
      {data && <AtDesk opened={data} kind={beginning.kind} onName={onName} />}
    </div>
  )
}

/** The desk for as long as the page is there; what is not saved is saved on the way out. */
const useDesk = (opened: Opened): Desk => {
  const [desk] = useState(() => openDesk(opened.draft))
  useEffect(() => {
    const hide = (): void => {
      if (document.visibilityState === 'hidden' && desk.draft.get().isAhead) void desk.flush()
    }
    document.addEventListener('visibilitychange', hide)
    window.addEventListener('pagehide', hide)
    return () => {
      document.removeEventListener('visibilitychange', hide)
      window.removeEventListener('pagehide', hide)
      void desk.leave()
    }
  }, [desk])
  return desk
}

const AtDesk = ({
  opened,
  kind,
  onName,
}: {
  readonly opened: Opened
  readonly kind: Beginning['kind']
  readonly onName: (search: string) => void
}) => {
  const t = useWriteTexts()
  const desk = useDesk(opened)
  const draft = useSignal(desk.draft)
  const [, navigate] = useLocation()
  const [hasCc, setCc] = useState(opened.draft.cc.length > 0)
  const [looking, setLooking] = useState<'now' | 'later'>()
  const [isChoosing, setChoosing] = useState(false)
  const { key, isAhead } = draft
  // Back, reload and another day find it again.
  useEffect(() => {
    if (!isAhead) return
    const address = writeAddress({ kind: 'draft', emailId: `${HERE_MARK}${key}` })
    onName(address.slice(address.indexOf('?') + 1))
    navigate(address, { replace: true })
  }, [isAhead, key, navigate, onName])
  useEffect(() => {
    const field = kind === 'reply' || kind === 'replyAll' ? 'write-text' : kind === 'draft' ? undefined : 'write-to'
    const control = field ? document.getElementById(field) : undefined
    control?.focus({ preventScroll: true })
    if (control instanceof HTMLTextAreaElement) control.setSelectionRange(0, 0)
  }, [kind])
  const recipients = everybody(draft).length
  const room = roomOf({ text: draft.text, recipients, attachments: draft.attachments }, sizeLimit())
  const leave = (): void => navigate('/arrivo')
  return (
    <DropZone onFiles={desk.attach}>
      <Saved desk={desk} />
      {opened.wasSplit && (
        <Alert kind="info">
          <p>{t.wasSplit}</p>
        </Alert>
      )}
      <Elsewhere desk={desk} />
      {opened.forwarded && <ForwardChoice desk={desk} forwarded={opened.forwarded} />}
      <p className="cw-from">
        <span>{t.from}</span> {draft.from.name ? `${draft.from.name} <${draft.from.email}>` : draft.from.email}
      </p>
      <RecipientsField
        id="write-to"
        label={t.to}
        hint={t.recipientsHint}
        people={draft.to}
        wrong={draft.wrongTo}
        onChange={(to, wrongTo) => desk.change({ to, wrongTo })}
      />
      {hasCc ? (
        <RecipientsField
          id="write-cc"
          label={t.cc}
          hint={t.whyNoBcc}
          staysHint
          people={draft.cc}
          wrong={draft.wrongCc}
          onChange={(cc, wrongCc) => desk.change({ cc, wrongCc })}
        />
      ) : (
        <p className="cw-add-cc">
          <button
            type="button"
            className="btn btn-link"
            onClick={() => {
              setCc(true)
              requestAnimationFrame(() => document.getElementById('write-cc')?.focus())
            }}
          >
            {t.addCc}
          </button>
        </p>
      )}
      <div className="cw-subject">
        <label htmlFor="write-subject">{t.subject}</label>
        <input
          id="write-subject"
          type="text"
          value={draft.subject}
          maxLength={900}
          autoComplete="off"
          onChange={(event) => desk.change({ subject: event.target.value })}
        />
      </div>
      <Body text={draft.text} onChange={(text) => desk.change({ text })} />
      <Attachments desk={desk} room={room} recipients={recipients} />
      <details className="cw-receipt">
        <summary>
          {t.receipt.title}: <strong>{t.receipt[draft.receiptType]}</strong>
        </summary>
        <ReceiptChoice
          name="receipt"
          isTitled
          value={draft.receiptType}
          onChange={(receiptType) => desk.change({ receiptType })}
        />
      </details>
      <Toolbar
        onSend={() => setLooking('now')}
        onLater={() => setLooking('later')}
        onFiles={desk.attach}
        onTemplates={() => setChoosing(true)}
        onDiscard={() => {
          void desk.discard().then(({ undo }) => {
            tell(t.discarded, async () => {
              await undo()
              navigate(writeAddress({ kind: 'draft', emailId: `${HERE_MARK}${key}` }))
            })
            leave()
          })
        }}
      />
      <LastLook
        draft={draft}
        open={looking}
        onClose={() => setLooking(undefined)}
        onSend={(at) => {
          setLooking(undefined)
          void dispatch(desk, at, t).then(leave)
        }}
      />
      <TemplatesDialog
        open={isChoosing}
        draft={draft}
        onClose={() => setChoosing(false)}
        onUse={({ subject, text }) => {
          const rest = draft.text.slice(draft.text.indexOf(ownText(draft.text)) + ownText(draft.text).length)
          desk.change({
            subject: draft.subject.trim() === '' ? subject : draft.subject,
            text: `${text}${ownText(draft.text) === '' ? draft.text || startText('', '') : `\n\n${ownText(draft.text)}${rest}`}`,
          })
        }}
      />
    </DropZone>
  )
}

/** The text; it grows with what is written, so that the page scrolls and not a box in it. */
const Body = ({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) => {
  const t = useWriteTexts()
  return (
    <div className="cw-body" data-text={`${text}\n`}>
      <label htmlFor="write-text" className="visually-hidden">
        {t.textLabel}
      </label>
      <textarea id="write-text" value={text} rows={8} onChange={(event) => onChange(event.target.value)} />
    </div>
  )
}

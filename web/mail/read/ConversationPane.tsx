// A conversation: what was written, oldest first, each message with what it is worth and its proofs.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { printable } from '../../../src/core/pec/verdictText.ts'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import type { Place } from '../addresses.ts'
import { mayWrite } from '../jmap/client.ts'
import { useKeys } from '../list/keys.ts'
import { setSeen } from '../store/actions.ts'
import { onChange } from '../store/live.ts'
import { useReadTexts } from '../texts/read.ts'
import { setConversationActions, useMakeActions } from './conversationActions.ts'
import { LetterView } from './LetterView.tsx'
import { type Conversation, loadConversation, prefetchConversation } from './load.ts'
import { prefetchHtml } from './MessageBody.tsx'
import { PrintHead } from './PrintHead.tsx'
import { Toolbar } from './Toolbar.tsx'

export const ConversationPane = ({ place, threadId }: { readonly place: Place; readonly threadId: string }) => {
  const t = useReadTexts()
  const { data, problem, reload } = useResource(threadId, async (signal) => ({
    conversation: await loadConversation(threadId, signal),
  }))
  useEffect(() => onChange(['Email', 'Thread', 'PecSubmission'], reload), [reload])
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  if (!data.conversation) return <p className="cm-empty">{t.gone}</p>
  return <Open place={place} conversation={data.conversation} />
}

// what draws HTML comes when the page has nothing better to do
const idle = window.requestIdleCallback ?? ((then: () => void) => window.setTimeout(then, 1_000))
idle(prefetchHtml)

/** A link of a list under the mouse or a finger is probably opened next. */
const look = ({ target }: Event): void => {
  const link = (target as Element | null)?.closest?.('.cm-list a[href]')
  const threadId = /\/(T[\da-f]{16})(?:\?|$)/.exec(link?.getAttribute('href') ?? '')?.[1]
  if (threadId) prefetchConversation(threadId)
}
for (const name of ['pointerover', 'touchstart', 'focusin']) document.addEventListener(name, look, { passive: true })

/** Open at first: the last message, those that were not read, and the last one of which there are receipts. */
const openAtFirst = ({ letters }: Conversation): ReadonlySet<string> => {
  const unread = letters.filter(({ email }) => !('$seen' in email.keywords))
  const last = [letters.at(-1), letters.findLast(({ submission }) => submission)]
  return new Set([...unread, ...last].flatMap((letter) => letter?.id ?? []))
}

const Open = ({ place, conversation }: { readonly place: Place; readonly conversation: Conversation }) => {
  const t = useReadTexts()
  const { letters, lying, thread } = conversation
  const [open, setOpen] = useState(() => openAtFirst(conversation))
  const heading = useRef<HTMLHeadingElement>(null)
  const samePlace = JSON.stringify(place)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a place is what it says, not which object says it
  const steadyPlace = useMemo(() => place, [samePlace])
  const print = useCallback(() => window.print(), [])
  const actions = useMakeActions(steadyPlace, conversation, print)
  useEffect(() => setConversationActions(actions), [actions])
  const { reply, replyAll, forward } = actions
  useKeys({ ...(reply && { reply }), ...(replyAll && { replyAll }), ...(forward && { forward }) })
  // what was opened is read, its receipts too; marked again as unread it stays so
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
  useEffect(() => {
    const unread = lying.filter(({ keywords }) => !('$seen' in keywords)).map(({ id }) => id)
    if (unread.length > 0 && mayWrite()) setSeen(unread, true).catch(() => {})
    heading.current?.focus({ preventScroll: true })
    const first = letters.find(({ id }) => open.has(id))
    if (first && first !== letters[0]) document.getElementById(`letter-${first.id}`)?.scrollIntoView({ block: 'start' })
  }, [])
  // a message that comes while one reads opens by itself
  const known = useRef(new Set(letters.map(({ id }) => id)))
  useEffect(() => {
    const fresh = letters.filter(({ id }) => !known.current.has(id))
    for (const { id } of letters) known.current.add(id)
    if (fresh.length > 0) setOpen((old) => new Set([...old, ...fresh.map(({ id }) => id)]))
  }, [letters])
  const toggle = (id: string): void =>
    setOpen((old) => {
      const next = new Set(old)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const subject = printable(thread.subject?.trim() || t.noSubject)
  useEffect(() => {
    document.title = subject
  }, [subject])
  return (
    <div className="cr-open-conversation">
      <Toolbar actions={actions} />
      <PrintHead />
      <h1 ref={heading} tabIndex={-1} className="cr-subject">
        {subject}
      </h1>
      {letters.map((letter) => (
        <LetterView key={letter.id} letter={letter} open={open.has(letter.id)} onToggle={() => toggle(letter.id)} />
      ))}
    </div>
  )
}

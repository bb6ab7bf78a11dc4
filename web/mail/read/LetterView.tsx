// One message of a conversation: folded to a line, or open with who, when, what it is worth, what it says, its proofs.
import chevron from 'icon:arrow-up'
import { lazy, Suspense, useState } from 'react'
import type { PecMessage } from '../../../src/core/jmap/pec.ts'
import { printable } from '../../../src/core/pec/verdictText.ts'
import { useAccount } from '../../account/area.tsx'
import { LinkButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Loading } from '../../ui/Parts.tsx'
import { writeAddress } from '../addresses.ts'
import { call, mayWrite } from '../jmap/client.ts'
import type { Email, Got, Person } from '../jmap/types.ts'
import { useReadTexts } from '../texts/read.ts'
import { LegalLine } from './LegalLine.tsx'
import { type Content, type Letter, WHOLE } from './load.ts'
import { MessageBody } from './MessageBody.tsx'
import { SentCard } from './SentCard.tsx'
import { dayAndHour } from './times.ts'

const Proofs = lazy(() => import('./proofs/Proofs.tsx'))

const nameOf = ({ name, email }: Person): string => printable(name?.trim() || email)

const AT_ONCE = 6

const People = ({ label, people }: { readonly label: string; readonly people: readonly Person[] | null }) => {
  const t = useReadTexts()
  const [all, setAll] = useState(false)
  if (!people || people.length === 0) return null
  const shown = all ? people : people.slice(0, AT_ONCE)
  const left = people.length - shown.length
  return (
    <p className="cr-people">
      <span className="cr-muted">{label}: </span>
      {shown.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an address may stand there twice
        <span key={at}>
          {at > 0 && ', '}
          {one.name ? `${printable(one.name)} ` : ''}
          <span className={one.name ? 'cr-muted' : undefined}>{printable(one.email)}</span>
        </span>
      ))}
      {left > 0 && (
        <button type="button" className="cr-inline" onClick={() => setAll(true)}>
          {t.moreRecipients(left)}
        </button>
      )}
    </p>
  )
}

const loadWhole = async (letter: Letter): Promise<Content | undefined> => {
  if (!letter.message.inner) return (await call<Got<Email>>('Email/get', { ids: [letter.id], ...WHOLE })).list[0]
  const { properties, ...how } = WHOLE
  const asked = { ids: [letter.id], properties: ['id', 'inner'], innerProperties: properties, ...how }
  const { list } = await call<Got<PecMessage>>('PecMessage/get', asked)
  return list[0]?.inner as Content | undefined
}

export const LetterView = ({
  letter,
  open,
  onToggle,
}: {
  readonly letter: Letter
  readonly open: boolean
  readonly onToggle: () => void
}) => {
  const t = useReadTexts()
  const { mailbox } = useAccount()
  const { content, message, email, submission } = letter
  const mine = message.kind === 'sent' || message.kind === 'draft'
  const writer = mine ? t.you : nameOf(message.from[0] ?? content.from?.[0] ?? { name: null, email: mailbox.address })
  const address = printable(message.from[0]?.email ?? '')
  const [day, hour] = dayAndHour(email.receivedAt)
  const unread = !('$seen' in email.keywords)
  if (!open)
    return (
      <article className="cr-letter cr-folded" id={`letter-${letter.id}`}>
        <button type="button" aria-expanded="false" onClick={onToggle}>
          <span className="visually-hidden">{t.open(writer, day)}</span>
          <span aria-hidden="true" className={unread ? 'cr-unread' : undefined}>
            {writer}
          </span>
          <span aria-hidden="true" className="cr-muted cr-snippet">
            {printable(content.preview)}
          </span>
          <time aria-hidden="true" dateTime={email.receivedAt}>
            {day} {hour}
          </time>
        </button>
      </article>
    )
  return (
    <article className="cr-letter" id={`letter-${letter.id}`} aria-label={t.open(writer, day)} tabIndex={-1}>
      <header className="cr-letter-head">
        <div>
          <h2>{writer}</h2>
          {!mine && address !== writer && <p className="cr-muted cr-address">{address}</p>}
        </div>
        <time dateTime={email.receivedAt}>
          {day} {hour}
        </time>
        <button type="button" className="cm-icon" aria-expanded="true" onClick={onToggle}>
          <Icon of={chevron} />
          <span className="visually-hidden">{t.fold}</span>
        </button>
      </header>
      <People label={t.toLabel} people={content.to} />
      <People label={t.cc} people={content.cc} />
      <LegalLine letter={letter} />
      {message.kind === 'draft' && mayWrite() && (
        <p>
          <LinkButton href={writeAddress({ kind: 'draft', emailId: letter.id })} small>
            {t.tools.edit}
          </LinkButton>
        </p>
      )}
      <MessageBody content={content} loadWhole={() => loadWhole(letter)} />
      {submission && <SentCard submission={submission} />}
      {message.kind !== 'draft' && <ProofsLater letter={letter} />}
    </article>
  )
}

/** The proofs come when they are unfolded. */
const ProofsLater = ({ letter }: { readonly letter: Letter }) => {
  const t = useReadTexts()
  const [open, setOpen] = useState(false)
  return (
    <details className="cr-proofs" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.proofs}</summary>
      {open && (
        <Suspense fallback={<Loading />}>
          <Proofs letter={letter} />
        </Suspense>
      )}
    </details>
  )
}

// The ordinary mail that the sandbox captured: newest first, links that work, new ones by themselves.
import { type ReactNode, useEffect, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { PortalFrame } from './PortalFrame.tsx'

const EVERY_MS = 3_000

/** A text with its addresses as links. */
const linked = (text: string): readonly ReactNode[] =>
  text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <a key={index} href={part}>
        {part}
      </a>
    ) : (
      part
    ),
  )

const MailPage = () => {
  const t = usePortal()
  const heading = usePage(t.title(t.mail.title), 'mail')
  const [to, setTo] = useState(() => new URLSearchParams(location.search).get('a') ?? '')
  const [limit, setLimit] = useState(20)
  const wanted = to.includes('@') ? to.trim() : undefined
  const { data, problem, reload } = useResource(`mail ${wanted} ${limit}`, (signal) =>
    call('GET /sandbox/notices', { query: { limit, ...(wanted ? { to: wanted } : {}) }, signal }),
  )
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), EVERY_MS)
    return () => clearInterval(timer)
  }, [reload])
  return (
    <PortalFrame>
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.mail.title}
        </h1>
        <p>{t.mail.lead}</p>
        <TextField id="to" label={t.mail.filter} type="email" value={to} onChange={setTo} autoComplete="off" optional />
        {!data && <ProblemAlert problem={problem} onRetry={reload} />}
        {!data && !problem && <Loading />}
        {data?.items.length === 0 && <p>{t.mail.empty}</p>}
        {data?.items.map((notice) => (
          <article className="cl-card" key={notice.id}>
            <h2>{notice.subject}</h2>
            <p className="cl-muted">
              {t.mail.to} {notice.recipient}, {showInstant(notice.createdAt)}
            </p>
            <p className="cl-letter">{linked(notice.text)}</p>
          </article>
        ))}
        {data?.next && (
          <Button look="outline-primary" onClick={() => setLimit(Math.min(200, limit + 40))}>
            {t.mail.more}
          </Button>
        )}
      </div>
    </PortalFrame>
  )
}
export default MailPage

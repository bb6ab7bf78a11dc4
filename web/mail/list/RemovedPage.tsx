// What was removed for good less than thirty days ago: until when it can be taken back, and the button that does.
import { useState } from 'react'
import type { RemovedEmail } from '../../../src/core/jmap/pec.ts'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { Button } from '../../ui/Button.tsx'
import { showDay } from '../../ui/format.ts'
import { useAction, usePage, useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { folderName } from '../folderName.ts'
import { call, from, mayWrite, request } from '../jmap/client.ts'
import type { Got, Queried, SetError } from '../jmap/types.ts'
import { useFolders } from '../store/folders.ts'
import { tellChange } from '../store/live.ts'
import { tell, tellFailure } from '../store/notices.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { plainSubject } from './rowView.ts'

const PAGE = 50

type Restored = { readonly notRestored: Readonly<Record<string, SetError>> | null }

export const RemovedPage = () => {
  const t = useListTexts()
  const heading = usePage(t.removed.title)
  const m = useMailTexts()
  const folders = useFolders()
  const nameOf = (name: string): string => {
    const known = folders.find((one) => one.name.toLowerCase() === name.toLowerCase())
    return known ? folderName(known, m) : name
  }
  const [shown, setShown] = useState(PAGE)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const { data, problem, reload } = useResource(`removed ${shown}`, async (signal) => {
    const [query, got] = await request<[Queried, Got<RemovedEmail>]>(
      [
        ['RemovedEmail/query', { limit: shown, calculateTotal: true }, 'q'],
        ['RemovedEmail/get', { '#ids': from('q', 'RemovedEmail/query', '/ids') }, 'g'],
      ],
      signal,
    )
    return { total: query.total ?? got.list.length, list: got.list }
  })
  const restore = useAction(async (ids: readonly string[]) => {
    const { notRestored } = await call<Restored>('RemovedEmail/restore', { ids })
    const left = Object.values(notRestored ?? {})
    setPicked(new Set())
    tellChange(['Email', 'Mailbox'])
    reload()
    if (left.some(({ type }) => type === 'overQuota')) tellFailure(t.removed.full)
    else if (left.length > 0) tellFailure(t.removed.failed)
    else tell(t.done.restored(ids.length))
  })
  const toggle = (id: string): void => {
    const now = new Set(picked)
    if (!now.delete(id)) now.add(id)
    setPicked(now)
  }
  return (
    <section className="cm-removed">
      <h1 ref={heading} tabIndex={-1}>
        {t.removed.title}
      </h1>
      <p>{t.removed.lead}</p>
      <ProblemAlert problem={problem ?? restore.problem} onRetry={problem ? reload : undefined} />
      {!data && !problem && <Loading />}
      {data?.list.length === 0 && <p className="cm-empty">{t.removed.empty}</p>}
      {data && data.list.length > 0 && (
        <>
          {mayWrite() && (
            <div className="cm-tools-line">
              <label className="cm-tick">
                <input
                  type="checkbox"
                  checked={picked.size === data.list.length}
                  onChange={(event) => setPicked(new Set(event.target.checked ? data.list.map(({ id }) => id) : []))}
                />
                <span>{t.removed.all}</span>
              </label>
              {picked.size > 0 && (
                <Button small busy={restore.busy} onClick={() => void restore.run([...picked])}>
                  {t.removed.restoreSome(picked.size)}
                </Button>
              )}
            </div>
          )}
          <ul>
            {data.list.map((one) => {
              const subject = plainSubject(one.subject) || t.list.noSubject
              return (
                <li key={one.id}>
                  {mayWrite() && (
                    <label className="cm-pick">
                      <input
                        type="checkbox"
                        checked={picked.has(one.id)}
                        aria-label={t.list.pick(subject)}
                        onChange={() => toggle(one.id)}
                      />
                    </label>
                  )}
                  <div className="cm-removed-what">
                    <p>
                      <strong>{subject}</strong>
                    </p>
                    <p>{one.from.map(({ name, email }) => name || email).join(', ')}</p>
                    <p className="cl-muted">
                      {one.folder !== null && `${t.removed.from(nameOf(one.folder))}. `}
                      {t.removed.until(showDay(one.until))}.
                    </p>
                  </div>
                  {mayWrite() && (
                    <Button look="outline-primary" small busy={restore.busy} onClick={() => void restore.run([one.id])}>
                      {t.removed.restore}
                      <span className="visually-hidden">: {subject}</span>
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
          {data.total > data.list.length && (
            <p>
              <Button look="outline-primary" onClick={() => setShown(shown + PAGE)}>
                {t.removed.more}
              </Button>
            </p>
          )}
        </>
      )}
    </section>
  )
}

// The list of conversations of a folder, or of what was found: rows, selection, what is done by keyboard, what comes live.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { useLanguage } from '../../ui/language.ts'
import { conversationAddress, listAddress, type Place, writeAddress } from '../addresses.ts'
import { folderName } from '../folderName.ts'
import type { Folder } from '../jmap/types.ts'
import { useFolders } from '../store/folders.ts'
import { followList, type List, type ListRow, listOf } from '../store/lists.ts'
import { useOverlay } from '../store/overlay.ts'
import { useSignal } from '../store/signal.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { BriefStrip } from './BriefStrip.tsx'
import { Confirm, MoveDialog, type Question } from './dialogs.tsx'
import { EmptyList } from './EmptyList.tsx'
import { useKeys } from './keys.ts'
import { ListHead } from './ListHead.tsx'
import { dragged, usePerform } from './perform.ts'
import { folderOf, questionOf } from './questions.ts'
import { Row, Skeleton } from './Row.tsx'
import { type Chosen, countOf, useLeaving } from './rowActions.ts'
import { dayOf, isTakenAway } from './rowView.ts'
import { useSelection } from './selection.ts'
import { Toolbar, type ToolName } from './Toolbar.tsx'
import { type ListHandle, VirtualList } from './VirtualList.tsx'

type Props = { readonly place: Place; readonly current: string | undefined }

/** The list of a place; while another search runs, what was found before stays. */
const useList = (
  place: Place,
): { readonly list: List; readonly busy: boolean; readonly folder: Folder | undefined } => {
  const folders = useFolders()
  const wanted = listOf(questionOf(place, folders))
  const { total, problem } = useSignal(wanted.state)
  const shown = useRef(wanted)
  const stays = place.kind === 'search' && shown.current.question.key.startsWith('?')
  if (!stays || total !== undefined || problem) shown.current = wanted
  useEffect(() => followList(wanted), [wanted])
  return {
    list: shown.current,
    busy: total === undefined && !problem,
    folder: folderOf(place, folders),
  }
}

/** Which rows are not shown, for what was done to them is not in what was read yet. */
const useHidden = (list: List, rows: ReadonlyMap<number, ListRow>, folder: Folder | undefined) => {
  const overlay = useOverlay()
  const leaving = useLeaving()
  const folders = useFolders()
  const folderId = folder?.id
  const away = useMemo(
    () => folders.filter(({ role }) => role === 'trash' || role === 'junk').map(({ id }) => id),
    [folders],
  )
  const isHidden = useCallback(
    (row: ListRow) =>
      leaving.has('*') || leaving.has(row.threadId) || isTakenAway(overlay.get(row.emailId), { folderId, away }),
    [overlay, leaving, folderId, away],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: of this list
  const hidden = useMemo(
    () =>
      overlay.size + leaving.size === 0
        ? []
        : [...rows].flatMap(([at, row]) => (isHidden(row) ? [at] : [])).sort((a, b) => a - b),
    [rows, isHidden, overlay, leaving, list],
  )
  return { overlay, hidden, isHidden, none: leaving.has('*') }
}

/** A draft is gone on with; all else is read. */
const addressOf = (place: Place, { card, emailId, threadId }: ListRow): string =>
  card.kind === 'draft' && card.writtenIds.length === 1
    ? writeAddress({ kind: 'draft', emailId })
    : conversationAddress(place, threadId)

export const ListPane = ({ place, current }: Props) => {
  const t = useListTexts()
  const m = useMailTexts()
  const locale = useLanguage() === 'en' ? 'en-GB' : 'it-IT'
  const [, navigate] = useLocation()
  const { list, busy, folder } = useList(place)
  const state = useSignal(list.state)
  const { rows, problem, arrived } = state
  const total = state.total ?? 0
  const { overlay, hidden, isHidden, none } = useHidden(list, rows, folder)
  const selection = useSelection(list, rows, total, isHidden)
  const perform = usePerform()
  const [active, setActive] = useState(0)
  const [picking, setPicking] = useState(false)
  const [question, setQuestion] = useState<Question>()
  const [moving, setMoving] = useState<Chosen>()
  const [atTop, setAtTop] = useState(true)
  const [said, setSaid] = useState('')
  const handle = useRef<ListHandle | null>(null)
  const today = dayOf(new Date())
  const shownCount = none ? 0 : Math.max(0, total - hidden.length)
  const name = folder ? folderName(folder, m) : t.search.title

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is looked at from its top
  useEffect(() => {
    setActive(0)
    setPicking(false)
    setSaid('')
  }, [list])
  useEffect(() => {
    if (arrived === 0) return
    setSaid(t.list.arrived(arrived))
    if (atTop) list.seeArrived()
  }, [arrived, atTop, list, t])

  const rowOf = (threadId: string | undefined): ListRow | undefined =>
    threadId === undefined ? undefined : [...rows.values()].find((row) => row.threadId === threadId)
  /** What keys and tools are about: what is chosen, else what is read, else the row of the keyboard. */
  const target = (): Chosen | undefined => {
    if (selection.chosen) return selection.chosen
    const row = rowOf(current) ?? rows.get(active)
    return row && !isHidden(row) ? { kind: 'rows', rows: [row] } : undefined
  }
  const leave = (chosen: Chosen): void => {
    selection.clear()
    const isOpen = chosen.kind === 'all' || chosen.rows.some(({ threadId }) => threadId === current)
    if (current !== undefined && isOpen) navigate(listAddress(place))
  }
  const doTool = (tool: ToolName, chosen: Chosen): void => {
    if (tool === 'read' || tool === 'unread') void perform.seen(chosen, tool === 'read')
    else if (tool === 'flag' || tool === 'unflag') void perform.flagged(chosen, tool === 'flag')
    else if (tool === 'move') setMoving(chosen)
    else if (tool === 'destroy' && folder) void perform.destroy(chosen, folder).then(() => {})
    else if (tool === 'archive') void perform.archive(chosen, folder)
    else void perform.trash(chosen, folder)
    if (tool === 'archive' || tool === 'trash' || tool === 'destroy') leave(chosen)
  }
  const runTool = (tool: ToolName): void => {
    const chosen = target()
    if (!chosen) return
    const real = tool === 'trash' && folder?.role === 'trash' ? 'destroy' : tool
    if (real === 'archive' && (folder?.role === 'archive' || folder?.role === 'trash')) return
    const count = countOf(chosen)
    const go = (): void => doTool(real, chosen)
    if (real === 'destroy') setQuestion({ text: t.confirm.destroy(count), label: t.select.destroy, removes: true, go })
    else if (chosen.kind === 'all' && real !== 'move')
      setQuestion({ text: t.confirm.all(count, name), label: t.select[real], removes: real === 'trash', go })
    else go()
  }
  const toggleMark = (): void => {
    const chosen = target()
    if (chosen?.kind !== 'rows') runTool('unread')
    else
      runTool(
        chosen.rows.some(({ card, emailId }) => overlay.get(emailId)?.seen !== true && card.unread > 0)
          ? 'read'
          : 'unread',
      )
  }
  const toggleFlag = (): void => {
    const chosen = target()
    if (chosen?.kind !== 'rows') {
      runTool('flag')
      return
    }
    const isFlagged = ({ card, emailId }: ListRow): boolean => overlay.get(emailId)?.flagged ?? card.flagged
    runTool(chosen.rows.every(isFlagged) ? 'unflag' : 'flag')
  }
  const step = (by: number): void => {
    if (current === undefined) {
      handle.current?.step(by)
      return
    }
    const places = [...rows].filter(([, row]) => !isHidden(row)).sort(([a], [b]) => a - b)
    const here = places.findIndex(([, row]) => row.threadId === current)
    const next = places[here + by]
    if (here < 0 || !next) return
    setActive(next[0])
    handle.current?.show(next[0])
    navigate(conversationAddress(place, next[1].threadId))
  }
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    open: () => {
      const row = rows.get(active)
      if (row) navigate(addressOf(place, row))
    },
    select: () => selection.toggle(active, false),
    archive: () => runTool('archive'),
    trash: () => runTool('trash'),
    move: () => runTool('move'),
    unread: toggleMark,
    flag: toggleFlag,
    ...(current === undefined ? {} : { back: () => navigate(listAddress(place)) }),
  })

  useEffect(() => {
    if (current === undefined) document.title = `${name} · ${m.title}`
  }, [current, name, m])
  const left = useRef(current)
  // biome-ignore lint/correctness/useExhaustiveDependencies: when one comes back from a conversation
  useEffect(() => {
    const place = [...rows].find(([, row]) => row.threadId === (current ?? left.current))?.[0]
    if (place !== undefined && current === undefined && document.activeElement === document.body)
      handle.current?.focus(place)
    else if (place !== undefined && current !== undefined) setActive(place)
    left.current = current
  }, [current])

  const latest = useRef({ rows, selection, folder })
  latest.current = { rows, selection, folder }
  const drag = useCallback((at: number, event: DragEvent) => {
    const row = latest.current.rows.get(at)
    if (!row || !event.dataTransfer) return
    const { chosen, has } = latest.current.selection
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', row.card.subject ?? '')
    dragged.set({
      chosen: chosen && has(row.threadId) ? chosen : { kind: 'rows', rows: [row] },
      folder: latest.current.folder,
    })
  }, [])
  const hold = useCallback((at: number) => {
    setPicking(true)
    latest.current.selection.toggle(at, false)
  }, [])
  const pick = useCallback((at: number, range: boolean) => latest.current.selection.toggle(at, range), [])

  return (
    <section className="cm-list" aria-label={t.list.label(name)} aria-busy={busy}>
      <ListHead
        place={place}
        name={name}
        total={state.total === undefined ? undefined : shownCount}
        busy={busy}
        picking={picking}
        selection={selection}
        onPicking={(wanted) => {
          setPicking(wanted)
          if (!wanted) selection.clear()
        }}
      />
      {selection.chosen && <Toolbar selection={selection} folder={folder} total={shownCount} onTool={runTool} />}
      {problem && <ProblemAlert problem={problem} onRetry={list.refresh} />}
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <p className="visually-hidden" id="list-help">
        {t.list.help}
      </p>
      <div className="cm-list-body">
        {arrived > 0 && !atTop && (
          <button
            type="button"
            className="cm-pill"
            onClick={() => {
              handle.current?.toTop()
              list.seeArrived()
            }}
          >
            {t.list.arrived(arrived)}
          </button>
        )}
        {state.total !== undefined && shownCount === 0 ? (
          <>
            {folder?.role === 'inbox' && <BriefStrip folderId={folder.id} />}
            <EmptyList place={place} folder={folder} />
          </>
        ) : (
          <VirtualList
            list={list}
            rows={rows}
            total={state.total ?? (problem ? 0 : 8)}
            hidden={hidden}
            label={name}
            describedBy="list-help"
            active={active}
            onActive={setActive}
            onTop={setAtTop}
            onToggle={(at) => selection.toggle(at, false)}
            handle={handle}
            header={folder?.role === 'inbox' && <BriefStrip folderId={folder.id} />}
          >
            {({ at, shown, top, row }) =>
              row ? (
                <Row
                  key={row.threadId}
                  row={row}
                  overlay={overlay}
                  at={at}
                  total={shownCount}
                  top={top}
                  href={addressOf(place, row)}
                  current={current === row.threadId}
                  active={active === at}
                  picked={selection.has(row.threadId)}
                  picking={picking || (selection.count > 0 && matchMedia('(pointer: coarse)').matches)}
                  today={today}
                  locale={locale}
                  t={t}
                  onPick={pick}
                  onFocus={setActive}
                  onDrag={drag}
                  onHold={hold}
                />
              ) : (
                <Skeleton key={`s${shown}`} at={shown} total={shownCount} top={top} />
              )
            }
          </VirtualList>
        )}
      </div>
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
      <MoveDialog
        open={moving !== undefined}
        count={moving ? countOf(moving) : 0}
        from={folder}
        onClose={() => setMoving(undefined)}
        onMove={(to) => {
          if (moving) {
            void perform.move(moving, folder, to)
            leave(moving)
          }
          setMoving(undefined)
        }}
      />
    </section>
  )
}

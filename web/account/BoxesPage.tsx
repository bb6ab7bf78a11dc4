// The boxes in which a collaborator works: the chooser in the frame, the page, and what is said where there is none.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { useCollaboratorTexts } from './texts/collaborators.ts'

type Box = Reply<'GET /account/boxes'>['items'][number]

/** Other tabs of this browser are about the box that was open: they begin anew. */
const SWITCHED = 'ceralacca box'

/** Opens another box: what is on the page is about the former one, so that the page begins anew. */
const useOpen = () =>
  useAction(async (address: string) => {
    await ask('PUT /account/boxes/current', { body: { address } })
    try {
      localStorage.setItem(SWITCHED, `${address} ${Date.now()}`)
    } catch {
      // storage is forbidden: other tabs learn it from their next page
    }
    location.assign('/casella')
  })

/** Has this tab begin anew when another one of the browser has opened another box. */
export const followSwitches = (): (() => void) => {
  const look = (event: StorageEvent): void => {
    if (event.key === SWITCHED) location.assign('/casella')
  }
  window.addEventListener('storage', look)
  return () => window.removeEventListener('storage', look)
}

/** Which box is open, and the others, in the frame of every page; nothing where there is but one. */
export const BoxChooser = () => {
  const t = useCollaboratorTexts().boxes
  const { data } = useResource('boxes', (signal) => ask('GET /account/boxes', { signal }))
  const open = useOpen()
  const [chosen, setChosen] = useState<string>()
  if (!data || data.items.length < 2) return null
  const now = data.items.find((box) => box.current)?.address
  return (
    <form
      className="cl-chooser"
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen !== undefined && chosen !== now) void open.run(chosen)
      }}
    >
      <label htmlFor="box-chooser">{t.choose}</label>
      <select
        id="box-chooser"
        className="cl-input"
        value={chosen ?? now}
        onChange={(event) => setChosen(event.target.value)}
      >
        {data.items.map((box) => (
          <option key={box.address} value={box.address}>
            {box.address}
          </option>
        ))}
      </select>
      {/* By a button: who goes through the choices by keyboard opens none of them on the way. */}
      {chosen !== undefined && chosen !== now && <button type="submit">{t.open}</button>}
      <ProblemAlert problem={open.problem} />
    </form>
  )
}

export const BoxesPage = () => {
  const t = useCollaboratorTexts().boxes
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('boxes page', (signal) => ask('GET /account/boxes', { signal }))
  const open = useOpen()
  const [leaving, setLeaving] = useState<Box>()
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <ProblemAlert problem={problem ?? open.problem} onRetry={problem && reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.caption}
          rows={data.items}
          rowKey={(row) => row.address}
          columns={[
            {
              key: 'box',
              label: t.box,
              heading: true,
              cell: (row) => (
                <>
                  <span className="cl-break">{row.address}</span> {row.current && <Badge kind="ok">{t.now}</Badge>}
                  <br />
                  <span className="cl-muted fw-normal">{row.holder}</span>
                </>
              ),
            },
            { key: 'right', label: t.right, cell: (row) => t.rights[row.rights] },
            {
              key: 'actions',
              label: t.actions,
              cell: (row) => (
                <div className="cl-row cl-tight">
                  {!row.current && (
                    <Button
                      look="outline-primary"
                      small
                      busy={open.busy}
                      aria-label={`${t.open}: ${row.address}`}
                      onClick={() => void open.run(row.address)}
                    >
                      {t.open}
                    </Button>
                  )}
                  <Button look="link" small aria-label={`${t.leave}: ${row.address}`} onClick={() => setLeaving(row)}>
                    {t.leave}
                  </Button>
                </div>
              ),
            },
          ]}
        />
      )}
      <Dialog
        open={leaving !== undefined}
        title={leaving ? t.leaveTitle(leaving.address) : ''}
        onClose={() => setLeaving(undefined)}
      >
        {leaving && (
          <Leave
            box={leaving}
            onCancel={() => setLeaving(undefined)}
            onDone={() => {
              if (leaving.current) location.assign('/casella/accesso')
              else {
                setLeaving(undefined)
                reload()
              }
            }}
          />
        )}
      </Dialog>
    </>
  )
}

const Leave = ({
  box,
  onCancel,
  onDone,
}: {
  readonly box: Box
  readonly onCancel: () => void
  readonly onDone: () => void
}) => {
  const all = useCollaboratorTexts()
  const leave = useAction(async () => {
    await ask('POST /account/boxes/leave', { body: { address: box.address } })
    onDone()
  })
  return (
    <>
      <p>{all.boxes.leaveLead}</p>
      <ProblemAlert problem={leave.problem} />
      <div className="cl-row">
        <Button look="danger" busy={leave.busy} onClick={() => void leave.run()}>
          {all.boxes.leaveGo}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {all.cancel}
        </Button>
      </div>
    </>
  )
}

/** To a collaborator who is signed in and let into no box. */
export const NoBox = ({ onLeft }: { readonly onLeft: () => void }) => {
  const t = useCollaboratorTexts().boxes
  const leave = useAction(async () => {
    await call('DELETE /account/session')
    onLeft()
  })
  return (
    <Alert kind="warning" title={t.noneTitle} live>
      <p>{t.none}</p>
      <ProblemAlert problem={leave.problem} />
      <Button look="outline-primary" busy={leave.busy} onClick={() => void leave.run()}>
        {t.leaveAll}
      </Button>
    </Alert>
  )
}

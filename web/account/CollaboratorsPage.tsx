// Collaborators, for the holder: who has access, who is invited, and inviting; the acts are a page of their own.
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { DelegateRights } from '../../src/core/identity/delegation.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { RadioGroup } from '../ui/Field.tsx'
import { showDay, showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Loading, Table } from '../ui/Parts.tsx'
import { ActsPage } from './ActsPage.tsx'
import { ask } from './ask.ts'
import { InviteForm } from './InviteForm.tsx'
import { useCollaboratorTexts } from './texts/collaborators.ts'

type View = Reply<'GET /account/collaborators'>
type Row = View['collaborators'][number]
type Invitation = View['invitations'][number]
/** Puts what an answer brought in its place, and says what was done. */
type Done = (view: View, told: string) => void

export const CollaboratorsPage = () => {
  const [path] = useLocation()
  return path.endsWith('/atti') ? <ActsPage /> : <Collaborators />
}

const Collaborators = () => {
  const t = useCollaboratorTexts()
  const heading = usePage(t.holder.title)
  const { data, problem, reload, set } = useResource('collaborators', (signal) =>
    ask('GET /account/collaborators', { signal }),
  )
  const [told, setTold] = useState('')
  const [chosen, setChosen] = useState<{ readonly row: Row; readonly kind: 'change' | 'revoke' }>()
  const done: Done = (view, text) => {
    setChosen(undefined)
    set(view)
    setTold(text)
  }
  const living = data?.collaborators.filter((row) => row.endedAt === undefined) ?? []
  const former = data?.collaborators.filter((row) => row.endedAt !== undefined) ?? []
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.holder.title}
      </h1>
      <p className="lead">{t.holder.lead}</p>
      <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <h2>{t.holder.list}</h2>
          <Living rows={living} onChoose={(row, kind) => setChosen({ row, kind })} />
          {data.collaborators.length > 0 && (
            <p>
              <Link href="/collaboratori/atti">{t.holder.acts}</Link>
            </p>
          )}
          {data.invitations.length > 0 && <Open rows={data.invitations} onDone={done} />}
          <InviteForm onDone={(view, email) => done(view, t.told.invited(email))} />
          {former.length > 0 && (
            <>
              <h2>{t.holder.former}</h2>
              <Former rows={former} />
            </>
          )}
        </>
      )}
      <Dialog
        open={chosen !== undefined}
        title={
          chosen ? (chosen.kind === 'change' ? t.changeTitle(chosen.row.name) : t.revokeTitle(chosen.row.name)) : ''
        }
        onClose={() => setChosen(undefined)}
      >
        {chosen?.kind === 'change' && (
          <ChangeRight row={chosen.row} onDone={done} onCancel={() => setChosen(undefined)} />
        )}
        {chosen?.kind === 'revoke' && <Revoke row={chosen.row} onDone={done} onCancel={() => setChosen(undefined)} />}
      </Dialog>
    </>
  )
}

const Who = ({ name, email }: { readonly name: string; readonly email: string }) => (
  <>
    {name}
    <br />
    <span className="cl-muted fw-normal cl-break">{email}</span>
  </>
)

const Living = ({
  rows,
  onChoose,
}: {
  readonly rows: readonly Row[]
  readonly onChoose: (row: Row, kind: 'change' | 'revoke') => void
}) => {
  const all = useCollaboratorTexts()
  const t = all.holder
  return (
    <Table
      caption={t.list}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<p>{t.none}</p>}
      columns={[
        { key: 'name', label: t.name, heading: true, cell: (row) => <Who {...row} /> },
        { key: 'right', label: t.right, cell: (row) => all.rights[row.rights] },
        { key: 'since', label: t.since, cell: (row) => showDay(row.since) },
        {
          key: 'used',
          label: t.used,
          cell: (row) => (
            <>
              {row.lastUsedAt ? showInstant(row.lastUsedAt) : t.never}
              {row.programs > 0 && (
                <>
                  <br />
                  <small className="cl-muted">{t.programs(row.programs)}</small>
                </>
              )}
            </>
          ),
        },
        {
          key: 'actions',
          label: t.actions,
          cell: (row) => (
            <div className="cl-row cl-tight">
              <Button
                look="outline-primary"
                small
                aria-label={`${t.change}: ${row.name}`}
                onClick={() => onChoose(row, 'change')}
              >
                {t.change}
              </Button>
              <Button look="link" small aria-label={`${t.revoke}: ${row.name}`} onClick={() => onChoose(row, 'revoke')}>
                {t.revoke}
              </Button>
            </div>
          ),
        },
      ]}
    />
  )
}

const Open = ({ rows, onDone }: { readonly rows: readonly Invitation[]; readonly onDone: Done }) => {
  const all = useCollaboratorTexts()
  const t = all.holder
  const again = useAction(async ({ id, email }: Invitation) => {
    const view = await ask('POST /account/collaborators/invitations/:invitation/sendings', {
      params: { invitation: id },
    })
    onDone(view, all.told.again(email))
  })
  const withdraw = useAction(async ({ id, email }: Invitation) => {
    const view = await ask('DELETE /account/collaborators/invitations/:invitation', { params: { invitation: id } })
    onDone(view, all.told.withdrawn(email))
  })
  return (
    <>
      <h2>{t.open}</h2>
      <ProblemAlert problem={again.problem ?? withdraw.problem} />
      <Table
        caption={t.open}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { key: 'name', label: t.name, heading: true, cell: (row) => <Who {...row} /> },
          { key: 'right', label: t.right, cell: (row) => all.rights[row.rights] },
          { key: 'sent', label: t.sent, cell: (row) => showInstant(row.sentAt) },
          {
            key: 'expires',
            label: t.expires,
            cell: (row) => (row.expired ? <Badge kind="plain">{t.expired}</Badge> : showInstant(row.expiresAt)),
          },
          {
            key: 'actions',
            label: t.actions,
            cell: (row) => (
              <div className="cl-row cl-tight">
                <Button
                  look="outline-primary"
                  small
                  busy={again.busy}
                  aria-label={`${t.again}: ${row.name}`}
                  onClick={() => void again.run(row)}
                >
                  {t.again}
                </Button>
                <Button
                  look="link"
                  small
                  busy={withdraw.busy}
                  aria-label={`${t.withdraw}: ${row.name}`}
                  onClick={() => void withdraw.run(row)}
                >
                  {t.withdraw}
                </Button>
              </div>
            ),
          },
        ]}
      />
    </>
  )
}

const Former = ({ rows }: { readonly rows: readonly Row[] }) => {
  const t = useCollaboratorTexts().holder
  return (
    <Table
      caption={t.former}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { key: 'name', label: t.name, heading: true, cell: (row) => <Who {...row} /> },
        { key: 'since', label: t.since, cell: (row) => showDay(row.since) },
        { key: 'until', label: t.until, cell: (row) => showInstant(row.endedAt!) },
      ]}
    />
  )
}

type Choice = { readonly row: Row; readonly onDone: Done; readonly onCancel: () => void }

const ChangeRight = ({ row, onDone, onCancel }: Choice) => {
  const t = useCollaboratorTexts()
  const [rights, setRights] = useState<DelegateRights>(row.rights)
  const change = useAction(async () => {
    const params = { collaborator: row.id }
    const view = await ask('PUT /account/collaborators/:collaborator', { params, body: { rights } })
    onDone(view, t.told.changed(row.name, t.rights[rights].toLowerCase()))
  })
  return (
    <>
      <ProblemAlert problem={change.problem} />
      <RightsChoice name="rights" value={rights} onChange={setRights} />
      <div className="cl-row">
        <Button busy={change.busy} onClick={() => void change.run()}>
          {t.changeGo}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {t.cancel}
        </Button>
      </div>
    </>
  )
}

const Revoke = ({ row, onDone, onCancel }: Choice) => {
  const t = useCollaboratorTexts()
  const revoke = useAction(async () => {
    const view = await ask('DELETE /account/collaborators/:collaborator', { params: { collaborator: row.id } })
    onDone(view, t.told.revoked(row.name))
  })
  return (
    <>
      <p>{t.revokeLead}</p>
      <ProblemAlert problem={revoke.problem} />
      <div className="cl-row">
        <Button look="danger" busy={revoke.busy} onClick={() => void revoke.run()}>
          {t.revokeGo}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {t.cancel}
        </Button>
      </div>
    </>
  )
}

/** The two rights, each with what it means. */
export const RightsChoice = ({
  name,
  value,
  onChange,
}: {
  readonly name: string
  readonly value: DelegateRights
  readonly onChange: (rights: DelegateRights) => void
}) => {
  const t = useCollaboratorTexts()
  return (
    <RadioGroup
      legend={t.invite.rights}
      name={name}
      value={value}
      choices={(['read', 'send'] as const).map((one) => ({
        value: one,
        label: (
          <>
            <strong>{t.rights[one]}</strong>
            <br />
            {t.rightsFull[one]}
          </>
        ),
      }))}
      onChange={(chosen) => onChange(chosen === 'send' ? 'send' : 'read')}
    />
  )
}

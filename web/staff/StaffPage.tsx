// Who works here and with which role: list, invitation, change, removal. At an Order and at the provider alike.
import { type FormEvent, useState } from 'react'
import { Alert, ErrorSummary, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { RadioGroup, SelectField, TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Loading, Table } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { useStaffTexts } from './texts/staff.ts'

export type StaffRow = Reply<'GET /operator/staff'>['items'][number]
export type NewStaff = { readonly email: string; readonly name: string; readonly role: string; readonly order?: string }

/** What the lists of an Order and of the provider have of their own. */
export type StaffBackend = {
  readonly key: string
  readonly roles: readonly string[]
  readonly list: (signal: AbortSignal) => Promise<{ readonly items: readonly StaffRow[] }>
  readonly invite: (who: NewStaff) => Promise<StaffRow>
  readonly change: (id: number, role: string) => Promise<StaffRow>
  /** Orders to which a first administrator may be invited; of the provider only. */
  readonly orders?: (signal: AbortSignal) => Promise<readonly { readonly value: string; readonly label: string }[]>
}

export const StaffPage = ({ backend }: { readonly backend: StaffBackend }) => {
  const t = useStaffTexts()
  const heading = usePage(t.staff.title)
  const { data, problem, reload } = useResource(`staff ${backend.key}`, (signal) => backend.list(signal))
  const [told, setTold] = useState('')
  const [chosen, setChosen] = useState<{ readonly row: StaffRow; readonly kind: 'change' | 'remove' }>()
  const done = (text: string): void => {
    setChosen(undefined)
    setTold(text)
    reload()
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.staff.title}
      </h1>
      <p className="lead">{t.staff.lead}</p>
      <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && <StaffTable rows={data.items} onChoose={(row, kind) => setChosen({ row, kind })} />}
      <Invite backend={backend} onDone={(row) => done(t.staff.sent(row.email))} />
      <Dialog
        open={chosen !== undefined}
        title={
          chosen
            ? chosen.kind === 'change'
              ? t.staff.changeOf(chosen.row.name)
              : t.staff.removeTitle(chosen.row.name)
            : ''
        }
        onClose={() => setChosen(undefined)}
      >
        {chosen && (
          <ChangeRole
            backend={backend}
            row={chosen.row}
            remove={chosen.kind === 'remove'}
            onCancel={() => setChosen(undefined)}
            onDone={(row, role) => done(t.staff.changed(row.name, t.roles[role] ?? role))}
          />
        )}
      </Dialog>
    </>
  )
}

const StaffTable = ({
  rows,
  onChoose,
}: {
  readonly rows: readonly StaffRow[]
  readonly onChoose: (row: StaffRow, kind: 'change' | 'remove') => void
}) => {
  const t = useStaffTexts()
  return (
    <Table
      caption={t.staff.caption(rows.length)}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<p>{t.staff.empty}</p>}
      columns={[
        {
          key: 'name',
          label: t.staff.name,
          heading: true,
          cell: (row) => (
            <>
              {row.name}
              <br />
              <span className="cl-muted fw-normal">{row.email}</span>
            </>
          ),
        },
        { key: 'role', label: t.staff.role, cell: (row) => t.roles[row.role] ?? row.role },
        {
          key: 'state',
          label: t.staff.state,
          cell: (row) => (
            <Badge kind={row.state === 'active' ? 'ok' : row.state === 'invited' ? 'wait' : 'plain'}>
              {t.staff.states[row.state]}
            </Badge>
          ),
        },
        { key: 'second', label: t.staff.second, cell: (row) => (row.secondFactor ? t.staff.yes : t.staff.no) },
        {
          key: 'seen',
          label: t.staff.seen,
          cell: (row) => (row.lastSeenAt ? showInstant(row.lastSeenAt) : t.staff.never),
        },
        {
          key: 'actions',
          label: t.staff.change,
          cell: (row) => (
            <div className="cl-row cl-tight">
              <Button
                look="outline-primary"
                small
                aria-label={`${t.staff.change}: ${row.name}`}
                onClick={() => onChoose(row, 'change')}
              >
                {t.staff.change}
              </Button>
              <Button
                look="link"
                small
                aria-label={`${t.staff.remove}: ${row.name}`}
                onClick={() => onChoose(row, 'remove')}
              >
                {t.staff.remove}
              </Button>
            </div>
          ),
        },
      ]}
    />
  )
}

/** A role with what it gives. */
const useRoleChoices = (roles: readonly string[]) => {
  const t = useStaffTexts()
  return roles.map((role) => ({
    value: role,
    label: (
      <>
        <strong>
          {role === 'orderAdmin' && !roles.includes('orderReader') ? t.staff.orderAdminHere : t.roles[role]}
        </strong>
        <br />
        <span className="cl-muted">{t.roleHints[role]}</span>
      </>
    ),
  }))
}

const ChangeRole = ({
  backend,
  row,
  remove,
  onCancel,
  onDone,
}: {
  readonly backend: StaffBackend
  readonly row: StaffRow
  readonly remove: boolean
  readonly onCancel: () => void
  readonly onDone: (row: StaffRow, role: string) => void
}) => {
  const t = useStaffTexts()
  const [role, setRole] = useState(row.role)
  const choices = useRoleChoices(backend.roles)
  const change = useAction(async (to: string) => {
    const changed = await backend.change(row.id, to)
    onDone(changed, to)
  })
  return (
    <>
      <ProblemAlert problem={change.problem} />
      {remove ? (
        <p>{t.staff.removeLead}</p>
      ) : (
        <RadioGroup legend={t.staff.role} name="role" value={role} choices={choices} onChange={setRole} />
      )}
      <div className="cl-actions">
        <Button
          look={remove ? 'danger' : 'primary'}
          busy={change.busy}
          onClick={() => void change.run(remove ? 'none' : role)}
        >
          {remove ? t.staff.remove : t.staff.save}
        </Button>
        <Cancel onClick={onCancel} />
      </div>
    </>
  )
}

const Invite = ({ backend, onDone }: { readonly backend: StaffBackend; readonly onDone: (row: StaffRow) => void }) => {
  const t = useStaffTexts()
  const roles = backend.orders ? [...backend.roles, 'orderAdmin'] : backend.roles
  const choices = useRoleChoices(roles)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState(roles[0]!)
  const [order, setOrder] = useState('')
  const [turn, setTurn] = useState(0)
  const forOrder = backend.orders !== undefined && role === 'orderAdmin'
  const orders = useResource(`orders of ${backend.key}`, async (signal) =>
    backend.orders ? backend.orders(signal) : [],
  )
  const mistakes = [
    ...(name.trim().length < 2 ? [{ field: 'staff-name', message: t.staff.nameMissing }] : []),
    ...(email.trim() === '' ? [{ field: 'staff-email', message: t.staff.emailMissing }] : []),
    ...(forOrder && order === '' ? [{ field: 'staff-order', message: t.staff.orderMissing }] : []),
  ]
  const errorOf = (field: string) => (turn > 0 ? mistakes.find((one) => one.field === field)?.message : undefined)
  const invite = useAction(async () => {
    const row = await backend.invite({ email: email.trim(), name: name.trim(), role, ...(forOrder ? { order } : {}) })
    setName('')
    setEmail('')
    setTurn(0)
    onDone(row)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTurn(turn + 1)
    if (mistakes.length === 0) void invite.run()
  }
  return (
    <section aria-labelledby="invite-title" className="cl-card cl-soft">
      <h2 id="invite-title">{t.staff.invite}</h2>
      <p>{t.staff.inviteLead}</p>
      <ErrorSummary mistakes={turn > 0 ? mistakes : []} turn={turn} />
      <ProblemAlert problem={invite.problem} />
      <form onSubmit={submit} noValidate>
        <TextField
          id="staff-name"
          label={t.staff.name}
          value={name}
          error={errorOf('staff-name')}
          autoComplete="off"
          onChange={setName}
        />
        <TextField
          id="staff-email"
          label={t.staff.email}
          type="email"
          inputMode="email"
          autoComplete="off"
          value={email}
          error={errorOf('staff-email')}
          onChange={setEmail}
        />
        <RadioGroup legend={t.staff.role} name="new-role" value={role} choices={choices} onChange={setRole} />
        {forOrder && (
          <SelectField
            id="staff-order"
            label={t.staff.order}
            hint={t.staff.orderHint}
            value={order}
            choices={orders.data ?? []}
            placeholder=""
            error={errorOf('staff-order')}
            onChange={setOrder}
          />
        )}
        <Button type="submit" busy={invite.busy}>
          {t.staff.send}
        </Button>
      </form>
    </section>
  )
}

const Cancel = ({ onClick }: { readonly onClick: () => void }) => {
  const t = useCommon()
  return (
    <Button look="outline-primary" onClick={onClick}>
      {t.cancel}
    </Button>
  )
}

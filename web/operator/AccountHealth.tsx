// How an account stands, for the help desk: what is wrong first, and nothing of what is in the box.
import { type FormEvent, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showBytes, showDay, showInstant } from '../ui/format.ts'
import { useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Facts, Loading } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { useDeskTexts } from './texts/operator.ts'

type Health = Reply<'GET /operator/health'>

/** Looked up only when it is asked for: each look is written down. */
export const AccountHealth = ({
  address,
  open,
  onOpen,
}: {
  readonly address: string
  readonly open: boolean
  readonly onOpen: () => void
}) => {
  const t = useDeskTexts().health
  return (
    <section className="cl-card">
      <h2>{t.title}</h2>
      <p className="cl-muted">{t.lead}</p>
      {open ? (
        <Loaded address={address} />
      ) : (
        <Button look="outline-primary" small onClick={onOpen}>
          {t.show}
        </Button>
      )}
    </section>
  )
}

const Loaded = ({ address }: { readonly address: string }) => {
  const { data, problem, reload } = useResource(`health ${address}`, (signal) =>
    ask('GET /operator/health', { query: { address }, signal }),
  )
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  return <Shown health={data} />
}

const Shown = ({ health }: { readonly health: Health }) => {
  const t = useDeskTexts().health
  const { reference, quotaBytes, usedBytes } = health
  const percent = quotaBytes > 0 ? Math.round((usedBytes / quotaBytes) * 100) : 0
  return (
    <>
      <p>
        {health.concerns.length === 0 ? (
          <Badge kind="ok">{t.ok}</Badge>
        ) : (
          health.concerns.map((one) => (
            <span key={one}>
              <Badge kind="bad">{t.concerns[one] ?? one}</Badge>{' '}
            </span>
          ))
        )}
      </p>
      <Facts
        items={[
          { label: t.holder, value: health.name || '—' },
          { label: t.box, value: `${health.address}, ${t.states[health.termState ?? health.state] ?? health.state}` },
          { label: t.space, value: t.spaceOf(showBytes(usedBytes), showBytes(quotaBytes), percent) },
          {
            label: t.term,
            value: health.expiresAt
              ? [showDay(health.expiresAt), health.payer && t.payers[health.payer]].filter(Boolean).join(', ')
              : '—',
          },
          {
            label: t.factor,
            value: `${health.secondFactor ? t.on : t.off}${health.passkeys > 0 ? `, ${t.passkeys(health.passkeys)}` : ''}`,
          },
          { label: t.reference, value: <Reference reference={reference} /> },
          { label: t.delegates, value: String(health.delegates) },
          { label: t.programs, value: <Programs programs={health.programs} /> },
          { label: t.signIns, value: <SignIns rows={health.signIns} /> },
        ]}
      />
    </>
  )
}

const Reference = ({ reference }: { readonly reference: Health['reference'] }) => {
  const t = useDeskTexts().health
  const { email, checkDue, coolingUntil, lastNotice } = reference
  if (!email) return <Badge kind="bad">{t.none}</Badge>
  return (
    <>
      {email}
      {checkDue && <span className="cl-line">{t.checkDue}</span>}
      {coolingUntil && <span className="cl-line">{t.cooling(showInstant(coolingUntil))}</span>}
      {lastNotice && (
        <span className="cl-line">
          {lastNotice === 'failed' ? <Badge kind="bad">{t.notice[lastNotice]}</Badge> : t.notice[lastNotice]}
        </span>
      )}
    </>
  )
}

const Programs = ({ programs }: { readonly programs: Health['programs'] }) => {
  const t = useDeskTexts().health
  if (programs.length === 0) return t.none
  return (
    <ul className="cl-plain-list mb-0">
      {programs.map((one) => (
        <li key={one.createdAt}>
          {one.services.join(', ').toUpperCase()}:{' '}
          {one.lastUsedAt ? t.used(showInstant(one.lastUsedAt), (one.lastService ?? '').toUpperCase()) : t.never}
        </li>
      ))}
    </ul>
  )
}

const SignIns = ({ rows }: { readonly rows: Health['signIns'] }) => {
  const t = useDeskTexts().health
  if (rows.length === 0) return t.noSignIns
  return (
    <ul className="cl-plain-list mb-0">
      {rows.slice(0, 5).map((one) => (
        <li key={one.at}>
          {showInstant(one.at)}: {t.outcomes[one.outcome]} ({t.methods[one.method] ?? one.method})
        </li>
      ))}
    </ul>
  )
}

/** For who is on the telephone: the state of any box, by its address. */
export const HealthFinder = () => {
  const t = useDeskTexts().health
  const common = useCommon()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [address, setAddress] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAddress(typed.trim())
  }
  return (
    <>
      <Button look="outline-primary" onClick={() => setOpen(true)}>
        {t.find}
      </Button>
      <Dialog open={open} title={t.find} onClose={() => setOpen(false)}>
        <p className="cl-muted">{t.lead}</p>
        <form onSubmit={submit} noValidate>
          <TextField
            id="health-address"
            label={t.findAddress}
            type="email"
            autoComplete="off"
            value={typed}
            maxLength={254}
            onChange={setTyped}
          />
          <div className="cl-row">
            <Button type="submit">{t.show}</Button>
            <Button look="outline-primary" onClick={() => setOpen(false)}>
              {common.close}
            </Button>
          </div>
        </form>
        {address !== '' && <Loaded key={address} address={address} />}
      </Dialog>
    </>
  )
}

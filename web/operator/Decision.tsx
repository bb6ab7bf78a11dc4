// The decision of a case: approve, ask again, refuse; each confirmed, the last two in words that a person finishes.
import approveIcon from 'icon:check-circle'
import refuseIcon from 'icon:close-circle'
import askIcon from 'icon:pencil'
import { type FormEvent, useMemo, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { ProblemAlert } from '../ui/Alert.tsx'
import { newKey, Problem } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextArea } from '../ui/Field.tsx'
import { useAction, useResource } from '../ui/hooks.ts'
import { Dialog } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { type ActionKind, type CaseView, personOf } from './contract.ts'
import { useShortcuts } from './shortcuts.tsx'
import { useOperatorTexts } from './texts/operator.ts'

export type Outcome = 'approved' | 'firstApproved' | 'asked' | 'refused'

type Props = {
  readonly view: CaseView
  readonly onDecided: (view: CaseView, outcome: Outcome) => void
  /** Another has changed the case meanwhile. */
  readonly onChanged: () => void
}

const ACTIONS = [
  { action: 'approve', key: 'a', icon: approveIcon, look: 'primary' },
  { action: 'askAgain', key: 'r', icon: askIcon, look: 'outline-primary' },
  { action: 'refuse', key: 'x', icon: refuseIcon, look: 'outline-primary' },
] as const satisfies readonly {
  readonly action: ActionKind
  readonly key: string
  readonly icon: string
  readonly look: string
}[]

export const Decision = ({ view, onDecided, onChanged }: Props) => {
  const t = useOperatorTexts().case
  const forbidden = useMay()('cases.decide')
  const [open, setOpen] = useState<ActionKind>()
  // What was written for the applicant outlives the dialog, and a conflict.
  const [reason, setReason] = useState('')
  const whyNot = (kind: ActionKind): string | undefined => {
    const found = view.actions.find((one) => one.action === kind)
    return forbidden ?? (found?.allowed ? undefined : (found?.why ?? ''))
  }
  const start = (kind: ActionKind) => (): void => {
    if (whyNot(kind) === undefined) setOpen(kind)
  }
  useShortcuts(Object.fromEntries(ACTIONS.map(({ action, key }) => [key, start(action)])))
  const titles = { approve: t.approveTitle, askAgain: t.askTitle, refuse: t.refuseTitle }
  const shared = {
    view,
    onCancel: () => setOpen(undefined),
    onDecided: (decided: CaseView, outcome: Outcome) => {
      setOpen(undefined)
      setReason('')
      onDecided(decided, outcome)
    },
    onChanged: () => {
      setOpen(undefined)
      onChanged()
    },
  }
  return (
    <section aria-labelledby="decision-title" className="cl-card cl-decision">
      <h2 id="decision-title">{t.decision}</h2>
      <div className="cl-row">
        {ACTIONS.map(({ action, key, icon, look }) => (
          <ActionButton
            key={action}
            why={whyNot(action)}
            look={look}
            small
            icon={icon}
            shortcut={key}
            onClick={start(action)}
          >
            {t[action]} ({key})
          </ActionButton>
        ))}
      </div>
      <Dialog open={open !== undefined} title={open ? titles[open] : ''} onClose={() => setOpen(undefined)}>
        {open === 'approve' && <Approve {...shared} />}
        {(open === 'askAgain' || open === 'refuse') && (
          <InWords key={open} kind={open} reason={reason} setReason={setReason} {...shared} />
        )}
      </Dialog>
    </section>
  )
}

type Step = Props & { readonly onCancel: () => void }

const Actions = ({
  busy,
  label,
  danger,
  onCancel,
}: {
  readonly busy: boolean
  readonly label: string
  readonly danger?: boolean
  readonly onCancel: () => void
}) => {
  const common = useCommon()
  return (
    <div className="cl-actions">
      <Button type="submit" look={danger ? 'danger' : 'primary'} busy={busy}>
        {label}
      </Button>
      <Button look="outline-primary" onClick={onCancel}>
        {common.cancel}
      </Button>
    </div>
  )
}

/** Runs a decision; a conflict is told apart from other refusals. */
const useDecision = (decide: () => Promise<void>, onChanged: () => void) =>
  useAction(async () => {
    try {
      await decide()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'caseChanged') throw error
      onChanged()
    }
  })

const Approve = ({ view, onCancel, onDecided, onChanged }: Step) => {
  const t = useOperatorTexts().case
  const { caseNumber, version } = view.case
  const key = useMemo(newKey, [])
  const doubts = view.checks.filter((one) => one.outcome !== 'right')
  const approve = useDecision(async () => {
    const decided = await ask('POST /operator/cases/:case/approval', {
      params: { case: caseNumber },
      body: { version },
      idempotencyKey: key,
    })
    onDecided(decided, decided.case.state === 'awaitingReview' ? 'firstApproved' : 'approved')
  }, onChanged)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void approve.run()
  }
  return (
    <form onSubmit={submit}>
      <p>{t.approveLead(personOf(view.case), view.address ?? '')}</p>
      {doubts.length > 0 && (
        <>
          <p>{t.warningsLeft}</p>
          <ul className="cl-list">
            {doubts.map((one) => (
              <li key={one.check}>{one.text}</li>
            ))}
          </ul>
        </>
      )}
      <ProblemAlert problem={approve.problem} />
      <Actions busy={approve.busy} label={t.approve} onCancel={onCancel} />
    </form>
  )
}

const SHORTEST = 5

const InWords = ({
  kind,
  view,
  reason,
  setReason,
  onCancel,
  onDecided,
  onChanged,
}: Step & {
  readonly kind: 'askAgain' | 'refuse'
  readonly reason: string
  readonly setReason: (reason: string) => void
}) => {
  const t = useOperatorTexts().case
  const { caseNumber, version } = view.case
  const [template, setTemplate] = useState('')
  const [tried, setTried] = useState(false)
  const key = useMemo(newKey, [])
  const reasons = useResource('reasons', (signal) => ask('GET /operator/reasons', { signal }))
  const fitting = reasons.data?.reasons.filter((one) => one.for === kind && one.text !== '') ?? []
  const text = reason.trim()
  const error = text.length < SHORTEST ? t.reasonMissing : text.endsWith(':') ? t.reasonUnfinished : undefined
  const decide = useDecision(async () => {
    const options = { params: { case: caseNumber }, body: { version, reason: text }, idempotencyKey: key }
    if (kind === 'askAgain') onDecided(await ask('POST /operator/cases/:case/request', options), 'asked')
    else onDecided(await ask('POST /operator/cases/:case/refusal', options), 'refused')
  }, onChanged)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (error) document.getElementById('reason')?.focus()
    else void decide.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{kind === 'askAgain' ? t.askLead : t.refuseLead}</p>
      <ProblemAlert problem={decide.problem ?? reasons.problem} />
      <SelectField
        label={t.template}
        value={template}
        placeholder={t.templateNone}
        choices={fitting.map((one) => ({ value: one.code, label: one.title }))}
        onChange={(code) => {
          setTemplate(code)
          const found = fitting.find((one) => one.code === code)
          // Words that somebody has written are never replaced: the text goes below them.
          if (found)
            setReason(
              reason.trim() === '' || fitting.some((one) => one.text === reason)
                ? found.text
                : `${reason.trim()}\n\n${found.text}`,
            )
        }}
      />
      <TextArea
        id="reason"
        label={t.reason}
        hint={t.reasonHint}
        rows={6}
        maxLength={2000}
        value={reason}
        error={tried ? error : undefined}
        onChange={setReason}
      />
      <Actions
        busy={decide.busy}
        danger={kind === 'refuse'}
        label={kind === 'askAgain' ? t.sendAsk : t.sendRefusal}
        onCancel={onCancel}
      />
    </form>
  )
}

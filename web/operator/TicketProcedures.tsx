// The procedures that an operator may set going for the person of a ticket; each says first what it will do.
import { type FormEvent, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { Dialog } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import type { DeskPart } from './TicketPage.tsx'
import { useDeskTexts } from './texts/operator.ts'

type Kind = 'passwordReset' | 'referenceRecovery' | 'resumeLink'

export const Procedures = ({ view, onView }: DeskPart) => {
  const t = useDeskTexts().procedures
  const [open, setOpen] = useState<Kind>()
  const kinds: readonly Kind[] = [
    ...(view.address ? (['passwordReset', 'referenceRecovery'] as const) : []),
    ...(view.caseNumber ? (['resumeLink'] as const) : []),
  ]
  if (kinds.length === 0) return null
  return (
    <section className="cl-card">
      <h2>{t.title}</h2>
      <p className="cl-muted">{t.lead}</p>
      {kinds.map((kind) => (
        <p key={kind}>
          <Button look="outline-primary" small onClick={() => setOpen(kind)}>
            {t[kind]}
          </Button>
        </p>
      ))}
      {open && (
        <Dialog open title={t[open]} onClose={() => setOpen(undefined)}>
          <Start
            kind={open}
            view={view}
            onView={(next) => {
              setOpen(undefined)
              onView(next)
            }}
            onClose={() => setOpen(undefined)}
          />
        </Dialog>
      )}
    </section>
  )
}

const Start = ({ kind, view, onView, onClose }: DeskPart & { readonly kind: Kind; readonly onClose: () => void }) => {
  const t = useDeskTexts().procedures
  const common = useCommon()
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const wantsEmail = kind === 'referenceRecovery'
  const start = useAction(async () =>
    onView(
      await ask('POST /operator/tickets/:ticket/procedures', {
        params: { ticket: view.ticket.number },
        body: { kind, ...(wantsEmail ? { email: email.trim() } : {}) },
      }),
    ),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (wantsEmail && email.trim() === '') document.getElementById('procedure-email')?.focus()
    else void start.run()
  }
  const lead =
    kind === 'passwordReset' ? t.passwordResetLead('') : wantsEmail ? t.referenceRecoveryLead : t.resumeLinkLead
  return (
    <form onSubmit={submit} noValidate>
      <p>{lead}</p>
      <ProblemAlert problem={start.problem} />
      {wantsEmail && (
        <TextField
          id="procedure-email"
          label={t.newEmail}
          type="email"
          autoComplete="off"
          value={email}
          maxLength={254}
          error={tried && email.trim() === '' ? t.newEmailMissing : undefined}
          onChange={setEmail}
        />
      )}
      <div className="cl-actions">
        <Button type="submit" busy={start.busy}>
          {t.start}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}

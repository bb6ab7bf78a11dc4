// The reference e-mail, confirmed by the code or by the link that it receives; the page notices the link by itself.
import { useEffect, useState } from 'react'
import { Alert, type Mistake, ProblemAlert } from '../../ui/Alert.tsx'
import { call } from '../../ui/api.ts'
import { Button } from '../../ui/Button.tsx'
import type { EnrolmentView } from '../../ui/contract.ts'
import { TextField } from '../../ui/Field.tsx'
import { asProblem, useAction } from '../../ui/hooks.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt, fieldOf, flush, loadCase, noteLost, useCase } from '../case.ts'
import { StepPage, useStep } from './step.tsx'

const LOOK_EVERY_MS = 4_000

const sameAddress = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

export const EmailStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard().email
  const state = useCase()
  const [code, setCode] = useState('')
  const [again, setAgain] = useState(false)
  const typed = fieldOf(state, 'referenceEmail')
  const sentTo = view.referenceEmail
  const isSent = sentTo !== undefined && (typed === '' || sameAddress(typed, sentTo))
  const confirmed = isSent && view.referenceConfirmed

  const send = useAction(async () => {
    await flush()
    const sent = call('POST /enrolment/reference-email', { body: { email: typed.trim() } })
    sent.catch(noteLost)
    adopt(await sent)
    setAgain(isSent)
  })

  /** Continue does what comes next: sends the code, or confirms with the one that was typed. */
  const act = async (): Promise<readonly Mistake[] | undefined> => {
    if (confirmed) return undefined
    if (!isSent) {
      if (typed.trim() === '') return undefined
      try {
        await flush()
        adopt(await call('POST /enrolment/reference-email', { body: { email: typed.trim() } }))
        return [{ field: 'code', message: t.codeMissing }]
      } catch (error) {
        return [mistakeOf('referenceEmail', error)]
      }
    }
    const digits = code.replace(/\s/g, '')
    if (digits === '') return [{ field: 'code', message: t.codeMissing }]
    try {
      adopt(await call('POST /enrolment/reference-email/code', { body: { code: digits } }))
      return undefined
    } catch (error) {
      return [mistakeOf('code', error)]
    }
  }
  const form = useStep('email', view, { act })

  // The link of the message may be opened in another window, or on the phone.
  useEffect(() => {
    if (!isSent || confirmed) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void loadCase(), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isSent, confirmed])

  const ownError = send.problem ? mistakeOf('referenceEmail', send.problem).message : undefined
  const field = form.field('referenceEmail')
  // What is still to be confirmed is told beside the code.
  const mistakes = form.mistakes
    .filter((one) => !(one.field === 'referenceConfirmed' && form.mistakes.some((other) => other.field === 'code')))
    .map((one) => (one.field === 'referenceConfirmed' ? { ...one, field: isSent ? 'code' : 'referenceEmail' } : one))
  return (
    <StepPage step="email" title={t.title} lead={t.lead} form={{ ...form, mistakes }}>
      <TextField
        {...field}
        error={ownError ?? (isSent ? undefined : (field.error ?? form.errorOf('referenceConfirmed')))}
        good={confirmed ? t.confirmed(sentTo) : undefined}
        label={t.label}
        hint={t.hint}
        type="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
      />
      {!isSent && (
        <p>
          <Button look="outline-primary" busy={send.busy} onClick={() => void send.run()}>
            {t.send}
          </Button>
        </p>
      )}
      {isSent && !confirmed && (
        <>
          <Alert kind="info" title={t.sentTitle(sentTo)} live>
            <p>{t.sentDetail}</p>
          </Alert>
          <TextField
            id="code"
            label={t.code}
            hint={t.codeHint}
            error={form.errorOf('code') ?? (form.turn > 0 ? form.errorOf('referenceConfirmed') : undefined)}
            value={code}
            onChange={setCode}
            short
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
          />
          <p className="cl-muted">{t.notArrived}</p>
          <div>
            <Button look="outline-primary" busy={send.busy} onClick={() => void send.run()}>
              {t.sendAgain}
            </Button>
            <p role="status" className="cl-muted mt-2">
              {again && !send.busy && !send.problem ? t.sentAgain : ''}
            </p>
          </div>
          <ProblemAlert problem={send.problem} />
        </>
      )}
    </StepPage>
  )
}

const mistakeOf = (field: string, error: unknown): Mistake => {
  const problem = asProblem(error)
  // Without words of its own it is a problem of the way to the server: the page tells it.
  if (problem.title === '' || problem.status === 401) throw problem
  return { field, message: `${problem.title}. ${problem.fields[0]?.message ?? problem.detail}` }
}

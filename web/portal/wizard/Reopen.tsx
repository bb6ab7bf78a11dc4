// The case was open here and is no longer: it is opened again in place, over what was typed, which stays.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../../ui/Alert.tsx'
import { call, newKey } from '../../ui/api.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { useAction, usePage } from '../../ui/hooks.ts'
import { usePortal } from '../../ui/texts/portal.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt, caseState, flush, loadCase, type, useCase } from '../case.ts'
import { PortalFrame } from '../PortalFrame.tsx'

export const Reopen = () => {
  const t = useWizard().lost
  const { view, typed } = useCase()
  const [key] = useState(newKey)
  const reopen = useAction(async () => {
    if (!view) return
    const { fiscalCode, surname, givenName } = view.person
    const { address, ...written } = { ...view.draft, ...typed }
    adopt(
      await call('POST /enrolments', {
        body: { conventionCode: view.convention.code, fiscalCode, surname, givenName },
        idempotencyKey: key,
      }),
    )
    // Without a confirmed e-mail nobody else may open the old case: a new one begins, with all that was written here.
    if (caseState().view?.caseNumber !== view.caseNumber) {
      type(written)
      if (address) await call('PATCH /enrolment', { body: { address } }).then(adopt, () => {})
    }
    await flush()
  })
  const check = useAction(async () => {
    if (await loadCase()) await flush()
  })
  const mailed = reopen.problem?.code === 'caseElsewhere'
  return (
    <Alert kind="warning" title={t.title} live>
      <p>{mailed ? t.mailed : t.detail}</p>
      {!mailed && <ProblemAlert problem={reopen.problem} />}
      <p className="cl-actions mt-0">
        {mailed ? (
          <Button small busy={check.busy} onClick={() => void check.run()}>
            {t.checkAgain}
          </Button>
        ) : (
          <Button small busy={reopen.busy} onClick={() => void reopen.run()}>
            {t.reopen}
          </Button>
        )}
        {!mailed && (
          <LinkButton small look="outline-primary" href="/riprendi">
            {t.resume}
          </LinkButton>
        )}
      </p>
    </Alert>
  )
}

/** A page of a case on a device where none is open: two ways on. */
export const NoCase = ({ title }: { readonly title: string }) => {
  const t = useWizard().lost
  const portal = usePortal()
  const heading = usePage(portal.title(title), 'none')
  return (
    <PortalFrame>
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.none}
        </h1>
        <p className="lead">{t.noneDetail}</p>
        <div className="cl-actions">
          <LinkButton href="/riprendi">{t.resume}</LinkButton>
          <LinkButton href="/attivazione" look="outline-primary">
            {t.start}
          </LinkButton>
        </div>
      </div>
    </PortalFrame>
  )
}

// The module: read and accepted on screen, or downloaded, signed and uploaded.
import download from 'icon:download'
import { useState } from 'react'
import { Link } from 'wouter'
import {
  ACCEPTANCE_CLAUSES,
  ACCEPTANCE_TEXTS,
  type AcceptanceClause,
} from '../../../src/core/enrolment/acceptanceTexts.ts'
import { Alert, type Mistake } from '../../ui/Alert.tsx'
import { addressOf, call } from '../../ui/api.ts'
import { LinkButton } from '../../ui/Button.tsx'
import type { EnrolmentView } from '../../ui/contract.ts'
import { CheckField, RadioGroup } from '../../ui/Field.tsx'
import { FileField } from '../../ui/FileField.tsx'
import { useLanguage } from '../../ui/language.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt } from '../case.ts'
import { DOCUMENT_LIMIT_BYTES, removeDocument, sendDocument, useKeptFile } from './DocumentStep.tsx'
import { pathOf, type WizardStep } from './places.ts'
import { StepPage, useStep } from './step.tsx'

/** The steps whose data the module states, and that are not complete; images of the document are not in it. */
const before = (view: EnrolmentView): EnrolmentView['missing'] =>
  view.missing.filter(
    ({ step, fields }) => step !== 'module' && fields.some(({ field }) => field !== 'front' && field !== 'back'),
  )

export const ModuleStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard()
  const language = useLanguage()
  const kept = useKeptFile(view)
  const [how, setHow] = useState<'onScreen' | 'onPaper'>(view.acceptance === 'signedPdf' ? 'onPaper' : 'onScreen')
  const [agreed, setAgreed] = useState<ReadonlySet<AcceptanceClause>>(new Set())
  const accepted = view.acceptance !== undefined
  const incomplete = before(view)

  const act = async (): Promise<readonly Mistake[] | undefined> => {
    if (view.acceptance || incomplete.length > 0) return undefined
    if (how === 'onPaper') return [{ field: 'module', message: t.module.signedMissing }]
    const first = ACCEPTANCE_CLAUSES.find((clause) => !agreed.has(clause))
    if (first) return [{ field: first, message: t.module.agreeMissing }]
    adopt(await call('POST /enrolment/acceptance', { body: { terms: true, privacy: true, truthful: true } }))
    return undefined
  }
  const form = useStep('module', view, { act })
  // The server's own word on it is told by the clause or the file that is missing.
  const mistakes = form.mistakes.filter((one, _, all) => one.field !== 'acceptance' || all.length === 1)
  const agree = (clause: AcceptanceClause, yes: boolean): void => {
    const next = new Set(agreed)
    if (yes) next.add(clause)
    else next.delete(clause)
    setAgreed(next)
  }
  return (
    <StepPage
      step="module"
      title={t.module.title}
      lead={t.module.lead}
      form={{ ...form, mistakes }}
      goOnLabel={!accepted && incomplete.length === 0 && how === 'onScreen' ? t.module.accept : undefined}
    >
      {incomplete.length > 0 ? (
        <Alert kind="warning" title={t.module.incompleteTitle}>
          <p>{t.module.incomplete}</p>
          <ul>
            {incomplete.map(({ step }) => (
              <li key={step}>
                <Link href={pathOf(step as WizardStep)}>{t.steps[step as WizardStep]}</Link>
              </li>
            ))}
          </ul>
        </Alert>
      ) : (
        <>
          {accepted && (
            <Alert
              kind="success"
              title={
                view.acceptance === 'onScreen'
                  ? t.module.accepted
                  : view.acceptance === 'paper'
                    ? t.module.acceptedPaper
                    : t.module.acceptedSigned
              }
            />
          )}
          <p>
            <LinkButton look="outline-primary" icon={download} href={addressOf('/enrolment/module.pdf')} download>
              {t.module.download}
            </LinkButton>
          </p>
          {view.acceptance !== 'onScreen' && view.acceptance !== 'paper' && (
            <RadioGroup
              id="acceptance"
              name="how"
              legend={t.module.how}
              value={how}
              error={mistakes.some((one) => one.field === 'acceptance') ? form.errorOf('acceptance') : undefined}
              onChange={(value) => setHow(value as typeof how)}
              choices={[
                { value: 'onScreen', label: t.module.onScreen },
                { value: 'onPaper', label: t.module.onPaper },
              ]}
            />
          )}
          {how === 'onScreen' && (
            <>
              <h2>{t.module.readTitle}</h2>
              {ACCEPTANCE_CLAUSES.map((clause) => (
                <div className="cl-card" key={clause}>
                  <p>{ACCEPTANCE_TEXTS[clause][language]}</p>
                  {!accepted && (
                    <CheckField
                      id={clause}
                      label={t.module.agree[clause]}
                      error={form.errorOf(clause)}
                      checked={agreed.has(clause)}
                      onChange={(yes) => agree(clause, yes)}
                    />
                  )}
                </div>
              ))}
            </>
          )}
          {how === 'onPaper' && (
            <FileField
              id="module"
              label={t.module.signedLabel}
              hint={t.module.signedHint}
              error={form.errorOf('module')}
              limitBytes={DOCUMENT_LIMIT_BYTES}
              kept={kept('module')}
              send={(blob, onProgress) => sendDocument('module', blob, onProgress)}
              remove={() => removeDocument('module')}
            />
          )}
        </>
      )}
    </StepPage>
  )
}

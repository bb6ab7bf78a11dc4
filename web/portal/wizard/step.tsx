// What every step shares: its fields, which errors are shown when, how one goes on, and the frame around it.
import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { EnrolmentStep } from '../../../src/core/enrolment/steps.ts'
import { ErrorSummary, type Mistake, ProblemAlert } from '../../ui/Alert.tsx'
import type { Problem } from '../../ui/api.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import type { Draft, EnrolmentView } from '../../ui/contract.ts'
import { useAction, usePage } from '../../ui/hooks.ts'
import { Steps } from '../../ui/Parts.tsx'
import { useCommon } from '../../ui/texts/common.ts'
import { usePortal } from '../../ui/texts/portal.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { type CaseState, fieldOf, flush, noteLost, type as typeIn, useCase } from '../case.ts'
import { PortalFrame } from '../PortalFrame.tsx'
import { beforeOf, nextOf, pathOf, STEPS, type WizardStep } from './places.ts'
import { Reopen } from './Reopen.tsx'

/** The names of all steps, the first page included. */
export const useStepNames = (): readonly string[] => {
  const { steps } = useWizard()
  return [steps.check, ...STEPS.map((step) => steps[step])]
}

/** The names of all fields, by the names that the API gives them. */
export const useFieldLabels = (): Readonly<Record<string, string | undefined>> => {
  const { person, document, email, address, module } = useWizard()
  return {
    address: address.legend,
    ...Object.fromEntries(
      (['birthDate', 'birthPlace', 'street', 'postcode', 'town', 'province', 'phone', 'password'] as const).map(
        (name) => [name, person[name]],
      ),
    ),
    referenceEmail: email.label,
    documentType: document.type,
    documentNumber: document.number,
    documentIssuer: document.issuer,
    documentExpiry: document.expiry,
    front: document.front.two,
    back: document.back,
    module: module.signedLabel,
  }
}

/** Messages that say nothing of their field by themselves. */
const BARE = new Set(['empty', 'placeForm', 'dayForm'])

export type StepState = {
  readonly view: EnrolmentView
  readonly state: CaseState
  /** Everything that a text field of the draft needs. */
  readonly field: (name: keyof Draft) => {
    readonly id: string
    readonly value: string
    readonly onChange: (value: string) => void
    readonly onBlur: () => void
    readonly error: string | undefined
  }
  readonly errorOf: (name: string) => string | undefined
  readonly mistakes: readonly Mistake[]
  /** How often one has tried to go on: 0 shows no errors of what was not touched. */
  readonly turn: number
  readonly goOn: () => void
  readonly busy: boolean
  readonly problem: Problem | undefined
}

export type StepOptions = {
  /** What the step does before it is asked whether all is there. What it returns are mistakes of its own. */
  readonly act?: () => Promise<readonly Mistake[] | undefined>
}

/** Where Continue leads: to the next step, or back to the summary where one came from there. */
const useNext = (step: WizardStep): string => {
  const fromSummary = new URLSearchParams(useSearch()).get('da') === 'riepilogo'
  return pathOf(fromSummary ? 'summary' : nextOf(step))
}

/** What the step does, and the case as it then stands. A case that is no longer open here is told by the page itself. */
const attempt = async (act: StepOptions['act']) => {
  try {
    const found = (await act?.()) ?? []
    return { found, saved: await flush() }
  } catch (error) {
    noteLost(error)
    throw error
  }
}

export const useStep = (step: EnrolmentStep, view: EnrolmentView, { act }: StepOptions = {}): StepState => {
  const state = useCase()
  const [, navigate] = useLocation()
  const next = useNext(step)
  const [turn, setTurn] = useState(0)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [own, setOwn] = useState<readonly Mistake[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step begins
  useEffect(() => {
    if (view.draft.step !== step) typeIn({ step })
  }, [step])

  const labels = useFieldLabels()
  const missing = (view.missing.find((one) => one.step === step)?.fields ?? []).map((one) =>
    BARE.has(one.code) ? { ...one, label: labels[one.field] } : one,
  )
  const mistakes: readonly Mistake[] =
    turn > 0 ? [...own, ...missing.filter((one) => !own.some((o) => o.field === one.field))] : []

  const errorOf = (name: string): string | undefined => {
    const found = own.find((one) => one.field === name) ?? missing.find((one) => one.field === name)
    if (!found) return undefined
    if (turn > 0) return found.message
    // Before one tries to go on: only what was left filled in, and is kept as it stands.
    const filled = left.has(name) && fieldOf(state, name as keyof Draft) !== ''
    return filled && state.typed[name as keyof Draft] === undefined ? found.message : undefined
  }

  const action = useAction(async () => {
    setOwn([])
    const { found, saved } = await attempt(act)
    const wrong = [...found, ...(saved?.missing.find((one) => one.step === step)?.fields ?? [])]
    if (wrong.length === 0) navigate(next)
    else {
      setOwn(found)
      setTurn((old) => old + 1)
    }
  })
  const blur = useCallback((name: string) => {
    setLeft((old) => new Set(old).add(name))
    void flush().catch(() => {})
  }, [])

  return {
    view,
    state,
    errorOf,
    mistakes,
    turn,
    field: (name) => ({
      id: name,
      value: fieldOf(state, name),
      onChange: (value) => typeIn({ [name]: value }),
      onBlur: () => blur(name),
      error: errorOf(name),
    }),
    goOn: () => void action.run(),
    busy: action.busy,
    problem: action.problem,
  }
}

const Saved = ({ state }: { readonly state: CaseState }) => {
  const t = useCommon()
  const pending = Object.keys(state.typed).length > 0
  const text = state.saving === 'failed' ? t.notSaved : pending || state.saving === 'saving' ? t.saving : t.saved
  return (
    <p className="cl-saved" role={state.saving === 'failed' ? 'alert' : undefined}>
      {text}
    </p>
  )
}

/** The page of a step: where one is, the form, the way on and the way back. */
export const StepPage = ({
  step,
  title,
  lead,
  form,
  goOnLabel,
  children,
}: {
  readonly step: WizardStep
  readonly title: string
  readonly lead?: ReactNode
  readonly form: Pick<StepState, 'mistakes' | 'turn' | 'goOn' | 'busy' | 'problem' | 'state'>
  readonly goOnLabel?: string
  readonly children: ReactNode
}) => {
  const t = useCommon()
  const portal = usePortal()
  const names = useStepNames()
  const before = beforeOf(step)
  const heading = usePage(portal.title(title), step)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    form.goOn()
  }
  return (
    <PortalFrame>
      <div className="cl-column">
        <Steps names={names} now={STEPS.indexOf(step) + 1} />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {form.state.lost ? (
          <Reopen />
        ) : (
          <ProblemAlert problem={form.problem} onRetry={form.problem?.code === 'offline' ? form.goOn : undefined} />
        )}
        <ErrorSummary mistakes={form.mistakes} turn={form.turn} />
        {lead && <p className="lead">{lead}</p>}
        <form onSubmit={submit} noValidate>
          {children}
          <div className="cl-actions">
            <Button type="submit" busy={form.busy}>
              {goOnLabel ?? t.goOn}
            </Button>
            {before && (
              <LinkButton href={pathOf(before)} look="outline-primary">
                {t.back}
              </LinkButton>
            )}
          </div>
        </form>
        <Saved state={form.state} />
      </div>
    </PortalFrame>
  )
}

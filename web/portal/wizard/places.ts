// The addresses of the wizard's steps.
import { ENROLMENT_STEPS, type EnrolmentStep } from '../../../src/core/enrolment/steps.ts'
import type { EnrolmentView } from '../../ui/contract.ts'
import { isEditable } from '../case.ts'

export type WizardStep = EnrolmentStep | 'summary'

/** In order, with the last part of their addresses. */
export const PLACES: Readonly<Record<WizardStep, string>> = {
  address: 'indirizzo',
  person: 'dati',
  email: 'email',
  document: 'documento',
  module: 'modulo',
  summary: 'riepilogo',
}
export const STEPS: readonly WizardStep[] = [...ENROLMENT_STEPS, 'summary']

export const pathOf = (step: WizardStep): string => `/attivazione/${PLACES[step]}`

export const stepAt = (place: string | undefined): WizardStep | undefined =>
  STEPS.find((step) => PLACES[step] === place)

export const nextOf = (step: WizardStep): WizardStep => STEPS[STEPS.indexOf(step) + 1] ?? 'summary'
export const beforeOf = (step: WizardStep): WizardStep | undefined => STEPS[STEPS.indexOf(step) - 1]

/** Where somebody who comes back goes on: where they were, unless something before it is missing. */
export const placeOf = (view: EnrolmentView): string => {
  if (!isEditable(view)) return '/pratica'
  if (view.state === 'awaitingDocument') return pathOf('summary')
  const steps = new Set(view.missing.map(({ step }) => step))
  const missing = STEPS.findIndex((step) => steps.has(step))
  const was = STEPS.indexOf((view.draft.step ?? 'address') as WizardStep)
  const first = missing < 0 ? STEPS.length - 1 : missing
  return pathOf(STEPS[was < 0 ? first : Math.min(first, was)]!)
}

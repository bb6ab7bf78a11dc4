// The steps of the portal, in order, and the fields of each: what is `missing` is told by step, and a draft remembers its step.

/** After `check`, which opens the case, and before `summary`, which sends it. */
export const ENROLMENT_STEPS = ['address', 'person', 'email', 'document', 'module'] as const
export type EnrolmentStep = (typeof ENROLMENT_STEPS)[number]

/**
 * Names of the fields that a step asks for, as `FieldProblem.field` says them. Beside those of the draft:
 * `password`; `referenceConfirmed`; `front`, `back` (sides of the document); `acceptance` (of the module).
 */
export const FIELDS_OF_STEP: Readonly<Record<EnrolmentStep, readonly string[]>> = {
  address: ['address'],
  person: ['phone', 'birthPlace', 'birthDate', 'street', 'postcode', 'town', 'province', 'password'],
  email: ['referenceEmail', 'referenceConfirmed'],
  document: ['documentType', 'documentNumber', 'documentIssuer', 'documentExpiry', 'front', 'back'],
  module: ['acceptance', 'module'],
}

/** The step that asks for a field. */
export const stepOfField = (field: string): EnrolmentStep | undefined =>
  ENROLMENT_STEPS.find((step) => FIELDS_OF_STEP[step].includes(field))

// The refusal of a case that still lacks something.
import type { Refusal } from '../../core/api/problems.ts'
import type { StepProblems } from '../../core/enrolment/requirements.ts'

export const incomplete = (lacking: readonly StepProblems[]): Refusal => ({
  refusal: 'draftIncomplete',
  fields: lacking.flatMap(({ fields }) => fields.map(({ field, code, it, en }) => ({ field, code, it, en }))),
})

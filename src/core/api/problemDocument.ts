// A refusal as the document that clients get: problem+json (RFC 9457) in one language.
import Type, { type Static } from 'typebox'
import { PROBLEMS, type Refusal } from './problems.ts'

export type Language = 'it' | 'en'

export const ProblemDocument = Type.Object({
  type: Type.String({ description: 'urn:ceralacca:problem:CODE' }),
  title: Type.String({ description: 'What happened' }),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String({ description: 'What it means and what to do' })),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field, with dots where it is inside others; empty: the whole' }),
        code: Type.String(),
        detail: Type.String(),
      }),
    ),
  ),
  reference: Type.Optional(Type.String({ description: 'Names the line of the log that tells of an error of ours' })),
})
export type ProblemDocument = Static<typeof ProblemDocument>

/** The document of a refusal. */
export const problemDocument = (refusal: Refusal, language: Language, reference?: string): ProblemDocument => {
  const row = PROBLEMS[refusal.refusal]
  const { title, detail } = row[language]
  return {
    type: `urn:ceralacca:problem:${refusal.refusal}`,
    title,
    status: row.status,
    code: refusal.refusal,
    detail: refusal.detail?.[language] ?? detail,
    ...(refusal.fields === undefined || refusal.fields.length === 0
      ? {}
      : { errors: refusal.fields.map((one) => ({ field: one.field, code: one.code, detail: one[language] })) }),
    ...(reference === undefined ? {} : { reference }),
  }
}

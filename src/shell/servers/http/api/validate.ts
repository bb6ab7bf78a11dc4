// Checks what comes with a request against the endpoint's schemas; what does not fit is told field by field.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Clean, Default } from 'typebox/value'
import type { FieldRefusal } from '../../../../core/api/problems.ts'
import { fieldRefusals, type SchemaError, unfitTexts } from '../../../../core/api/violations.ts'

export type Checked = { readonly value: unknown } | { readonly fields: readonly FieldRefusal[] }
export type Check = (given: unknown) => Checked

type Property = { readonly type?: string; readonly anyOf?: readonly Property[] }

/** A text of a URL as the type that its schema wants, where it is clearly written so. */
const typed = (schema: Property | undefined, text: unknown): unknown => {
  if (schema?.type === 'array') return Array.isArray(text) ? text : [text]
  if (typeof text !== 'string') return text
  if (schema?.type === 'integer' || schema?.type === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : text
  if (schema?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

const typedAll = (schema: TSchema, given: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, Property>> }
  const known = (name: string): Property | undefined =>
    properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined
  // fromEntries makes own properties, whatever their names
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, typed(known(name), text)]))
}

const checking = (schema: TSchema, prepare: (given: unknown) => unknown): Check => {
  const validator = Compile(schema)
  return (given) => {
    const value = Default(schema, prepare(given))
    if (!validator.Check(value)) return { fields: fieldRefusals(validator.Errors(value) as SchemaError[]) }
    const unfit = unfitTexts(value)
    return unfit.length > 0 ? { fields: unfit } : { value }
  }
}

/** A check of parameters of a path or query, which come as texts. */
export const checkTexts = (schema: TSchema | undefined): Check =>
  schema === undefined
    ? () => ({ value: undefined })
    : checking(schema, (given) => typedAll(schema, (given ?? {}) as Record<string, unknown>))

/** A check of a JSON body. */
export const checkBody = (schema: TSchema): Check => checking(schema, (given) => given)

/** Gives a reply without what its schema does not name: what a row carries besides stays here. */
export const cleaned = (schema: TSchema, reply: unknown): unknown => Clean(schema, JSON.parse(JSON.stringify(reply)))

/** What in a reply does not fit its schema: an error of ours. */
export const misfits = (schema: TSchema): ((reply: unknown) => string | undefined) => {
  const validator = Compile(schema)
  return (reply) => {
    if (validator.Check(reply)) return undefined
    return (validator.Errors(reply) as SchemaError[])
      .map(({ keyword, instancePath, params }) => `${instancePath} ${keyword} ${JSON.stringify(params)}`)
      .join('; ')
  }
}

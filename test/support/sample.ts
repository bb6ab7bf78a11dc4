// A value that fits a schema, made from the schema alone.
import type { TSchema } from 'typebox'

type Shape = {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly anyOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly minItems?: number
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
}

const text = ({ format, pattern, minLength = 1 }: Shape): string => {
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  if (pattern === undefined) return 'x'.repeat(Math.max(minLength, 1))
  const tried = ['2026-11-26', '11-26', '1', 'a', 'A1', 'RSSMRA80A01H501U'].find((one) => new RegExp(pattern).test(one))
  if (tried === undefined) throw new Error(`no sample for ${pattern}`)
  return tried
}

const sampleOf = (shape: Shape): unknown => {
  if (shape.const !== undefined) return shape.const
  if (shape.default !== undefined) return shape.default
  if (shape.enum) return shape.enum[0]
  if (shape.anyOf) return sampleOf(shape.anyOf[0]!)
  if (shape.allOf) return Object.assign({}, ...shape.allOf.map(sampleOf))
  switch (shape.type) {
    case 'string':
      return text(shape)
    case 'integer':
    case 'number':
      return Math.max(shape.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'array':
      return Array.from({ length: shape.minItems ?? 0 }, () => sampleOf(shape.items ?? {}))
    case 'object':
      return Object.fromEntries((shape.required ?? []).map((name) => [name, sampleOf(shape.properties?.[name] ?? {})]))
    case 'null':
      return null
    default:
      return {}
  }
}

/** A value that fits. */
export const sample = (schema: TSchema): unknown => sampleOf(schema as Shape)

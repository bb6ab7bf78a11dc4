// What in a value does not fit its schema, told to people field by field: the validator's words are not for them.
import type { FieldRefusal } from './problems.ts'

/** What a validator of JSON Schema reports. */
export type SchemaError = {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
}

type Texts = readonly [it: string, en: string]
type Params = Readonly<Record<string, unknown>>

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String).slice(0, 20) : [])

const TYPES: Readonly<Record<string, Texts>> = {
  string: ['Deve essere un testo.', 'It must be a text.'],
  integer: ['Deve essere un numero intero.', 'It must be a whole number.'],
  number: ['Deve essere un numero.', 'It must be a number.'],
  boolean: ['Deve essere sì o no (true o false).', 'It must be true or false.'],
  array: ['Deve essere un elenco.', 'It must be a list.'],
  object: ['Deve essere un oggetto.', 'It must be an object.'],
}
const WRONG: Texts = ['Non ha la forma attesa.', 'It has not the expected form.']

const FORMATS: Readonly<Record<string, Texts>> = {
  uuid: ['Deve essere un identificativo UUID.', 'It must be a UUID.'],
  email: ['Deve essere un indirizzo e-mail.', 'It must be an e-mail address.'],
  date: ['Deve essere una data, AAAA-MM-GG.', 'It must be a date, YYYY-MM-DD.'],
  'date-time': ['Deve essere un istante, RFC 3339.', 'It must be an instant, RFC 3339.'],
}

const TEXTS: Readonly<Record<string, (params: Params) => Texts>> = {
  required: () => ['Questo dato è obbligatorio.', 'This is required.'],
  additionalProperties: () => ['Questo dato non è previsto.', 'This is not expected here.'],
  minLength: ({ limit }) =>
    limit === 1
      ? ['Non può essere vuoto.', 'It cannot be empty.']
      : [`Servono almeno ${limit} caratteri.`, `At least ${limit} characters are needed.`],
  maxLength: ({ limit }) => [`Al massimo ${limit} caratteri.`, `At most ${limit} characters.`],
  minimum: ({ limit }) => [`Deve essere almeno ${limit}.`, `It must be at least ${limit}.`],
  maximum: ({ limit }) => [`Deve essere al massimo ${limit}.`, `It must be at most ${limit}.`],
  minItems: ({ limit }) => [`Servono almeno ${limit} elementi.`, `At least ${limit} items are needed.`],
  maxItems: ({ limit }) => [`Al massimo ${limit} elementi.`, `At most ${limit} items.`],
  enum: ({ allowedValues }) => {
    const words = listOf(allowedValues).join(', ')
    return [`Deve essere uno fra: ${words}.`, `It must be one of: ${words}.`]
  },
  const: ({ allowedValue }) => [`Deve essere ${String(allowedValue)}.`, `It must be ${String(allowedValue)}.`],
  format: ({ format }) => FORMATS[String(format)] ?? WRONG,
  type: ({ type }) => TYPES[String(type)] ?? WRONG,
}

/** `/items/0/email` as `items.0.email` (RFC 6901 §4). */
const fieldOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')

const under = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`)

const fieldsOf = ({ keyword, instancePath, params }: SchemaError): readonly string[] => {
  const field = fieldOf(instancePath)
  const { requiredProperties, additionalProperties } = params as Params
  if (keyword === 'required') return listOf(requiredProperties).map((name) => under(field, name))
  if (keyword === 'additionalProperties') return listOf(additionalProperties).map((name) => under(field, name))
  return [field]
}

/** One row for each field that does not fit, in the order in which they were found. */
export const fieldRefusals = (errors: readonly SchemaError[]): readonly FieldRefusal[] => {
  const found = new Map<string, FieldRefusal>()
  for (const error of errors) {
    // `boolean` repeats what additionalProperties says
    if (error.keyword === 'boolean' || error.keyword === 'anyOf') continue
    const [it, en] = TEXTS[error.keyword]?.(error.params as Params) ?? WRONG
    for (const field of fieldsOf(error)) {
      const short = field.slice(0, 100)
      if (!found.has(short)) found.set(short, { field: short, code: error.keyword, it, en })
    }
  }
  return [...found.values()]
}

const UNFIT: Omit<FieldRefusal, 'field'> = {
  code: 'characters',
  it: 'Contiene caratteri che non si possono usare.',
  en: 'It holds characters that cannot be used.',
}

/**
 * The texts of a value that hold what no database keeps: NUL, or half a surrogate pair. `value` is what JSON gives;
 * it is walked without recursion, so that its depth does not matter.
 */
export const unfitTexts = (value: unknown): readonly FieldRefusal[] => {
  const found: FieldRefusal[] = []
  const waiting: (readonly [string, unknown])[] = [['', value]]
  for (let next = waiting.pop(); next !== undefined && found.length < 8; next = waiting.pop()) {
    const [field, part] = next
    if (typeof part === 'string') {
      if (part.includes('\0') || !part.isWellFormed()) found.push({ field, ...UNFIT })
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        if (name.includes('\0') || !name.isWellFormed()) found.push({ field, ...UNFIT })
        waiting.push([under(field, name).slice(0, 100), inner])
      }
    }
  }
  return found
}

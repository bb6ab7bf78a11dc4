// SQL arrays as text: a group commit sends dozens, and writing them is a good part of its cost.

type Element = string | number | boolean | null | undefined

const isElement = (value: unknown): value is Element =>
  value === null ||
  value === undefined ||
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean'

const SPECIAL = /["\\]/
const quoted = (text: string): string => `"${SPECIAL.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`

/** A list of texts, numbers and booleans as PostgreSQL reads it; undefined for a list of anything else. */
export const arrayText = (list: readonly unknown[]): string | undefined => {
  let text = '{'
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (!isElement(value)) return undefined
    if (i > 0) text += ','
    text += value === null || value === undefined ? 'NULL' : typeof value === 'string' ? quoted(value) : String(value)
  }
  return `${text}}`
}

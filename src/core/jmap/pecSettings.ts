// What a person keeps of the webmail: checked, and bounded, for it goes to every device.
import type { ReceiptType } from '../pec/model.ts'
import { isRecord, isString } from './args.ts'
import { LEAST_UNDO_SECONDS, MOST_UNDO_SECONDS } from './capabilities.ts'
import { invalidProperties } from './compose.ts'
import type { SetError } from './errors.ts'
import { applyPatch } from './patch.ts'
import type { PecSettings } from './pec.ts'

export const SETTINGS_ID = 'singleton'

export const DEFAULT_SETTINGS: PecSettings = {
  id: SETTINGS_ID,
  savedSearches: [],
  templates: [],
  receiptType: 'complete',
  undoSeconds: 10,
  theme: 'system',
}

/** Entries of a list, and characters of texts. */
const MOST_ENTRIES = 100
const LONGEST = { name: 200, query: 2_000, subject: 1_000, text: 20_000 } as const
/** Of all together, in characters of JSON. */
const MOST_CHARACTERS = 500_000

const RECEIPT_TYPES: readonly ReceiptType[] = ['complete', 'brief', 'concise']

/** A list of records that have these texts and nothing else; the name says which is which. */
const isList = (value: unknown, ...names: readonly (keyof typeof LONGEST)[]): boolean =>
  Array.isArray(value) &&
  value.length <= MOST_ENTRIES &&
  value.every(
    (one) =>
      isRecord(one) &&
      Object.keys(one).length === names.length &&
      names.every((name) => isString(one[name]) && (one[name] as string).length <= LONGEST[name]) &&
      one.name !== '',
  )

type Checks = Readonly<Record<keyof PecSettings, (value: unknown) => boolean>>
const CHECKS: Checks = {
  id: (value) => value === SETTINGS_ID,
  savedSearches: (value) => isList(value, 'name', 'query'),
  templates: (value) => isList(value, 'name', 'subject', 'text'),
  receiptType: (value) => (RECEIPT_TYPES as readonly unknown[]).includes(value),
  undoSeconds: (value) =>
    Number.isInteger(value) && Number(value) >= LEAST_UNDO_SECONDS && Number(value) <= MOST_UNDO_SECONDS,
  theme: (value) => value === 'system' || value === 'light' || value === 'dark',
}

/** What was kept, with what has come since; what is not as it should be is as it was at first. */
export const settingsOf = (kept: unknown): PecSettings => {
  const out: Record<string, unknown> = { ...DEFAULT_SETTINGS }
  if (isRecord(kept))
    for (const [name, isRight] of Object.entries(CHECKS)) if (isRight(kept[name])) out[name] = kept[name]
  return out as PecSettings
}

/** The settings with a patch applied; a property that is taken away is as it was at first. */
export const patchSettings = (
  settings: PecSettings,
  patch: Readonly<Record<string, unknown>>,
): PecSettings | SetError => {
  const patched = applyPatch(settings, patch)
  if ('type' in patched) return patched
  const value = { ...DEFAULT_SETTINGS, ...patched.value }
  const wrong = Object.keys(value).filter(
    (name) => !CHECKS[name as keyof PecSettings]?.(value[name as keyof PecSettings]),
  )
  if (wrong.length > 0) return invalidProperties(wrong)
  if (JSON.stringify(value).length > MOST_CHARACTERS) return { type: 'tooLarge' }
  return value
}

// What a help page leaves open until it is shown: `{{imap.host}}`, `{{phone}}` … The values are put into text that is
// read already, so that nothing in them is markup.
import { telOf } from './links.ts'
import { type HelpBlock, mapRuns, plainBlock, type Run, type Runs } from './page.ts'

export const PLACEHOLDERS = [
  'provider',
  'address',
  'imap.host',
  'imap.port',
  'pop3.host',
  'pop3.port',
  'smtp.host',
  'smtp.port',
  'phone',
  'hours',
  'reviewDays',
  'maxRecipients',
  'maxMegabytes',
] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** What is known; what is not is said by a word that makes sense in its place. */
export type PlaceholderValues = Readonly<Partial<Record<Placeholder, string>>>

const PATTERN = /\{\{\s*([a-zA-Z0-9.]{1,40})\s*\}\}/g

const isPlaceholder = (name: string): name is Placeholder => (PLACEHOLDERS as readonly string[]).includes(name)

/** Names between braces that mean nothing. */
export const unknownPlaceholders = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(PATTERN)].map((found) => found[1]!).filter((name) => !isPlaceholder(name))),
]

const fill = (text: string, values: PlaceholderValues): string =>
  text.replace(PATTERN, (whole, name: string) => (isPlaceholder(name) ? (values[name] ?? '—') : whole))

/** A run with its values; a telephone number in it can be pressed. */
const fillRun = (run: Run, values: PlaceholderValues): Runs => {
  const { phone } = values
  if (phone === undefined || run.href !== undefined || !/\{\{\s*phone\s*\}\}/.test(run.text))
    return [{ ...run, text: fill(run.text, values) }]
  return run.text.split(/(\{\{\s*phone\s*\}\})/).flatMap((part, i): Runs => {
    if (i % 2 === 1) return [{ ...run, text: phone, href: telOf(phone) }]
    return part === '' ? [] : [{ ...run, text: fill(part, values) }]
  })
}

/** A page's blocks with the values in their places. */
export const fillPlaceholders = (blocks: readonly HelpBlock[], values: PlaceholderValues): readonly HelpBlock[] =>
  mapRuns(blocks, (runs) => runs.flatMap((run) => fillRun(run, values))).map((block) =>
    block.kind === 'code' ? { ...block, text: fill(block.text, values) } : block,
  )

/** Whether a page leaves a thing open. */
export const usesPlaceholder = (blocks: readonly HelpBlock[], name: Placeholder): boolean =>
  blocks.some((block) => plainBlock(block).some((text) => text.includes(`{{${name}}}`)))

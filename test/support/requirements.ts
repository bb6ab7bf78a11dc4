// spec/requirements.tsv: every duty of RFC 6109 §2-§5, and whether what it says of code and tests is so.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export const STATES = ['done', 'partial', 'todo', 'n.a.'] as const
export type Requirement = {
  /** Section and number of the duty in it: `3.1.1-4`. */
  readonly id: string
  readonly section: string
  readonly duty: string
  readonly state: (typeof STATES)[number]
  /** Why not done; a word to the reader. */
  readonly why: string
  /** Files that do it, comma-separated. */
  readonly code: string
  /** `file : name of the test`, or a part of the name. */
  readonly test: string
}

const COLUMNS = ['id', 'section', 'duty', 'state', 'why', 'code', 'test']

/** Reads the table; a malformed line throws. */
export const readRequirements = (): readonly Requirement[] => {
  const [head, ...lines] = readFileSync(join(ROOT, 'spec/requirements.tsv'), 'utf8').trimEnd().split('\n')
  if (head !== COLUMNS.join('\t')) throw new Error('requirements.tsv: unexpected columns')
  return lines.map((line, i) => {
    const cells = line.split('\t')
    if (cells.length > COLUMNS.length || cells.length < 4)
      throw new Error(`requirements.tsv line ${i + 2}: ${cells.length} columns`)
    const [id = '', section = '', duty = '', state = '', why = '', code = '', test = ''] = cells
    return { id, section, duty, state: state as Requirement['state'], why, code, test }
  })
}

const text = (file: string): string => (existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '')

/** Sections that a text cites: `RFC 6109 §3.1.1` and what follows it in a list, `RFC 6109 §3.1.6, §2.1.1.1.2`. */
export const citedSections = (source: string): ReadonlySet<string> => {
  const cited = new Set<string>()
  for (const [, list] of source.matchAll(/RFC 6109 ((?:§[\d.]*\d(?:-[\d.]*\d)?(?:,? (?:and )?)?)+)/g)) {
    for (const [, section] of list!.matchAll(/§([\d.]*\d)/g)) cited.add(section!)
  }
  return cited
}

const filesOf = (list: string): readonly string[] =>
  list
    .split(',')
    .map((file) => file.trim())
    .filter(Boolean)

/** The literal that begins at a quote, and where it ends. */
const literal = (code: string, from: number): { readonly value: string; readonly end: number } => {
  let at = from + 1
  while (at < code.length && code[at] !== code[from]) at += code[at] === '\\' ? 2 : 1
  return { value: code.slice(from + 1, at).replace(/\\(.)/g, '$1'), end: at + 1 }
}
const isQuote = (character: string | undefined): boolean => character !== undefined && '\'"`'.includes(character)

/** Where the group ends that begins with a parenthesis, texts inside passed over. */
const groupEnd = (code: string, from: number): number => {
  let depth = 0
  for (let at = from; at < code.length; ) {
    if (isQuote(code[at])) at = literal(code, at).end
    else {
      if (code[at] === '(') depth++
      if (code[at++] === ')' && --depth === 0) return at
    }
  }
  return code.length
}

/** Title of the block whose `it`, `test` or `describe` ends at `from`; undefined where it is skipped or none. */
const titleAt = (code: string, from: number): string | undefined => {
  for (let at = from; ; ) {
    const word = /^\s*\.(\w+)/.exec(code.slice(at, at + 60))
    if (word?.[1] === 'skip' || word?.[1] === 'todo') return undefined
    if (word) at += word[0].length
    else if (code[at] === '(') {
      const first = at + 1 + (/^\s*/.exec(code.slice(at + 1, at + 200))?.[0].length ?? 0)
      if (isQuote(code[first])) return literal(code, first).value
      at = groupEnd(code, at)
    } else return undefined
  }
}

/** Titles of the tests in a file and first cells of the rows of their tables; comments and skipped tests name nothing. */
export const testNames = (source: string): readonly string[] => {
  const code = source.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
  const titles = [...code.matchAll(/\b(?:it|test|describe)(?=[.(])/g)].map((found) =>
    titleAt(code, found.index + found[0].length),
  )
  const cells = [...code.matchAll(/[[,(]\s*\[\s*(?=['"`])/g)].map(
    (found) => literal(code, found.index + found[0].length).value,
  )
  return [...titles.filter((title) => title !== undefined), ...cells]
}

/** What is wrong with a row; empty where it holds. */
export const flaws = (row: Requirement): readonly string[] => {
  const found: string[] = []
  if (!STATES.includes(row.state)) found.push(`unknown state ${row.state}`)
  if (!row.id.startsWith(`${row.section}-`)) found.push('the id is not of the section')
  if (!SECTIONS.has(row.section)) found.push(`RFC 6109 has no §${row.section}`)
  if (row.state !== 'done' && row.why === '') found.push(`${row.state} without a why`)
  for (const file of filesOf(row.code)) {
    if (!citedSections(text(file)).has(row.section)) found.push(`${file} does not cite RFC 6109 §${row.section}`)
  }
  if (row.state === 'done' && row.code === '') found.push('done, but no code named')
  if (row.state === 'done' && row.test === '') found.push('done, but no test named')
  const [file = '', name = ''] = row.test.split(' : ', 2)
  if (row.test !== '' && (name === '' || !testNames(text(file)).some((one) => one.includes(name)))) {
    found.push(`${file} has no test "${name}"`)
  }
  return found
}

/** The sections of RFC 6109 that may be cited, §8.1 and its like included. */
const SECTIONS: ReadonlySet<string> = new Set(
  (
    '1 2 2.1 2.1.1 2.1.1.1 2.1.1.1.1 2.1.1.1.2 2.1.1.1.3 2.1.1.2 2.2 2.2.1 2.2.2 2.2.3 2.2.4 2.2.5 2.2.6 2.3 3 3.1 3.1.1 ' +
    '3.1.2 3.1.3 3.1.4 3.1.5 3.1.6 3.2 3.2.1 3.2.2 3.2.3 3.2.4 3.3 3.3.1 3.3.2 3.3.2.1 3.3.2.2 3.3.2.3 3.3.3 3.4 3.5 4 ' +
    '4.1 4.2 4.3 4.3.1 4.3.2 4.3.3 4.4 4.5 4.5.1 4.5.2 4.5.3 4.5.4 4.5.5 4.5.6 4.5.7 4.5.8 4.5.9 4.5.10 5 5.1 5.2 5.3 5.4 ' +
    '5.5 5.5.1 5.5.2 5.5.3 5.6 6 7 8.1 8.2'
  ).split(' '),
)

/** Citations of sections that RFC 6109 has not, anywhere: `file: §section`. */
export const strayCitations = (): readonly string[] =>
  globSync(['src/**/*.{ts,sql}', 'test/**/*.ts'], { cwd: ROOT })
    .toSorted()
    .flatMap((file) =>
      [...citedSections(text(file))].filter((one) => !SECTIONS.has(one)).map((one) => `${file}: §${one}`),
    )

/**
 * Citations in the code that answer for no duty: a file that cites a section with duties must be named by one of them,
 * so that a wrong number is seen. `file: §section`.
 */
export const unclaimedCitations = (
  rows: readonly Requirement[],
  sources: readonly string[] = globSync('src/**/*.ts', { cwd: ROOT }).toSorted(),
): readonly string[] => {
  const claimed = new Map<string, Set<string>>()
  for (const row of rows) {
    const files = claimed.get(row.section) ?? new Set()
    for (const file of filesOf(row.code)) files.add(file)
    claimed.set(row.section, files)
  }
  return sources.flatMap((file) =>
    [...citedSections(text(file))]
      .filter((section) => claimed.get(section)?.has(file) === false)
      .map((section) => `${file}: §${section}`),
  )
}

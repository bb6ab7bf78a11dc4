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

/** What is wrong with a row; empty where it holds. */
export const flaws = (row: Requirement): readonly string[] => {
  const found: string[] = []
  if (!STATES.includes(row.state)) found.push(`unknown state ${row.state}`)
  if (!row.id.startsWith(`${row.section}-`)) found.push('the id is not of the section')
  if ((row.state === 'n.a.' || row.state === 'partial') && row.why === '') found.push(`${row.state} without a why`)
  if (row.state !== 'done') return found
  const files = filesOf(row.code)
  if (files.length === 0) found.push('done, but no code named')
  for (const file of files) if (text(file) === '') found.push(`${file} is not there`)
  if (!files.some((file) => citedSections(text(file)).has(row.section))) {
    found.push(`no file of its code cites RFC 6109 §${row.section}`)
  }
  const [file, name] = row.test.split(' : ', 2)
  if (!file || !name) found.push('done, but no test named')
  else if (!text(file).includes(name)) found.push(`${file} has no test "${name}"`)
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

/** Citations of sections that RFC 6109 has not: `file: §section`. */
export const strayCitations = (): readonly string[] =>
  globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    [...citedSections(text(file))].filter((section) => !SECTIONS.has(section)).map((section) => `${file}: §${section}`),
  )

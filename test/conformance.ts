// `npm run conformance`: writes docs/conformance.md from spec/requirements.tsv, after checking what it says.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Requirement } from './support/requirements.ts'
import { flaws, readRequirements, STATES } from './support/requirements.ts'

const FILE = join(import.meta.dirname, '../docs/conformance.md')

const TITLES: Readonly<Record<string, string>> = {
  '2': 'Model',
  '3': 'Processing of messages',
  '4': 'Formats and directory',
  '5': 'Security',
}

const MARK: Readonly<Record<Requirement['state'], string>> = { done: '✓', partial: '◐', todo: '·', 'n.a.': '–' }

const link = (path: string): string => `[${path.split('/').at(-1)}](../${path})`
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/</g, '&lt;')

const where = (row: Requirement): string => {
  const code = row.code
    .split(',')
    .filter(Boolean)
    .map((file) => link(file.trim()))
  const test = row.test === '' ? [] : [link(row.test.split(' : ', 1)[0]!)]
  return [...code, ...test].join(', ')
}

const line = (row: Requirement): string =>
  `| §${row.section} | ${cell(row.duty)}${row.why ? ` *(${cell(row.why)})*` : ''} | ${MARK[row.state]} | ${where(row)} |`

/** The page, from the rows. */
export const conformancePage = (rows: readonly Requirement[]): string => {
  const count = (state: Requirement['state']): number => rows.filter((row) => row.state === state).length
  const tables = Object.entries(TITLES).map(([chapter, title]) => {
    const own = rows.filter((row) => row.section.split('.')[0] === chapter)
    return `## §${chapter} ${title}\n\n| section | duty | state | where |\n|--|--|--|--|\n${own.map(line).join('\n')}\n`
  })
  return (
    '# Conformance with RFC 6109\n\n' +
    'Made by `npm run conformance` from `spec/requirements.tsv`; a test checks that each duty marked done is cited in the\n' +
    'code and covered by a test of the name given there. The Italian text of DM 2 November 2005 is the one that binds.\n\n' +
    `${STATES.map((state) => `${MARK[state]} ${state}: ${count(state)}`).join(' · ')}\n\n${tables.join('\n')}`
  )
}

const main = (): void => {
  const rows = readRequirements()
  const wrong = rows.flatMap((row) => flaws(row).map((flaw) => `${row.id}: ${flaw}`))
  for (const flaw of wrong) console.error(flaw)
  if (process.argv.includes('--write')) writeFileSync(FILE, conformancePage(rows))
  console.log(STATES.map((state) => `${state} ${rows.filter((row) => row.state === state).length}`).join(', '))
  if (wrong.length > 0) process.exitCode = 1
}

if (import.meta.main) main()

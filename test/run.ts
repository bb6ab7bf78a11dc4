// `npm test`: types, format, every vitest suite; then, beside each other, the database suites on PostgreSQL 15 and the short
// crash runs.
// The last line is `N passed, N failed` over all of it.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseTests } from './support/databaseTests.ts'
import { isCi, judgePath, judges } from './support/judges.ts'
import { startPostgres15 } from './support/postgres15.ts'
import type { Tally } from './support/tally.ts'
import { one, sum, tallyOf, verdict } from './support/tally.ts'

const all = isCi() || process.argv.includes('--all')
const root = join(import.meta.dirname, '..')
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
const say = (line: string): void => console.log(line)

type Run = { readonly code: number; readonly output: string }

/** Runs a program in the checkout; `quiet` keeps its output to show only where it fails. */
const run = (program: string, args: readonly string[], quiet: boolean, env: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => resolve({ code: 127, output: String(error) }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })

const check = async (title: string, program: string, args: readonly string[]): Promise<Tally> => {
  const { code, output } = await run(program, args, true)
  say(`${code === 0 ? ' ok ' : 'FAIL'}  ${title}`)
  if (code !== 0) say(output)
  return one(code === 0)
}

const vitest = async (title: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Tally> => {
  say(`\n── ${title}`)
  const folder = mkdtempSync(join(tmpdir(), 'cera-test-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { code } = await run(bin('vitest'), ['run', ...reporters, ...args], false, env)
    return tallyOf(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Names each missing judge, what is skipped for want of it and the line that installs it. */
const callJudges = (): Tally => {
  const missing = judges.filter((judge) => judge.path === undefined)
  for (const judge of missing) {
    say(`${isCi() ? 'FAIL' : 'skip'}  ${judge.title} is missing; not run: ${judge.judges}`)
    say(`      to install it: ${judge.install}`)
  }
  if (missing.length === 0) say(` ok   judges: ${judges.map((judge) => judge.title).join(', ')}`)
  return { passed: 0, failed: isCi() ? missing.length : 0, skipped: isCi() ? 0 : missing.length }
}

const onPostgres15 = async (): Promise<Tally> => {
  const files = databaseTests(root)
  const given = process.env.TEST_DATABASE_URL_15
  const here = judges.some((judge) => judge.name === 'postgres15' && judge.path !== undefined)
  if (files.length === 0 || (given === undefined && !here)) return { passed: 0, failed: 0, skipped: 0 }
  const cluster = given === undefined ? await startPostgres15(judgePath('postgres15')) : undefined
  try {
    const url = cluster?.url ?? given
    return await vitest('database tests on PostgreSQL 15', ['--project', 'shell', ...files], { TEST_DATABASE_URL: url })
  } finally {
    await cluster?.stop()
  }
}

/** Crash runs wait more than they work: they go beside others, and what they say comes in one piece. */
const crash = async (title: string, file: string, rounds: number): Promise<Tally> => {
  if (!all) return { passed: 0, failed: 0, skipped: 0 }
  const args = [join(root, 'test', 'crash', file), '--rounds', String(rounds)]
  const { code, output } = await run(process.execPath, args, true)
  say(`\n── ${title}\n${output.trimEnd()}`)
  return one(code === 0)
}

/** One after the other. */
const inTurn = async (steps: readonly (() => Promise<Tally>)[]): Promise<Tally> => {
  const tallies: Tally[] = []
  for (const step of steps) tallies.push(await step())
  return sum(tallies)
}

const tallies = [
  callJudges(),
  // Two at a time: what is built from the pages, and what reads the rest.
  ...(await Promise.all([
    inTurn([
      () => check('types (tsc)', bin('tsc'), ['--noEmit']),
      () => check('types of the browser tests (tsc)', bin('tsc'), ['--noEmit', '-p', 'test/browser']),
    ]),
    inTurn([
      () => check('format and lint (biome)', bin('biome'), ['check', '.']),
      () => check('types of the web pages (tsc)', bin('tsc'), ['--noEmit', '-p', 'web']),
      () => check('web pages (vite)', process.execPath, [join(root, 'web', 'build.ts'), '--if-stale']),
    ]),
  ])),
  await vitest('tests', []),
  ...(await Promise.all([onPostgres15(), crash('crash: 10 rounds of kill -9 under load', 'run.ts', 10)])),
  // By itself: a round whose programs get no processor before the kill proves nothing, and fails.
  await crash('crash of mailboxes: 3 rounds of kill -9 under fifty mail programs', 'mailboxes.ts', 3),
]
const { line, ok } = verdict(sum(tallies), isCi())
say(`\n${line}`)
process.exitCode = ok ? 0 : 1

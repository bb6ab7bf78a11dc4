// The wall of ARCHITECTURE.md: the core stays pure, and imports go one way. The checker itself is tested first.
import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeOf, importsOf, violations } from './support/architecture.ts'

const root = join(import.meta.dirname, '..')
const check = (path: string, ...lines: string[]): readonly string[] =>
  violations(path, ['// A file.', ...lines].join('\n')).map((found) => found.slice(path.length + 2))

describe('the checker', () => {
  it.each([
    ['src/core/lib/a.ts', "import { x } from './b.ts'"],
    ['src/core/mail/a.ts', "import { x } from '../lib/b.ts'"],
    ['src/core/pec/a.ts', "import type { X } from '../directory/b.ts'"],
    ['src/core/mail/smtp/a.ts', "import { x } from '../../lib/b.ts'"],
    ['src/core/mail/smtp/a.ts', "import { x } from '../address.ts'"],
    ['src/core/lib/hash.ts', "import { createHash } from 'node:crypto'"],
    ['src/core/ports.ts', "import type { X } from './pec/model.ts'"],
    ['src/core/lib/bytes.ts', 'const fast = globalThis.Buffer'],
    ['src/core/lib/a.ts', 'export const day = (at: number) => new Date(at).getUTCDate()'],
    ['src/core/lib/a.ts', 'export const at = Date.UTC(2026, 0, 1)'],
    ['src/core/lib/a.ts', '// await Date.now()', "const text = 'await process.env'", 'const r = /await [/] "x/'],
    ['src/core/lib/a.ts', 'const half = (a: number) => a / 2 / 1'],
    ['src/core/lib/a.ts', 'const processed = { asyncness: 1, awaited: 2 }'],
    ['src/shell/pec/a.ts', "import { x } from '../../core/pec/a.ts'", 'await Date.now()'],
    ['src/shell/pec/store.ts', "import type { Database } from '../db/pool.ts'"],
    ['src/shell/db/pool.ts', "import pg from 'pg'"],
    ['src/config.ts', 'const env = process.env'],
  ])('allows in %s: %s', (path, ...lines) => expect(check(path, ...lines)).toEqual([]))

  it.each([
    ['src/core/lib/a.ts', "import { x } from '../mail/b.ts'", 'core/lib may not import src/core/mail/b.ts'],
    ['src/core/mail/a.ts', "import type { X } from '../pec/b.ts'", 'core/mail may not import src/core/pec/b.ts'],
    ['src/core/mail/smtp/a.ts', "import { x } from '../../smime/b.ts'", 'core/mail may not import src/core/smime/b.ts'],
    ['src/core/pec/a.ts', "export { x } from '../ports.ts'", 'core/pec may not import src/core/ports.ts'],
    ['src/core/pec/a.ts', "import { x } from '../../shell/a.ts'", 'the core may not import src/shell/a.ts'],
    ['src/core/ports.ts', "import { x } from '../shell/a.ts'", 'the core may not import src/shell/a.ts'],
    ['src/core/pec/a.ts', "import { readFileSync } from 'node:fs'", 'the core may not import node:fs'],
    ['src/core/pec/a.ts', "import { createHash, sign } from 'node:crypto'", 'the core may not import node:crypto'],
    ['src/core/pec/a.ts', "import 'pino'", 'the core may not import pino'],
    ['src/core/pec/a.ts', "import {\n  x,\n  y,\n} from 'pg'", 'the core may not import pg'],
    ['src/core/pec/a.ts', "import { x } from './b'", './b does not end in .ts'],
    ['src/core/word/a.ts', 'const x = 1', 'core/word is not an area with rules'],
    ['src/core/lib/a.ts', 'const x = async () => 1', 'impure: async'],
    ['src/core/lib/a.ts', 'for await (const x of y) z(x)', 'impure: await'],
    ['src/core/lib/a.ts', 'const now = Date.now()', 'impure: Date.now'],
    ['src/core/lib/a.ts', 'const now = new Date()', 'impure: new Date()'],
    ['src/core/lib/a.ts', 'const now = new Date', 'impure: new Date()'],
    ['src/core/lib/a.ts', 'const now = Date()', 'impure: Date()'],
    ['src/core/lib/a.ts', `const x = \`$\{Math.random()}\``, 'impure: Math.random'],
    ['src/core/lib/a.ts', `const x = \`a $\{\`b $\{process.pid}\`}\``, 'impure: process'],
    ['src/core/lib/a.ts', 'const x = a / process.uptime() / b', 'impure: process'],
    ['src/core/lib/a.ts', 'setTimeout(f, 1)', 'impure: a timer'],
    ['src/core/lib/a.ts', "const x = Buffer.from('')", 'impure: globals of the platform'],
    ['src/core/lib/a.ts', "const x = import('node:fs')", 'impure: import()'],
    ['src/core/lib/a.ts', 'export enum E { A }', 'syntax that is not erasable'],
    ['src/shell/adapters/a.ts', "import type { Database } from '../db/pool.ts'", 'adapters never the database'],
    ['src/shell/adapters/a.ts', "import pg from 'pg'", 'adapters never the database'],
    ['src/shell/pec/a.ts', "import pg from 'pg'", 'only shell/db speaks to PostgreSQL'],
    ['src/shell/servers/smtp/a.ts', "import { x } from '../../db/pool.ts'", 'servers call verbs, never SQL'],
    ['src/shell/pec/a.ts', "import { x } from '../../main.ts'", 'src/main.ts sees all, nobody sees it'],
    ['src/shell/pec/a.ts', 'const x = process.env.HOME', 'only entry points read the environment'],
  ])('refuses in %s: %s', (path, line, found) => expect(check(path, line)).toContain(found))

  it('wants a first line that says what the file is, and files that one can read', () => {
    expect(violations('src/a.ts', 'const x = 1')).toEqual(['src/a.ts: the first line does not say what the file is'])
    expect(check('src/a.ts', ...Array.from({ length: 401 }, () => 'x()'))).toEqual(['more than 400 lines'])
  })

  it('sees code through strings, templates, comments and regular expressions', () => {
    expect(codeOf(`a /* x */ + "x" + \`x $\{b} x\` // x\n+ /x/g.y`)).toMatch(
      /^a {2}\+ '' \+ '' ;b; {2}\n\+ \/\.\/g\.y$/,
    )
    expect(importsOf("import a, { type B } from './c.ts'\nexport type { D } from 'e'\nimport 'f'")).toEqual([
      { from: './c.ts', names: 'a, { type B }', typeOnly: false },
      { from: 'e', names: '{ D }', typeOnly: true },
      { from: 'f', names: '', typeOnly: false },
    ])
  })
})

describe('the tree', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).map((file) => file.split(sep).join('/'))

  it('has the core and the shell', () => {
    expect(files).toContain('src/core/ports.ts')
    expect(files.length).toBeGreaterThan(30)
  })

  it('keeps every rule', () => {
    expect(files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
  })
})

// The rules of ARCHITECTURE.md that a program can check: who may import whom, and what the pure core may not say.
import { posix } from 'node:path'

/** The areas of the core, and what each may import besides itself. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  mail: ['lib'],
  smime: ['lib'],
  directory: ['lib', 'mail', 'smime'],
  pec: ['lib', 'mail', 'smime', 'directory'],
  mailbox: ['lib', 'mail', 'pec'],
  jmap: ['lib', 'mail', 'smime', 'directory', 'pec', 'mailbox'],
  evidence: ['lib', 'mail', 'smime', 'directory', 'pec'],
  register: ['lib', 'mail'],
  convention: ['lib', 'mail', 'register'],
  identity: ['lib', 'mail', 'register', 'convention'],
  enrolment: ['lib', 'mail', 'register', 'convention', 'identity', 'mailbox'],
  billing: ['lib', 'mail', 'register', 'convention', 'enrolment'],
  helpdesk: ['lib', 'mail', 'register', 'convention', 'identity', 'enrolment', 'mailbox'],
  help: ['lib'],
  api: ['lib', 'mail', 'help', 'mailbox', 'register', 'convention', 'identity', 'enrolment', 'billing', 'helpdesk'],
}

/** Words that wait, remember, read the world or its clock. */
const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bawait\b/, 'await'],
  [/\basync\b/, 'async'],
  [/\bDate\s*\.\s*now\b/, 'Date.now'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w(]))/, 'new Date()'],
  [/(?<!new\s+)\bDate\s*\(/, 'Date()'],
  [/\bMath\s*\.\s*random\b/, 'Math.random'],
  [/\bprocess\s*[.[]/, 'process'],
  [/\bperformance\s*\./, 'performance'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer'],
  [/\bfetch\s*\(/, 'fetch'],
  [/\bimport\s*\(/, 'import()'],
  [/\brequire\s*\(/, 'require'],
  [/\b(?:getRandomValues|randomUUID)\b/, 'random numbers'],
]

/** The places of the core that may look for what the platform offers: bytes that are faster in Node, alike elsewhere. */
const LOOKS_AT_PLATFORM = ['src/core/lib/bytes.ts', 'src/core/mail/header.ts']

/** Entry points: the program's commands, which alone are handed the environment by the system. */
const ENTRY_POINT = /^src\/(?:[a-z]+\.ts|shell\/cli\/)/

/** Ends of what a regular expression literal may follow. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|new|delete|void|throw))\s*$/

const endOfRegex = (source: string, from: number): number => {
  let inClass = false
  for (let i = from + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '\\') i += 1
    else if (source[i] === '[') inClass = true
    else if (source[i] === ']') inClass = false
    else if (source[i] === '/' && !inClass) return i + 1
  }
  return from + 1
}

const endOfString = (source: string, from: number): number => {
  const quote = source[from]
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i += 1
    else if (source[i] === quote || (source[i] === '\n' && quote !== '`')) return i + 1
  }
  return source.length
}

/** Source without comments, strings and regular expressions; what stands in `${}` of a template stays. */
export const codeOf = (source: string): string => {
  let out = ''
  for (let i = 0; i < source.length; ) {
    const c = source[i]!
    if (source.startsWith('//', i)) i = indexOr(source, '\n', i)
    else if (source.startsWith('/*', i)) i = indexOr(source, '*/', i) + 2
    else if (c === "'" || c === '"') {
      out += "''"
      i = endOfString(source, i)
    } else if (c === '`') {
      const end = endOfTemplate(source, i)
      out += `''${holes(source.slice(i + 1, end - 1))}`
      i = end
    } else if (c === '/' && BEFORE_REGEX.test(out.slice(-40))) {
      out += '/./'
      i = endOfRegex(source, i)
    } else {
      out += c
      i += 1
    }
  }
  return out
}

const indexOr = (source: string, what: string, from: number): number => {
  const at = source.indexOf(what, from)
  return at < 0 ? source.length : at
}

/** End of a template, holes and the templates in them included. */
const endOfTemplate = (source: string, from: number): number => {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i += 1
    else if (source[i] === '`') return i + 1
    else if (source.startsWith('${', i)) i = endOfHole(source, i) - 1
  }
  return source.length
}

const endOfHole = (source: string, from: number): number => {
  let depth = 0
  for (let i = from + 1; i < source.length; i++) {
    const c = source[i]!
    if (c === '{') depth += 1
    else if (c === '}' && --depth === 0) return i + 1
    else if (c === "'" || c === '"') i = endOfString(source, i) - 1
    else if (c === '`') i = endOfTemplate(source, i) - 1
  }
  return source.length
}

const holes = (template: string): string => {
  let out = ''
  for (let i = 0; i < template.length; i++) {
    if (template[i] === '\\') i += 1
    else if (template.startsWith('${', i)) {
      const end = endOfHole(template, i)
      out += ` ;${codeOf(template.slice(i + 2, end - 1))}; `
      i = end - 1
    }
  }
  return out
}

export type Import = { readonly from: string; readonly names: string; readonly typeOnly: boolean }

const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

/** The imports and re-exports of a file, in order. */
export const importsOf = (source: string): readonly Import[] => {
  const statement = /^(?:import|export)\s+(type\s+)?((?:[\w$*\s,{}]|\bas\b)*?)\s*from\s*['"]([^'"\n]+)['"]/gm
  const bare = /^import\s*['"]([^'"\n]+)['"]/gm
  const text = withoutComments(source)
  return [
    ...[...text.matchAll(statement)].map((m) => ({ from: m[3]!, names: m[2]!.trim(), typeOnly: m[1] !== undefined })),
    ...[...text.matchAll(bare)].map((m) => ({ from: m[1]!, names: '', typeOnly: false })),
  ]
}

const coreArea = (path: string): string | undefined => /^src\/core\/([^/]+)\//.exec(path)?.[1]

const coreImport = (path: string, { from, names }: Import, target: string | undefined): string | undefined => {
  if (target === undefined) {
    const hashOnly = from === 'node:crypto' && /^\{\s*(?:createHash|type Hash|,|\s)+\}$/.test(names)
    // The contract of the API is made of schemas.
    const isSchema = from === 'typebox' && coreArea(path) === 'api'
    return hashOnly || isSchema ? undefined : `the core may not import ${from}`
  }
  const area = coreArea(path)
  const wanted = coreArea(target)
  if (!target.startsWith('src/core/')) return `the core may not import ${target}`
  if (area === undefined) return undefined // ports.ts: values of any area
  if (wanted === area || (wanted !== undefined && CORE[area]?.includes(wanted))) return undefined
  return `core/${area} may not import ${target}`
}

const isIn = (path: string | undefined, ...folders: string[]): boolean =>
  folders.some((folder) => path?.startsWith(`${folder}/`) || path === `${folder}.ts`)

const shellImport = (path: string, { from }: Import, target: string | undefined): string | undefined => {
  if (isIn(target, 'src/web', 'web')) return `the shell may not import ${target}`
  if (isIn(path, 'src/shell/adapters') && (isIn(target, 'src/shell/db') || from === 'pg'))
    return 'adapters never the database'
  if (from === 'pg' && !isIn(path, 'src/shell/db')) return 'only shell/db speaks to PostgreSQL'
  if (isIn(path, 'src/shell/servers') && isIn(target, 'src/shell/db')) return 'servers call verbs, never SQL'
  if (target !== undefined && /^src\/(main|serve|servers|compose|sandbox)\.ts$/.test(target))
    return `${target} sees all, nobody sees it`
  return undefined
}

/** What a file of src does against the rules. `path` is relative to the checkout, with `/`. */
export const violations = (path: string, source: string): readonly string[] => {
  const found: (string | undefined)[] = []
  const code = codeOf(source)
  const inCore = path.startsWith('src/core/')
  const area = coreArea(path)
  if (!source.startsWith('// ')) found.push('the first line does not say what the file is')
  if (source.split('\n').length > 401) found.push('more than 400 lines')
  if (area !== undefined && !(area in CORE)) found.push(`core/${area} is not an area with rules`)
  for (const one of importsOf(source)) {
    const relative = one.from.startsWith('.')
    const target = relative ? posix.join(posix.dirname(path), one.from) : undefined
    if (relative && !/\.(ts|json)$/.test(one.from)) found.push(`${one.from} does not end in .ts`)
    if (inCore) found.push(coreImport(path, one, target))
    else if (path.startsWith('src/shell/')) found.push(shellImport(path, one, target))
  }
  if (inCore) {
    for (const [pattern, name] of IMPURE) if (pattern.test(code)) found.push(`impure: ${name}`)
    if (/\b(?:globalThis|Buffer)\b/.test(code) && !LOOKS_AT_PLATFORM.includes(path))
      found.push('impure: globals of the platform')
  }
  if (/\bprocess\s*\.\s*env\b/.test(code) && !ENTRY_POINT.test(path)) {
    found.push('only entry points read the environment')
  }
  if (/^\s*(?:export\s+)?(?:const\s+)?enum\s+\w|^\s*(?:export\s+)?namespace\b/m.test(code))
    found.push('syntax that is not erasable')
  return found.filter((one) => one !== undefined).map((one) => `${path}: ${one}`)
}

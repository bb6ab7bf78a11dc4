// Which test files judge SQL: those that reach the database's helper through their imports. Pages and the API are left
// out, dialogues, hostile and forged messages, large ones, models and crashes: what they ask of the database is asked by others.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { importsOf } from './architecture.ts'

const LEFT_OUT = /dialogues|hostile|forged|crypto|large|papers|model|killed|crash/i
const HELPER = join('test', 'shell', 'db', 'support.ts')

/** Test files, relative to the checkout, that import the database's helper or a helper that does. */
export const databaseTests = (root: string): readonly string[] => {
  const known = new Map<string, boolean>([[HELPER, true]])
  const reaches = (file: string): boolean => {
    const seen = known.get(file)
    if (seen !== undefined) return seen
    known.set(file, false) // a circle of imports leads nowhere
    const here = importsOf(readFileSync(join(root, file), 'utf8'))
      .filter((one) => one.from.startsWith('.') && one.from.endsWith('.ts'))
      .map((one) => join(dirname(file), one.from))
      .filter((path) => path.startsWith('test') && existsSync(join(root, path)))
    const found = here.some(reaches)
    known.set(file, found)
    return found
  }
  const above = [join('test', 'browser'), join('test', 'shell', 'servers', 'http'), join('test', 'shell', 'documents')]
  const files = globSync('test/**/*.test.ts', { cwd: root }).filter(
    (file) => !above.some((one) => file.startsWith(one)) && !LEFT_OUT.test(file),
  )
  return files.filter(reaches)
}

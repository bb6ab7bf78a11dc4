// PatchObject (RFC 8620 §5.3): changes of an object, each at a path.
import { isRecord } from './args.ts'
import type { SetError } from './errors.ts'

const invalid = (description: string): SetError => ({ type: 'invalidPatch', description })

const tokensOf = (path: string): readonly string[] =>
  path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The object with the patch applied: a null takes the property away. Arrays are replaced as a whole. */
export const applyPatch = (
  object: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): { readonly value: Record<string, unknown> } | SetError => {
  const paths = Object.keys(patch)
  for (const path of paths)
    if (paths.some((other) => other !== path && other.startsWith(`${path}/`)))
      return invalid(`"${path}" and a path below it`)
  const value: Record<string, unknown> = { ...object }
  for (const path of paths) {
    const tokens = tokensOf(path)
    let at = value
    for (const token of tokens.slice(0, -1)) {
      const below = at[token]
      if (!Object.hasOwn(at, token) || !isRecord(below)) return invalid(`there is nothing at "${path}"`)
      const copy = { ...below }
      at[token] = copy
      at = copy
    }
    const last = tokens.at(-1)!
    if (patch[path] === null) delete at[last]
    else at[last] = patch[path]
  }
  return { value }
}

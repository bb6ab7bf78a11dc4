// Windows of query results and what has changed in them (RFC 8620 §5.5, §5.6).
import type { MethodError } from './errors.ts'
import { methodError } from './errors.ts'

export type Window = {
  readonly position?: number | undefined
  readonly anchor?: string | null | undefined
  readonly anchorOffset?: number | undefined
  readonly limit?: number | null | undefined
}

export type Windowed = {
  readonly position: number
  readonly ids: readonly string[]
  /** Where the server gives fewer than was asked for. */
  readonly limit?: number
}

/** The part of the results that a client asks for; at most `most` ids. */
export const windowOf = (
  results: { readonly length: number; readonly idAt: (index: number) => string },
  { position = 0, anchor, anchorOffset = 0, limit }: Window,
  most: number,
): Windowed | MethodError => {
  let start: number
  if (anchor !== undefined && anchor !== null) {
    let found = -1
    for (let at = 0; at < results.length && found < 0; at++) if (results.idAt(at) === anchor) found = at
    if (found < 0) return methodError('anchorNotFound')
    start = Math.max(0, found + anchorOffset)
  } else start = position < 0 ? Math.max(0, results.length + position) : position
  const wanted = limit ?? undefined
  const isLimited = wanted === undefined ? results.length - start > most : wanted > most
  const end = Math.min(results.length, start + Math.min(wanted ?? most, most))
  const ids: string[] = []
  for (let at = start; at < end; at++) ids.push(results.idAt(at))
  return { position: start, ids, ...(isLimited ? { limit: most } : {}) }
}

/**
 * What has changed in a list of results. `touched`: every record that may have been in it and is elsewhere in it now, or
 * not; all of them are taken out but those that are new, and those that are in it are put in where they are (RFC 8620 §5.6 allows both).
 */
export const listChanges = (
  results: readonly string[],
  touched: ReadonlySet<string>,
  isNew: (id: string) => boolean = () => false,
) => {
  const added: { readonly id: string; readonly index: number }[] = []
  for (const [index, id] of results.entries()) if (touched.has(id)) added.push({ id, index })
  return { removed: [...touched].filter((id) => !isNew(id)), added }
}

// Patterns of LIST and LSUB: `*` is anything, `%` anything but the delimiter `/` (RFC 9051 §6.3.9).

/** Patterns ready to be held against names. */
export type FolderPattern = {
  /** Whether a name is meant. */
  readonly matches: (name: string) => boolean
  /** Whether a folder somewhere below the name could be meant. */
  readonly couldMatchBelow: (name: string) => boolean
}

const STAR = 0x2a
const PERCENT = 0x25
const SLASH = 0x2f

/** The pattern with its reference before it, and runs of wildcards that mean one of them as that one. */
const canonical = (reference: string, pattern: string): string =>
  `${reference}${pattern}`.replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'))

const isInbox = (name: string): boolean => name.startsWith('INBOX') && (name.length === 5 || name[5] === '/')

/** `inbox` in any case is INBOX (RFC 9051 §5.1): letters of that level are compared in upper case. */
const upper = (code: number): number => (code >= 0x61 && code <= 0x7a ? code - 0x20 : code)

/**
 * Which places of the pattern can be reached by the name: all at once, so the work is at most name times pattern,
 * whatever the wildcards.
 */
const reach = (pattern: string, name: string): Uint8Array => {
  const inbox = isInbox(name) ? 5 : 0
  let places = new Uint8Array(pattern.length + 1)
  let next = new Uint8Array(pattern.length + 1)
  enter(pattern, places, 0)
  for (let at = 0; at < name.length; at++) {
    next.fill(0)
    const code = name.charCodeAt(at)
    let alive = false
    for (let place = 0; place < pattern.length; place++) {
      if (places[place] === 0) continue
      const wanted = pattern.charCodeAt(place)
      if (wanted === STAR || (wanted === PERCENT && code !== SLASH)) enter(pattern, next, place)
      else if (wanted === code || (at < inbox && upper(wanted) === code)) enter(pattern, next, place + 1)
      else continue
      alive = true
    }
    if (!alive) return next
    const spare = places
    places = next
    next = spare
  }
  return places
}

/** Marks a place, and those behind it that wildcards which take nothing lead to. */
const enter = (pattern: string, places: Uint8Array, from: number): void => {
  for (let place = from; ; place++) {
    places[place] = 1
    const code = pattern.charCodeAt(place)
    if (code !== STAR && code !== PERCENT) return
  }
}

/** Literal characters that a pattern wants: longer names only can match. */
const least = (pattern: string): number => pattern.replace(/[*%]/g, '').length

const one = (pattern: string): FolderPattern => {
  const shortest = least(pattern)
  return {
    matches: (name) =>
      pattern === '*' ||
      pattern === name ||
      (pattern === '%' && !name.includes('/')) ||
      (shortest <= name.length && reach(pattern, name)[pattern.length] === 1),
    couldMatchBelow: (name) => {
      const places = reach(pattern, `${name}/`)
      // The very end of the pattern takes no further character.
      for (let place = 0; place < pattern.length; place++) if (places[place] === 1) return true
      return false
    },
  }
}

/** Patterns of one command, of which any may match; each stands behind the reference. */
export const compilePatterns = (reference: string, patterns: readonly string[]): FolderPattern => {
  const all = patterns.map((pattern) => one(canonical(reference, pattern)))
  if (all.length === 1) return all[0]!
  return {
    matches: (name) => all.some((pattern) => pattern.matches(name)),
    couldMatchBelow: (name) => all.some((pattern) => pattern.couldMatchBelow(name)),
  }
}

/** The folders above a name, nearest first: `a/b/c` has `a/b` and `a`. */
export const parentsOf = (name: string): readonly string[] => {
  const parents: string[] = []
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) parents.push(name.slice(0, at))
  return parents
}

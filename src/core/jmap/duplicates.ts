// Whether an object in a JSON text has a member twice (RFC 7493 §2.3 forbids it; JSON.parse lets the last one win).

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where the string ends that begins at a quote: after its last quote. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1
  for (;;) {
    at = text.indexOf('"', at)
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
    at++
    if (slashes % 2 === 0) return at
  }
}

const nameOf = (text: string, start: number, end: number): string => {
  const written = text.slice(start + 1, end - 1)
  return written.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : written
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** `text` must be JSON. */
export const hasDuplicates = (text: string): boolean => {
  /** Names of the objects that are open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      let next = end
      while (isBlank(text.charCodeAt(next))) next++
      const names = open.at(-1)
      if (names && text[next] === ':') {
        const name = nameOf(text, at, end)
        if (names.has(name)) return true
        names.add(name)
      }
      at = end - 1
    } else if (code === 0x7b) open.push(new Set())
    else if (code === 0x5b) open.push(undefined)
    else if (code === 0x7d || code === 0x5d) open.pop()
  }
  return false
}

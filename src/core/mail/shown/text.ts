// A plain text as it is read: what is quoted apart from what is new, the signature apart, addresses as links; lines that a
// program broke are joined again where the sender says so (RFC 3676).

export type TextBlock = {
  readonly kind: 'own' | 'quoted' | 'signature'
  readonly text: string
  readonly lines: number
}

/** RFC 3676 §4.2: lines that end in a space go on; `-- ` is the mark of a signature. */
const unflowed = (lines: readonly string[], deletesSpace: boolean): readonly string[] => {
  const out: string[] = []
  let open = false
  let depth = 0
  for (const raw of lines) {
    const quotes = /^>*/.exec(raw)![0]
    const rest = raw.slice(quotes.length)
    const line = rest.startsWith(' ') ? rest.slice(1) : rest
    const flows = line.endsWith(' ') && line !== '-- '
    const kept = flows && deletesSpace ? line.slice(0, -1) : line
    if (open && quotes.length === depth && line !== '-- ') out[out.length - 1] += kept
    else out.push(quotes === '' ? kept : `${quotes} ${kept}`)
    open = flows
    depth = quotes.length
  }
  return out
}

const QUOTED = /^\s{0,3}>/
/** The line that programs write above what they quote. */
const INTRODUCES =
  /^(?:(?:il|in data|on|am|le)\b.{5,200}(?:ha scritto|wrote|schrieb|a écrit)\s?:|-{2,}\s?(?:messaggio originale|original message)\s?-{2,})$/i

/** What a text is made of. */
export const blocksOf = (text: string, flowed?: { readonly deletesSpace: boolean }): readonly TextBlock[] => {
  const given = text.replaceAll('\r\n', '\n').split('\n')
  const lines = flowed ? unflowed(given, flowed.deletesSpace) : given
  const blocks: { kind: TextBlock['kind']; lines: string[] }[] = []
  let signed = false
  for (const [at, line] of lines.entries()) {
    signed ||= line === '-- ' || (line === '--' && lines.length - at <= 12)
    const quoted =
      QUOTED.test(line) || (INTRODUCES.test(line.trim()) && lines.slice(at + 1, at + 3).some((one) => QUOTED.test(one)))
    const last = blocks.at(-1)
    // a blank line between quoted ones is theirs
    const between = line.trim() === '' && last?.kind === 'quoted' && QUOTED.test(lines[at + 1] ?? '')
    const kind = quoted || between ? 'quoted' : signed ? 'signature' : 'own'
    if (last?.kind === kind) last.lines.push(line)
    else blocks.push({ kind, lines: [line] })
  }
  return blocks
    .filter((block) => block.lines.some((line) => line.trim() !== ''))
    .map((block) => ({ kind: block.kind, text: block.lines.join('\n'), lines: block.lines.length }))
}

export type TextPiece = { readonly text: string; readonly link?: 'web' | 'mail' | undefined }

const ADDRESS =
  /\bhttps?:\/\/[^\s<>"'`|\\^{}]{1,2000}|\bwww\.[^\s<>"'`|\\^{}]{3,2000}|[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g

/** What stands after an address in a sentence is not its own. */
const trimmed = (found: string): string => {
  const bare = found.replace(/[.,;:!?»”’*_]+$/, '')
  const open = (bare.match(/\(/g) ?? []).length
  const closed = (bare.match(/\)/g) ?? []).length
  return bare.endsWith(')') && closed > open ? trimmed(bare.slice(0, -1)) : bare
}

/** A text in pieces: its addresses are links. */
export const piecesOf = (text: string): readonly TextPiece[] => {
  const pieces: TextPiece[] = []
  let at = 0
  for (const match of text.matchAll(ADDRESS)) {
    const found = trimmed(match[0])
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) })
    pieces.push({ text: found, link: /^(?:https?:\/\/|www\.)/i.test(found) ? 'web' : 'mail' })
    at = match.index + found.length
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

// What a search found, with the words it looked for marked: SearchSnippet gives HTML with `<mark>` alone (RFC 8621 §5), which is read here piece by piece.
import type { ReactNode } from 'react'

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole)

/** Runs of text, marked or not; any other tag is text. */
export const markedRuns = (html: string): readonly { readonly text: string; readonly marked: boolean }[] =>
  html.split(/(<mark>[^<]*<\/mark>)/).flatMap((piece) => {
    if (piece === '') return []
    const inner = /^<mark>([^<]*)<\/mark>$/.exec(piece)?.[1]
    return [{ text: decoded(inner ?? piece), marked: inner !== undefined }]
  })

export const Marked = ({ html }: { readonly html: string }): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: runs have no name
  markedRuns(html).map(({ text, marked }, at) => (marked ? <mark key={at}>{text}</mark> : text))

// What a search found, with the words it looked for marked: text that React writes, never HTML.
import type { ReactNode } from 'react'
import { markedRuns } from './markedRuns.ts'

export const Marked = ({ html }: { readonly html: string }): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: runs have no name
  markedRuns(html).map(({ text, marked }, at) => (marked ? <mark key={at}>{text}</mark> : text))

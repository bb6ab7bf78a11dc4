// The HTML of SearchSnippet, which has `<mark>` alone (RFC 8621 §5), as runs of text.
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

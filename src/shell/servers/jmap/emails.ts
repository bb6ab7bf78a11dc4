// Emails as they lie in a box: what is told of each without looking into it.
import { utcDate } from '../../../core/jmap/date.ts'
import { emailId, folderJmapId, threadId } from '../../../core/jmap/ids.ts'
import { joinKeywords, keywordsOf } from '../../../core/jmap/keywords.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import { SEEN } from '../../../core/mail/flags.ts'
import type { Row } from '../../mailstore/box.ts'

export const contentOf = ({ folder, index }: Row): ContentId => folder.state.content(index)

/** Keywords of an Email by where it lies. */
export const rowKeywords = (rows: readonly Row[]): readonly string[] =>
  joinKeywords(rows.map(({ folder, index }) => keywordsOf(folder.state.system(index), folder.state.keywords(index))))

/** RFC 8621 §4.1.1 */
export const metadataOf = (content: ContentId, rows: readonly Row[]) => {
  const { folder, index } = rows[0]!
  const { state } = folder
  return {
    id: emailId(content),
    blobId: `B${content}`,
    threadId: threadId(state.threadKey(index)),
    mailboxIds: Object.fromEntries(rows.map((row) => [folderJmapId(row.folder.id), true])),
    keywords: Object.fromEntries(rowKeywords(rows).map((keyword) => [keyword, true])),
    size: state.sizeBytes(index),
    receivedAt: utcDate(state.receivedAt(index)),
  }
}

/** A message as it lies in all its folders: read only where it is so everywhere, the rest where it is so in any. */
export const joined = (rows: readonly Row[]) => {
  const masks = rows.map(({ folder, index }) => folder.state.system(index))
  const any = masks.reduce((all, mask) => all | mask, 0)
  const kinds = rows.map(({ folder, index }) => folder.state.kind(index))
  const { folder, index } = rows[0]!
  return {
    content: contentOf(rows[0]!),
    kind: kinds.find((kind) => kind !== null) ?? null,
    at: folder.state.receivedAt(index),
    system: masks.every((mask) => (mask & SEEN) !== 0) ? any : any & ~SEEN,
    inSent: rows.some((row) => row.folder.role === 'sent'),
  }
}

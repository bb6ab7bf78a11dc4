// Emails as they lie in a box: what is told of each without looking into it.
import { utcDate } from '../../../core/jmap/date.ts'
import { emailId, folderJmapId, threadId } from '../../../core/jmap/ids.ts'
import { joinKeywords, keywordsOf } from '../../../core/jmap/keywords.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
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

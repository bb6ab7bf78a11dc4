// What a place of the webmail asks the server for.
import { parseSearch, searchFilter, snippetFilter } from '../../../src/core/jmap/searchText.ts'
import { folderOfSlug, type Place } from '../addresses.ts'
import type { Folder } from '../jmap/types.ts'
import type { Question } from '../store/lists.ts'

export const folderOf = (place: Place, folders: readonly Folder[]): Folder | undefined =>
  place.kind === 'folder' ? folderOfSlug(folders, place.slug) : undefined

/** Receipts lie with their message, and are left out of lists of what people wrote. */
export const questionOf = (place: Place, folders: readonly Folder[]): Question => {
  if (place.kind === 'folder') {
    const folder = folderOf(place, folders)!
    return { key: folder.id, filter: { inMailbox: folder.id, pecWritten: true }, marks: undefined }
  }
  const search = parseSearch(place.query)
  return { key: `?${place.query}`, filter: searchFilter(search, folders), marks: snippetFilter(search) }
}

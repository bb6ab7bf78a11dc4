// The addresses of the webmail, below /posta.
import type { Folder } from './jmap/types.ts'

/** How folders that have a part of their own are called in addresses, by their role (RFC 6154). */
const SLUGS: Readonly<Record<string, string>> = {
  inbox: 'arrivo',
  sent: 'inviata',
  drafts: 'bozze',
  trash: 'cestino',
  junk: 'indesiderata',
  archive: 'archivio',
}

/** The word of a folder in addresses: it stays when the folder is renamed. */
export const slugOf = (folder: Folder): string => (folder.role && SLUGS[folder.role]) ?? folder.id

/** The folder that an address names. */
export const folderOfSlug = (folders: readonly Folder[], slug: string): Folder | undefined =>
  folders.find((one) => slugOf(one) === slug) ?? folders.find(({ id }) => id === slug)

/** What a list shows: a folder, or what was found. */
export type Place =
  | { readonly kind: 'folder'; readonly slug: string }
  | { readonly kind: 'search'; readonly query: string }

/** The list of a place. */
export const listAddress = (place: Place): string =>
  place.kind === 'folder' ? `/${place.slug}` : `/cerca?q=${encodeURIComponent(place.query)}`

/** A conversation, seen from a list. */
export const conversationAddress = (place: Place, threadId: string): string =>
  place.kind === 'folder' ? `/${place.slug}/${threadId}` : `/cerca/${threadId}?q=${encodeURIComponent(place.query)}`

/** What a new message begins with. */
export type Beginning =
  | { readonly kind: 'new'; readonly to?: string; readonly template?: string }
  | { readonly kind: 'draft'; readonly emailId: string }
  | { readonly kind: 'reply' | 'replyAll' | 'forward'; readonly emailId: string }

const WORDS = { reply: 'rispondi', replyAll: 'rispondi-a-tutti', forward: 'inoltra', draft: 'bozza' } as const

/** The page on which a message is written. */
export const writeAddress = (beginning: Beginning = { kind: 'new' }): string => {
  if (beginning.kind !== 'new') return `/scrivi?${WORDS[beginning.kind]}=${beginning.emailId}`
  const query = new URLSearchParams()
  if (beginning.to) query.set('a', beginning.to)
  if (beginning.template) query.set('modello', beginning.template)
  return query.size > 0 ? `/scrivi?${query}` : '/scrivi'
}

/** What the query of `/scrivi` says. */
export const beginningOf = (query: string): Beginning => {
  const given = new URLSearchParams(query)
  for (const [kind, word] of Object.entries(WORDS)) {
    const emailId = given.get(word)
    if (emailId) return { kind: kind as keyof typeof WORDS, emailId }
  }
  const to = given.get('a')
  const template = given.get('modello')
  return { kind: 'new', ...(to ? { to } : {}), ...(template ? { template } : {}) }
}

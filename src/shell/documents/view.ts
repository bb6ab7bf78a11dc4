// Opens pages. Staff see none without a row that says who, when and from where.
import type { DocumentKind } from '../../core/enrolment/documentKinds.ts'
import type { Queries } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { pageContext, pageOfCase, pageOfIncoming, pageOfKind, type SealedPage, writeView } from './store.ts'

export type OpenedPage = { readonly mediaType: string; readonly bytes: Uint8Array }
export type Viewer = { readonly staffId: number; readonly remoteAddress: string }

/** The bytes of a page; the look at it is written down already. */
export const unsealPage = (office: Office, sealed: SealedPage): OpenedPage => ({
  mediaType: sealed.mediaType,
  bytes: office.vault.open(sealed, pageContext(sealed.documentId, sealed.page), sealed.ciphertext),
})

/** Finds a page and writes the look at it; only once that is committed is the page opened. */
const look = async (
  office: Office,
  viewer: Viewer,
  find: (db: Queries) => Promise<SealedPage | undefined>,
): Promise<OpenedPage | undefined> => {
  const sealed = await office.db.tx(async (tx) => {
    const found = await find(tx)
    if (found) writeView(tx, found, viewer, office.clock.now())
    return found
  })
  return sealed && unsealPage(office, sealed)
}

/** A page of a document of a case, for the operator. */
export const openPage = (
  office: Office,
  viewer: Viewer,
  of: { readonly caseNumber: string; readonly documentId: string; readonly page: number },
): Promise<OpenedPage | undefined> =>
  look(office, viewer, (db) => pageOfCase(db, of.caseNumber, of.documentId, of.page))

/** A page of a paper that waits for its case, for the operator. */
export const openIncomingPage = (
  office: Office,
  viewer: Viewer,
  incomingId: string,
  page: number,
): Promise<OpenedPage | undefined> => look(office, viewer, (db) => pageOfIncoming(db, incomingId, page))

/** A page that the applicant uploaded, for the applicant: one looks at one's own papers unseen. */
export const openOwnPage = async (
  office: Office,
  enrolmentId: string,
  kind: DocumentKind,
  page: number,
): Promise<OpenedPage | undefined> => {
  const sealed = await pageOfKind(office.db, enrolmentId, kind, page)
  return sealed && unsealPage(office, sealed)
}

// Links of a case in e-mails. Their secret stands after the #: it reaches no log, no proxy and no Referer.

export type CaseLink = 'riprendi' | 'conferma'

/** The link to a page of the portal that opens with a secret. */
export const caseLink = (publicUrl: string, page: CaseLink, token: string): string => `${publicUrl}/${page}#${token}`

/** The secret in the fragment of such a link, as a browser gives it. */
export const linkToken = (fragment: string): string => fragment.replace(/^#/, '').trim()

/** The page of a convention: what QR codes and invitations lead to. */
export const conventionLink = (publicUrl: string, code: string): string =>
  `${publicUrl}/convenzioni/${encodeURIComponent(code)}`

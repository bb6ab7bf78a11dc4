// What people type of codes, tidied as the server tidies it.

/** A convention's code without blanks, in capitals; dashes of any kind are dashes. */
export const tidyCode = (text: string): string =>
  text
    .trim()
    .toUpperCase()
    .replace(/[‐-―−]/g, '-')
    .replace(/\s+/g, text.includes('-') ? '' : '-')

/** The address of a convention's page. */
export const conventionPath = (code: string): string => `/convenzioni/${encodeURIComponent(tidyCode(code))}`

/** Where one begins under a convention. */
export const beginPath = (code: string): string => `/attivazione?codice=${encodeURIComponent(tidyCode(code))}`

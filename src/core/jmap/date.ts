// UTCDate of RFC 8620 §1.4.

/** UTCDate of RFC 8620 §1.4, in whole seconds, as IMAP tells dates and most programs read them. */
export const utcDate = (at: number): string => `${new Date(at).toISOString().slice(0, -5)}Z`

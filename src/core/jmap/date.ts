// UTCDate of RFC 8620 §1.4.

/** A fraction that is zero is left out. */
export const utcDate = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

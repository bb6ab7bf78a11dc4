// Runs of combining marks, kept short: to put a long one in order costs the square of its length.

/** Marks on one letter that are kept. No script needs half as many (UAX #15 §13 takes 30 for enough). */
const MOST = 64

/** Marks, and the letters that compatibility forms make into marks. */
const RUN = new RegExp(`([\\p{M}\\u0e33\\u0eb3\\uff9e\\uff9f]{${MOST}})[\\p{M}\\u0e33\\u0eb3\\uff9e\\uff9f]+`, 'gu')

/** The text with no more marks in a row than are kept: fit to be normalised in linear time. */
export const tameMarks = (text: string): string => text.replace(RUN, '$1')

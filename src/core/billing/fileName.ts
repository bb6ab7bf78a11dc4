// Name of the file for the exchange system: country, identifier of who transmits, a progressive of up to five characters.

/** Longest progressive: 36^5 - 1 files, each name once for ever. */
const DIGITS = 5
export const MAX_PROGRESSIVE = 36 ** DIGITS - 1

/** A count as the progressive of a file: `00001`, … `0000Z`, `00010`. */
export const progressive = (count: number): string => {
  if (!Number.isInteger(count) || count < 1 || count > MAX_PROGRESSIVE) throw new RangeError(`no progressive ${count}`)
  return count.toString(36).toUpperCase().padStart(DIGITS, '0')
}

/** `IT01234567890_0000A.xml`. Specifiche tecniche della fattura elettronica §1.3: country, identifier, progressive. */
export const invoiceFileName = (vatNumber: string, progressiveText: string): string =>
  `IT${vatNumber}_${progressiveText}.xml`

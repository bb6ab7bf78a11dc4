// Header fields of what we make: lines that nothing quoted from outside can break out of.
import { encodeAddressField, encodeField } from '../mail/header.ts'
import type { HeaderField } from '../mail/structure.ts'
import type { PecKind } from './model.ts'
import { MARKER, ON_BEHALF_OF } from './vocabulary.ts'

/** A field whose value is a word, an address or a date. Controls and what is not ASCII cannot pass. */
export const fieldLine = (name: string, value: string): string =>
  `${name}: ${/^[\x20-\x7e]*$/.test(value) ? value : value.replace(/[\x00-\x1f\x7f]+/g, ' ').replace(/[^\x20-\x7e]/g, '?')}\r\n`

/** Subject of a message of the given kind about an original's decoded subject. */
export const subjectLine = (kind: PecKind, subject: string | undefined): string =>
  !subject?.trim()
    ? fieldLine('Subject', `${MARKER[kind].subjectPrefix}: `)
    : encodeField('Subject', `${MARKER[kind].subjectPrefix}: ${subject.replace(/[\x00-\x1f\x7f]+/g, ' ')}`)

/** Makes the From and the Sender of an envelope: the author as display name, the provider's address. */
// RFC 6109 §2.1
export const onBehalfOf =
  (author: string, serviceAddress: string) =>
  (name: 'From' | 'Sender'): string =>
    encodeAddressField(name, ON_BEHALF_OF + author, serviceAddress)

/** A bare CR or LF, or a CRLF that does not fold: some readers take them for the end of a field. */
const BREAKS = /\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])|\0/g

const rawLine = (field: HeaderField): string => `${field.name}:${field.rawValue.replace(BREAKS, ' ')}\r\n`

/** The fields of the given lower-case names, bytes unmodified; `otherwise` where there are none. */
// RFC 6109 §2.1.1.2
export const inherit = (fields: readonly HeaderField[], names: readonly string[], otherwise = ''): string => {
  let lines = ''
  for (const field of fields) if (names.includes(field.lowerName)) lines += rawLine(field)
  return lines === '' ? otherwise : lines
}

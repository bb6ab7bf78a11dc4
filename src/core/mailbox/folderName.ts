// Names of folders: which may be given, how they are written, the standard ones and what people read for them.

export type StandardRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'archive' | 'junk'

/**
 * The folders that every mailbox has from its creation. Names on the wire are those that mail programs know:
 * Thunderbird shows its own words only for these, iPhone and Outlook go by the role (RFC 6154).
 */
export const STANDARD_FOLDERS: readonly { readonly role: StandardRole; readonly name: string; readonly it: string }[] =
  [
    { role: 'inbox', name: 'INBOX', it: 'Posta in arrivo' },
    { role: 'sent', name: 'Sent', it: 'Posta inviata' },
    { role: 'drafts', name: 'Drafts', it: 'Bozze' },
    { role: 'trash', name: 'Trash', it: 'Cestino' },
    { role: 'archive', name: 'Archive', it: 'Archivio' },
    { role: 'junk', name: 'Junk', it: 'Posta indesiderata' },
  ]

/** Between the levels of a name. */
export const DELIMITER = '/'
/** Bytes of UTF-8, so that any name fits a line of IMAP and a row of an index. */
const LEVEL_BYTES = 255
const NAME_BYTES = 1_000
const LEVELS = 20

/** C0, DEL, C1, the line and paragraph separators (RFC 9051 §5.1 by way of Net-Unicode); wildcards of LIST. */
const REFUSED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029%*]/

const utf8Bytes = (text: string): number => {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The name in its one written form: NFC, INBOX in capitals as a first level; undefined where it may not be given. */
export const folderName = (given: string): string | undefined => {
  if (given.length > NAME_BYTES || !given.isWellFormed() || REFUSED.test(given)) return undefined
  const levels = given.normalize('NFC').split(DELIMITER)
  if (levels.length > LEVELS || levels.some((level) => level === '' || utf8Bytes(level) > LEVEL_BYTES)) return undefined
  // RFC 9051 §5.1: INBOX is the same in any case
  if (levels[0]!.toUpperCase() === 'INBOX') levels[0] = 'INBOX'
  const name = levels.join(DELIMITER)
  return utf8Bytes(name) > NAME_BYTES ? undefined : name
}

/** The names above a name, the outermost first. */
export const superiors = (name: string): readonly string[] => {
  const levels = name.split(DELIMITER)
  return levels.slice(1).map((_, count) => levels.slice(0, count + 1).join(DELIMITER))
}

/** Whether a name lies below another. */
export const isBelow = (name: string, above: string): boolean => name.startsWith(above + DELIMITER)

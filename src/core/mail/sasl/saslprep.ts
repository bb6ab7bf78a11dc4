// SASLprep (RFC 4013): the one form of a user name or password, however a keyboard or a system writes it.

/** RFC 3454 C.1.2: spaces that become U+0020. */
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu
/** RFC 3454 B.1: what is left out. U+200B is in C.1.2 too; it has no width, and is left out. */
const NOTHING = /\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|\u200d|[\u00ad\u1806\u200b\u200c\u2060\ufeff]/gu
/** RFC 3454 C.2 to C.9: controls, private use, surrogates, non-characters, marks that turn or tag text. */
const PROHIBITED =
  /\u0340|\u0341|[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u

/**
 * The prepared text; undefined where a character is prohibited. Code points that Unicode has not assigned pass, as in a
 * query (RFC 3454 §7); the rule for right-to-left text is not applied: it guards what is shown, and this never is.
 */
export const saslPrep = (text: string): string | undefined => {
  // ASCII without controls is its own form.
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const prepared = text.replace(NOTHING, '').replace(SPACES, ' ').normalize('NFKC')
  return PROHIBITED.test(prepared) ? undefined : prepared
}

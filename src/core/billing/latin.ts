// Text as the invoice's schema takes it: Latin-1 or ASCII, one line, no longer than the field.

/** What has a usual spelling in fewer letters. Accents come off by themselves. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': ',',
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
  '•': '-',
  '…': '...',
  '€': 'EUR',
  '™': '(TM)',
  Œ: 'OE',
  œ: 'oe',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
  ẞ: 'SS',
}

/** The same for what is Latin-1 but not ASCII, where only ASCII is taken. */
const ASCII_SPELLINGS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  æ: 'ae',
  Ø: 'O',
  ø: 'o',
  ß: 'ss',
  Þ: 'Th',
  þ: 'th',
  Ð: 'D',
  ð: 'd',
  '°': 'o',
  º: 'o',
  ª: 'a',
  '«': '"',
  '»': '"',
  '·': '-',
}

const bare = (char: string): string => char.normalize('NFD').replace(/\p{M}+/gu, '')

const spell = (char: string, top: number): string => {
  if (char.codePointAt(0)! <= top) return char
  const known = SPELLINGS[char] ?? (top < 0x80 ? ASCII_SPELLINGS[char] : undefined)
  if (known !== undefined) return known
  const letters = bare(char)
  return letters !== '' && [...letters].every((c) => c.codePointAt(0)! <= top) ? letters : '?'
}

const oneLine = (text: string, top: number): string =>
  [...text.normalize('NFC').replace(/[\p{C}\p{Z}\s]+/gu, ' ')]
    .map((char) => spell(char, top))
    .join('')
    .trim()

/** Cuts at the last space where that loses little, and at the limit otherwise. */
const cut = (text: string, maxLength: number): string => {
  if (text.length <= maxLength) return text
  const space = text.lastIndexOf(' ', maxLength)
  return text.slice(0, space > maxLength * 0.6 ? space : maxLength).trim()
}

/** Text for a field of Latin-1 letters. */
export const latin = (text: string, maxLength: number): string => cut(oneLine(text, 0xff), maxLength)

/** Text for a field of ASCII letters. */
export const ascii = (text: string, maxLength: number): string => cut(oneLine(text, 0x7f), maxLength)

/** Text for a field that may come several times: pieces that end between words where they can. */
export const latinPieces = (text: string, maxLength: number): readonly string[] => {
  const pieces: string[] = []
  let rest = oneLine(text, 0xff)
  while (rest !== '') {
    const piece = cut(rest, maxLength)
    pieces.push(piece)
    rest = rest.slice(piece.length).trim()
  }
  return pieces
}

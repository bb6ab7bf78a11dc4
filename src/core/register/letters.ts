// Letters of names without their accents: what two spellings of a name share.

/** Letters that decomposition leaves whole. */
const WHOLE: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
}
const WHOLE_LETTERS = /[ßæœøłđðþħıŋ]/g

/** Letters that are also written with an e behind them. */
const WITH_E: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }
const E_LETTERS = /[äöüøå]/g

const bare = (lower: string): string =>
  lower
    .replace(WHOLE_LETTERS, (letter) => WHOLE[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')

const lowerOf = (text: string): string => text.normalize('NFKC').toLowerCase().normalize('NFC')

/** Lower case without accents; everything else as it was. */
export const withoutAccents = (text: string): string => bare(lowerOf(text))

/** The letters of a text in lower case without accents: one form, or two where umlauts may be written with an e. */
export const asciiForms = (text: string): readonly string[] => {
  const lower = lowerOf(text)
  const plain = bare(lower).replace(/[^\p{L}]/gu, '')
  const longer = bare(lower.replace(E_LETTERS, (letter) => WITH_E[letter]!)).replace(/[^\p{L}]/gu, '')
  return plain === longer ? [plain] : [plain, longer]
}

/** What comes before a surname and belongs to it. */
const PARTICLES = new Set(
  (
    'a al d da dal dall dalla dalle dallo de degli dei del dell della delle dello den der di dos du e el i il l la le li ' +
    'lo los mac mc o san sant santa santo ten ter van von y zu'
  ).split(' '),
)

/**
 * The parts of a name: words without accents, a particle joined to what follows (`De Luca` is one part, `D'Angelo`
 * too), in order.
 */
export const wordsOf = (text: string): readonly string[] => {
  const pieces = withoutAccents(text)
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
  const words: string[] = []
  let pending = ''
  for (const piece of pieces) {
    pending += piece
    if (PARTICLES.has(piece)) continue
    words.push(pending)
    pending = ''
  }
  if (pending !== '') words.push(pending)
  return words
}

// Words as they are searched: without accents and capitals, without the endings that number, gender and verbs give them.

/** Combining marks, which stand beside their letters once a text is decomposed. */
const MARKS = /[\u0300-\u036f]/g

/** A text without accents and capitals. */
export const foldText = (text: string): string => text.normalize('NFD').replace(MARKS, '').toLowerCase()

/** Words that say nothing of what is looked for. */
const STOP = new Set(
  (
    'a ad al alla alle agli ai allo anche c che chi ci come con cosa cui d da dal dalla dalle dei del della delle dello ' +
    'di dove e ed era ha hai ho i il in io l la le li lo ma me mi mia mie mio mia miei ne nei nel nella nelle no noi non ' +
    'nostro o per perche piu po poi quale quali quando quanto quella quello questa queste questo qui se sei si sia sono ' +
    'su sua sue sui sul sulla suo ti tra tu tua tuo un una uno vi the an and are as at be by can do does for from how ' +
    'i is it my of on or that this to what when where which who why with you your'
  ).split(' '),
)

/** The words of a text, folded, in order. */
export const wordsOf = (text: string): readonly string[] => foldText(text).match(/[a-z0-9]+/g) ?? []

/** The same without those that say nothing; all of them where nothing else is left. */
export const tellingWords = (text: string): readonly string[] => {
  const all = wordsOf(text)
  const telling = all.filter((word) => !STOP.has(word))
  return telling.length > 0 ? telling : all
}

/** Endings of verbs and of the nouns made of them, the longest first: attivare, attivazione, attivata. */
const VERBAL =
  /(?:azion[ei]|izion[ei]|ament[oi]|iment[oi]|are|ere|ire|arl[aoei]|erl[aoei]|irl[aoei]|ars[ie]|ers[ie]|irs[ie]|at[aoei]|ut[aoei]|it[aoei]|ando|endo|enz[ae]|anz[ae])$/
const SHORTEST_ROOT = 4

const light = (word: string): string => {
  if (word.length < 4) return word
  const last = word.at(-1)!
  const before = word.at(-2)!
  if (last === 'e') return before === 'i' || before === 'h' ? word.slice(0, -2) : word.slice(0, -1)
  if (last === 'i') return before === 'h' || before === 'i' ? word.slice(0, -2) : word.slice(0, -1)
  if (last === 'a' || last === 'o') return before === 'i' && word.length > 5 ? word.slice(0, -2) : word.slice(0, -1)
  if (last === 's' && before !== 's' && word.length > 4) return word.slice(0, -1) // plurals of English, and of loans
  return word
}

/** The root of a folded word: the same for "ricevuta" and "ricevute", "attivare" and "attivazione". */
export const stemOf = (word: string): string => {
  if (/\d/.test(word)) return word
  const root = word.replace(VERBAL, '')
  return root.length >= SHORTEST_ROOT && root !== word ? root : light(word)
}

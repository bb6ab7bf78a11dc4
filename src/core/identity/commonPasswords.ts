// Passwords that everybody tries first: words with a year or some digits behind them, runs, rows of the keyboard.

/** Stems, in lower case without accents; digits and marks around them do not help. */
const STEMS = new Set(
  `password passw passwd pass parola parolachiave segreto segreta accesso entra login admin administrator
  amministratore utente user guest ospite test prova demo default changeme cambiami nuova nuovapassword temp
  temporanea welcome benvenuto benvenuta benvenuti ciao ciaociao ciaobella salve buongiorno amore amoremio amici
  tesoro stella stellina angelo angela luna sole mare estate inverno primavera autunno gennaio febbraio marzo aprile
  maggio giugno luglio agosto settembre ottobre novembre dicembre lunedi martedi mercoledi giovedi venerdi sabato
  domenica juventus juve forzajuve milan forzamilan inter forzainter napoli forzanapoli roma forzaroma lazio
  forzalazio fiorentina torino milano palermo italia forzaitalia firenze venezia bologna genova aquila laquila
  francesco francesca alessandro alessandra andrea giuseppe giovanni antonio antonella matteo marco luca davide
  stefano stefania federico federica valentina chiara martina giulia sara simone lorenzo nicola nicolas michele
  salvatore vincenzo maria mario rossi bianchi medico medici dottore dottoressa dentista odontoiatra ordine
  omceo posta postacertificata pec email mail casella ferrari ducati vespa yamaha gattino cagnolino cucciolo
  principessa pippo pluto paperino topolino pokemon batman superman dragon master monkey shadow sunshine princess
  football baseball iloveyou letmein trustno starwars whatever freedom computer internet qwerty azerty qwertz asdf
  asdfgh zxcvbn abc abcd xyz bambino bambina famiglia mamma papa felice felicita fortuna vita`.split(/\s+/),
)

/** What stands for a letter. */
const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '@': 'a', $: 's' }
const ROWS = [
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1234567890',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb',
]

const isStep = (a: string, b: string): boolean => {
  const step = b.charCodeAt(0) - a.charCodeAt(0)
  if (step >= -1 && step <= 1) return true
  return ROWS.some((row) => row.includes(a + b) || row.includes(b + a))
}

/** Few runs, each of one letter again and again or of neighbours in the alphabet or on the keyboard. */
const isRuns = (text: string): boolean => {
  if (text.length < 4) return false
  let breaks = 0
  for (let i = 1; i < text.length; i++) if (!isStep(text[i - 1]!, text[i]!)) breaks += 1
  return breaks <= Math.floor(text.length / 4) - 1
}

/** One short piece, again and again. */
const isRepeated = (text: string): boolean => /^(.{1,4})\1{2,}$/su.test(text) || /^(.{5,})\1+$/su.test(text)

const unmasked = (text: string): string => text.replace(/[01345@$]/g, (c) => LEET[c] ?? c)

const isStem = (text: string): boolean => {
  // digits and marks around a word: a year, a birthday, the mark that some system asked for
  const core = text.replace(/^[^a-z]+/, '').replace(/[^a-z]+$/, '')
  if (STEMS.has(core) && text.length - core.length <= 8) return true
  const masked = unmasked(text.replace(/\d+$/, '')).replace(/[^a-z]/g, '')
  return STEMS.has(masked) && text.length - masked.length <= 8
}

/** Beyond this nothing is common, and the patterns would take their time. */
const LONGEST = 64

/** Whether a password (lower case, no accents) is among the first that are guessed. */
export const isCommon = (text: string): boolean => {
  if (text.length > LONGEST) return false
  const halves = /^([a-z]{3,})(\d{3,})$/.exec(text)
  return (
    isStem(text) ||
    isRuns(text) ||
    isRepeated(text) ||
    (halves !== null && isRuns(`${halves[1]}`) && isRuns(`${halves[2]}`))
  )
}

// Messages of the workload jmap: Italian-looking text, few words often and many seldom, conversations, some attachments.

/** In about three messages of four, of ten, and in a few of ten thousand; see `searches`. */
export const COMMON = ['procedura', 'allegato', 'società', 'comunicazione', 'richiesta']
export const ACCENTED = ['attività', 'qualità', 'perché', 'università', 'validità']
const GREETINGS = ['Gentile collega', 'Spettabile ente', 'Egregio dottore', 'Buongiorno']
const OTHERS = ['con', 'della', 'per', 'alla', 'che', 'nel', 'una', 'in', 'di', 'il', 'lo', 'sono', 'entro', 'come']
const SYLLABLES =
  'ba be bi bo ca ce co cu da de di do fa fe fi ga ge go la le li lo ma me mi mo na ne ni no pa pe pi po'
    .concat(' ra re ri ro sa se si so ta te ti to va ve vi vo za gli gna scia tra pro sta pre cri')
    .split(' ')

const WORDS = 20_000
const RARE = 2_000
/** A message in so many has a rare word. */
const RARE_EACH = 5
const THREADED = 0.4
const ATTACHED = 0.2

/** Numbers that look like chance, the same in every run. */
const makeChance = (seed: number) => {
  let state = seed
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const makeVocabulary = (chance: () => number): readonly string[] =>
  Array.from({ length: WORDS }, () => {
    let word = ''
    for (let n = 2 + Math.floor(chance() * 3); n > 0; n--) word += SYLLABLES[Math.floor(chance() * SYLLABLES.length)]
    return word
  })

/** A word that only a few messages of ten thousand have. */
export const rareWord = (n: number): string => `protocollo${(n % RARE) * 7919 + 10_007}`

const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')

export type Maker = () => Buffer

/** Gives one message after the other, the same ones in every run. */
export const makeMaker = (): Maker => {
  const chance = makeChance(20_261_126)
  const vocabulary = makeVocabulary(chance)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)]!
  const word = (): string => {
    const kind = chance()
    if (kind < 0.35) return pick(OTHERS)
    if (kind < 0.355) return pick(ACCENTED)
    if (kind < 0.365) return pick(COMMON)
    // Zipf: of twice the rank, half as often.
    return vocabulary[Math.floor(WORDS ** chance()) - 1]!
  }
  let n = 0
  const idOf = (number: number): string => `${number}@bench.localhost`
  return () => {
    n++
    const words = Array.from({ length: 150 + Math.floor(chance() * 400) }, word)
    if (n % RARE_EACH === 0) words[words.length >> 1] = rareWord(n / RARE_EACH)
    const lines: string[] = []
    for (let at = 0; at < words.length; at += 12) lines.push(words.slice(at, at + 12).join(' '))
    const text = `${pick(GREETINGS)},\r\n\r\n${lines.join('\r\n')}\r\n\r\nCordiali saluti\r\nStudio ${n % 311}\r\n`
    const before = n > 10 && chance() < THREADED ? n - 1 - Math.floor(chance() * 10) : undefined
    const head =
      `From: =?utf-8?Q?Studio_${n % 311}_perch=C3=A9?= <studio${n % 311}@pec.example>\r\nTo: Titolare <titolare@pec.example>\r\n` +
      `Subject: ${before === undefined ? '' : 'Re: '}Pratica ${n % 5_000} ${pick(vocabulary)}\r\n` +
      `Date: ${new Date(1_700_000_000_000 + n * 60_000).toUTCString().replace('GMT', '+0000')}\r\n` +
      `Message-ID: <${idOf(n)}>\r\n${before === undefined ? '' : `In-Reply-To: <${idOf(before)}>\r\nReferences: <${idOf(before)}>\r\n`}` +
      'MIME-Version: 1.0\r\n'
    const part = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    if (chance() >= ATTACHED) return Buffer.from(`${head}${part}${text}`)
    return Buffer.from(
      `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${part}${text}\r\n--b\r\n` +
        `Content-Type: application/pdf; name="documento${n}.pdf"\r\nContent-Disposition: attachment; filename="documento${n}.pdf"\r\n` +
        `Content-Transfer-Encoding: base64\r\n\r\n${base64(text.slice(0, 2_000))}\r\n--b--\r\n`,
    )
  }
}

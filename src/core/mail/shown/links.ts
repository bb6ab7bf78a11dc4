// Where a link of a message leads, and whether its words say something else: names that look like others (homographs), words
// that are the address of somewhere else.

/** RFC 3492 §6.2: a label after `xn--`; undefined where it is none. */
const decodePunycode = (label: string): string | undefined => {
  const end = label.lastIndexOf('-')
  const out = end > 0 ? [...label.slice(0, end)].map((c) => c.codePointAt(0)!) : []
  let n = 128
  let i = 0
  let bias = 72
  for (let at = end > 0 ? end + 1 : 0; at < label.length; ) {
    const before = i
    let weight = 1
    for (let k = 36; ; k += 36) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(label[at++]?.toLowerCase() ?? '?')
      const value = digit < 0 ? -1 : digit < 10 ? digit + 26 : digit - 10
      if (value < 0) return undefined
      i += value * weight
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
      if (value < threshold) break
      weight *= 36 - threshold
      if (i > 0x7fffffff || weight > 0x7fffffff) return undefined
    }
    const length = out.length + 1
    let delta = before === 0 ? Math.floor(i / 700) : Math.floor((i - before) / 2)
    delta += Math.floor(delta / length)
    let k = 0
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35)
    bias = k + Math.floor((36 * delta) / (delta + 38))
    n += Math.floor(i / length)
    i %= length
    if (n > 0x10ffff) return undefined
    out.splice(i++, 0, n)
  }
  return String.fromCodePoint(...out)
}

/** A host as it would be drawn with the letters of its alphabet. */
export const drawnHost = (host: string): string =>
  host
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decodePunycode(label.slice(4)) ?? label) : label))
    .join('.')

const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Han}/u,
]
/** Letters of other alphabets that are drawn as Latin ones are. */
const LIKE_LATIN = /^[асԁеһіјӏорԛѕԝхуѵɡαινορτυχ\d-]+$/u

/** Whether a host is written so that it is taken for another: alphabets mixed in a word, or one that is drawn like ours. */
export const looksLikeAnother = (host: string): boolean =>
  drawnHost(host)
    .split('.')
    .some((label) => {
      if (!/[^\x00-\x7f]/.test(label)) return false
      return SCRIPTS.filter((one) => one.test(label)).length > 1 || LIKE_LATIN.test(label)
    })

/** The host that a text names, where it is written as an address; undefined where it is words. */
export const hostSaid = (text: string): string | undefined => {
  const said =
    /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}]{2,24})(?::\d+)?(?:[/?#]\S*)?\s*$/u.exec(
      text,
    )
  return said?.[1]?.toLowerCase()
}

/** Whether two hosts are of one owner, as far as their last two names tell. */
const isSame = (a: string, b: string): boolean => {
  const ends = (host: string): string => host.split('.').slice(-2).join('.')
  return a === b || ends(a) === ends(b)
}

export type Deceit = 'homograph' | 'otherHost'

/** What deceives in a link: `host` as browsers write it (ASCII), `text` what is to be read of it. */
export const deceitOf = (host: string, text: string): Deceit | undefined => {
  if (looksLikeAnother(host)) return 'homograph'
  const said = hostSaid(text)
  return said !== undefined && !isSame(said, host) && !isSame(said, drawnHost(host)) ? 'otherHost' : undefined
}

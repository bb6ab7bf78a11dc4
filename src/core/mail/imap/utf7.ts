// Modified UTF-7, in which IMAP4rev1 writes names of mailboxes (RFC 3501 §5.1.3).

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,'
const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i

const isDirect = (code: number): boolean => code >= 0x20 && code <= 0x7e

/** The name as it is written in modified UTF-7: printable ASCII only. */
export const encodeUtf7 = (name: string): string => {
  let out = ''
  let at = 0
  while (at < name.length) {
    const code = name.charCodeAt(at)
    if (isDirect(code)) {
      out += code === 0x26 ? '&-' : name[at]
      at++
      continue
    }
    let bits = 0
    let held = 0
    out += '&'
    for (let unit = code; at < name.length && !isDirect(unit); unit = name.charCodeAt(++at)) {
      held = (held << 16) | unit
      bits += 16
      while (bits >= 6) {
        bits -= 6
        out += ALPHABET[(held >>> bits) & 63]
      }
      held &= (1 << bits) - 1
    }
    if (bits > 0) out += ALPHABET[(held << (6 - bits)) & 63]
    out += '-'
  }
  return out
}

/**
 * The name that modified UTF-7 stands for; undefined where it is not written as the RFC wants it: other bytes, printable
 * ASCII in base64, two runs in a row, loose bits, halves of a pair. So that no two writings mean the same name.
 */
export const decodeUtf7 = (wire: string): string | undefined => {
  let name = ''
  let at = 0
  while (at < wire.length) {
    const code = wire.charCodeAt(at)
    if (!isDirect(code)) return undefined
    if (code !== 0x26) {
      name += wire[at++]
      continue
    }
    const stop = wire.indexOf('-', at + 1)
    if (stop < 0) return undefined
    const units = stop === at + 1 ? '&' : decodeRun(wire, at + 1, stop)
    if (units === undefined) return undefined
    name += units
    at = stop + 1
    // A run directly after a run should have been one run with it.
    if (units !== '&' && wire[at] === '&' && wire[at + 1] !== '-') return undefined
  }
  return name.isWellFormed() ? name : undefined
}

const decodeRun = (wire: string, from: number, stop: number): string | undefined => {
  let units = ''
  let bits = 0
  let held = 0
  for (let at = from; at < stop; at++) {
    const value = VALUES[wire.charCodeAt(at)] ?? -1
    if (value < 0) return undefined
    held = (held << 6) | value
    bits += 6
    if (bits < 16) continue
    bits -= 16
    const unit = held >>> bits
    if (isDirect(unit)) return undefined
    units += String.fromCharCode(unit)
    held &= (1 << bits) - 1
  }
  return bits < 6 && held === 0 ? units : undefined
}

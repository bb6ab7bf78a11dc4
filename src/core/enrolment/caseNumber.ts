// The number of a case, as people read it aloud and write it by hand, and the text of its QR.
import { createHash } from 'node:crypto'
import { fromLatin1 } from '../lib/bytes.ts'

/**
 * 29 symbols, none of which looks like another: O, I, L, Z, S and B are read as the digits they resemble, U as V. Their
 * number is a prime, which the check character needs.
 */
const ALPHABET = '0123456789ACDEFGHJKMNPQRTVWXY'
const MODULUS = 29
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', U: 'V' }

/** Symbols drawn by chance; 29^7 numbers a year. */
const DRAWN = 7
const SPACE = BigInt(MODULUS ** DRAWN)

/**
 * The check character: the weighted sum of all ten symbols is zero modulo a prime. Weights differ and none is zero, so
 * one wrong symbol and two that changed places, anywhere, are always found.
 */
const checkSymbol = (nine: string): string => {
  let sum = 0
  for (let i = 0; i < nine.length; i++) sum += ALPHABET.indexOf(nine[i]!) * (i + 2)
  return ALPHABET[(MODULUS - (sum % MODULUS)) % MODULUS]!
}

const print = (ten: string): string => `${ten.slice(0, 2)}-${ten.slice(2, 6)}-${ten.slice(6)}`

/** A case number, like `26-7K3M-9QXT`, from the year and at least eight bytes drawn by chance. */
export const makeCaseNumber = (year: number, random: Uint8Array): string => {
  if (random.length < 8) throw new RangeError('a case number wants eight bytes')
  let left = 0n
  for (const byte of random.subarray(0, 8)) left = left * 256n + BigInt(byte)
  left %= SPACE
  let nine = String(year % 100).padStart(2, '0')
  for (let i = 0; i < DRAWN; i++) {
    nine += ALPHABET[Number(left % BigInt(MODULUS))]!
    left /= BigInt(MODULUS)
  }
  return print(nine + checkSymbol(nine))
}

/** A case number as somebody typed it, brought to its form; undefined where it is not one or its check fails. */
export const parseCaseNumber = (typed: string): string | undefined => {
  const symbols = typed
    .toUpperCase()
    .replace(/[\s.\-–—_/]+/g, '')
    .replace(/[OILZSBU]/g, (symbol) => LOOKS_LIKE[symbol]!)
  if (symbols.length !== 10 || !/^\d\d/.test(symbols)) return undefined
  if ([...symbols].some((symbol) => !ALPHABET.includes(symbol))) return undefined
  return checkSymbol(symbols.slice(0, 9)) === symbols[9] ? print(symbols) : undefined
}

/** Case numbers that stand in a text, such as the subject of an e-mail or the name of a file. */
export const findCaseNumbers = (text: string): readonly string[] => {
  const found = new Set<string>()
  for (const [written] of text.matchAll(
    /(?<![0-9A-Za-z])\d[\dOIl][-–— _.]?[0-9A-Za-z]{4}[-–— _.]?[0-9A-Za-z]{4}(?![0-9A-Za-z])/g,
  )) {
    const number = parseCaseNumber(written)
    if (number) found.add(number)
  }
  return [...found]
}

const QR_FORM = /^CERALACCA:1:([0-9A-Z-]{12}):([0-9A-F]{6})$/

const qrCheck = (caseNumber: string): string =>
  createHash('sha256')
    .update(fromLatin1(`CERALACCA:1:${caseNumber}`))
    .digest('hex')
    .slice(0, 6)
    .toUpperCase()

/** The text of a case's QR. Its characters are those of the QR's alphanumeric mode, so that its modules are large. */
export const caseQrText = (caseNumber: string): string => `CERALACCA:1:${caseNumber}:${qrCheck(caseNumber)}`

/** The case number in the text of a QR; undefined where it is another QR or was misread. */
export const readCaseQr = (text: string): string | undefined => {
  const found = QR_FORM.exec(text.trim())
  const number = found && parseCaseNumber(found[1]!)
  return number && number === found[1] && qrCheck(number) === found[2] ? number : undefined
}

// Conversions between bytes and text that behave alike in Node and in a browser.

type Slice = (this: Uint8Array, start: number, end: number) => string
type BufferLike = {
  from(data: string, encoding: string): Uint8Array
  allocUnsafe(size: number): Uint8Array
  readonly poolSize: number
  readonly prototype: { readonly latin1Slice: Slice; readonly base64Slice: Slice; readonly hexSlice: Slice }
}
/** Node's Buffer where there is one: same results, several times faster. Its methods take any Uint8Array. */
const fast = (globalThis as unknown as { Buffer?: BufferLike }).Buffer

const utf8Encoder = new TextEncoder()
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text whose code units are all below 256, one byte each (ISO-8859-1); higher bits are dropped. */
export const fromLatin1 = (text: string): Uint8Array => {
  if (fast) return fast.from(text, 'latin1')
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i) & 0xff)
}

/** Bytes as text, one code unit a byte: reversible for any bytes. */
export const toLatin1 = (bytes: Uint8Array, start = 0, end = bytes.length): string => {
  if (fast) return fast.prototype.latin1Slice.call(bytes, start, Math.min(end, bytes.length))
  let text = ''
  for (let at = start; at < end; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 8192, end)))
  return text
}

/** Text as UTF-8. */
export const fromUtf8 = (text: string): Uint8Array => (fast ? fast.from(text, 'utf8') : utf8Encoder.encode(text))

/** UTF-8 as text; malformed sequences become U+FFFD. */
export const toUtf8 = (bytes: Uint8Array): string => utf8Decoder.decode(bytes)

/** UTF-8 as text, or undefined where the bytes are not UTF-8. */
export const toUtf8Strict = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** An array to be written over. Small ones share a larger one: each of its own costs an allocation and a finaliser. */
const unsafe = (length: number): Uint8Array => {
  if (!fast || length * 2 >= fast.poolSize) return new Uint8Array(length)
  const pooled = fast.allocUnsafe(length)
  // not a Buffer: its slice() would be a view
  return new Uint8Array(pooled.buffer, pooled.byteOffset, length)
}

/** The arrays one after the other, in a new array. */
export const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of parts) length += part.length
  const whole = unsafe(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Base64 (RFC 4648 §4) without line breaks. */
export const toBase64 = (bytes: Uint8Array): string => {
  if (fast) return fast.prototype.base64Slice.call(bytes, 0, bytes.length)
  return btoa(toLatin1(bytes))
}

/** Base64 in lines of 76 characters ended by CRLF, the last one too (RFC 2045 §6.8). */
export const toBase64Lines = (bytes: Uint8Array): string => {
  const text = toBase64(bytes)
  let lines = ''
  for (let at = 0; at < text.length; at += 76) lines += `${text.slice(at, at + 76)}\r\n`
  return lines
}

/** Decodes base64, passing over whatever is not of its alphabet, as RFC 2045 §6.8 asks of a reader. */
export const fromBase64 = (text: string): Uint8Array => {
  if (fast) return fast.from(text, 'base64')
  const clean = text.replace(/[^A-Za-z0-9+/]/g, '')
  return fromLatin1(atob(clean.slice(0, clean.length - (clean.length % 4 === 1 ? 1 : 0))))
}

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string =>
  fast
    ? fast.prototype.hexSlice.call(bytes, 0, bytes.length)
    : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Whether two arrays hold the same bytes. Not for secrets: it stops at the first difference. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

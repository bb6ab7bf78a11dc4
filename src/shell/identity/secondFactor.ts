// The second factor: codes by time (RFC 6238), and recovery codes for who has lost the telephone.
import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { toString as drawQr } from 'qrcode'
import type { Instant } from '../../core/lib/instant.ts'

const SECRET_BYTES = 20 // RFC 4226 §4 R6
const PERIOD_SECONDS = 30
/** A code of the step before or after is taken: clocks of telephones differ. RFC 6238 §5.2 */
const WINDOW = 1
const RECOVERY_CODES = 10
/** 80 random bits each: nobody guesses one, so a plain digest keeps them. */
const RECOVERY_BYTES = 10

const totpOf = (secret: Uint8Array, issuer: string, label: string): TOTP =>
  new TOTP({
    issuer,
    label,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  })

export const newTotpSecret = (): Uint8Array => Uint8Array.from(randomBytes(SECRET_BYTES))

export type Enrolling = { readonly secret: string; readonly uri: string; readonly qrSvg: string }

/** What an authenticator app is shown: the URI as a QR, and the secret to type. */
export const showTotp = async (secret: Uint8Array, issuer: string, email: string): Promise<Enrolling> => {
  const totp = totpOf(secret, issuer.replaceAll(':', ' '), email)
  const uri = totp.toString()
  const qrSvg = await drawQr(uri, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 })
  return { secret: totp.secret.base32.replace(/(.{4})(?=.)/g, '$1 '), uri, qrSvg }
}

/** The step of time that a code is of; undefined where it is of none near. */
export const stepOfCode = (secret: Uint8Array, code: string, now: Instant): number | undefined => {
  const digits = code.replace(/[\s-]/g, '')
  if (!/^\d{6}$/.test(digits)) return undefined
  const delta = totpOf(secret, '', '').validate({ token: digits, timestamp: now, window: WINDOW })
  return delta === null ? undefined : Math.floor(now / 1_000 / PERIOD_SECONDS) + delta
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** New recovery codes, as they are shown once: four groups of four. */
export const newRecoveryCodes = (): readonly string[] =>
  Array.from({ length: RECOVERY_CODES }, () => {
    let bits = 0n
    for (const byte of randomBytes(RECOVERY_BYTES)) bits = bits * 256n + BigInt(byte)
    let text = ''
    for (let i = 0; i < 16; i++) {
      text += BASE32[Number(bits & 31n)]
      bits >>= 5n
    }
    return text.replace(/(.{4})(?=.)/g, '$1-')
  })

/** A recovery code as it is compared; undefined where it is none. */
const bareRecovery = (code: string): string | undefined => {
  // what is misread: there is no 0, 1 or 8 among the characters
  const bare = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B')
  return /^[A-Z2-7]{16}$/.test(bare) ? bare : undefined
}

/** What is kept of an owner's recovery code; undefined where the text is none. */
export const hashRecovery = (owner: number | string, code: string): Buffer | undefined => {
  const bare = bareRecovery(code)
  return bare === undefined ? undefined : createHash('sha256').update(`recovery ${owner} ${bare}`).digest()
}

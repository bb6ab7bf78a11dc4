// Passwords for mail programs: how they are written, and what each is good for.

/** What a password of a program may open. */
export const APP_SCOPES = ['imap', 'pop3', 'smtp'] as const
export type AppScope = (typeof APP_SCOPES)[number]

/** The scope that a service asks for; none: app passwords do not open it. */
export const SCOPE_OF = {
  imap: 'imap',
  jmap: 'imap',
  pop3: 'pop3',
  submission: 'smtp',
  http: undefined,
} as const satisfies Record<string, AppScope | undefined>

/** Random bytes of a secret: nobody guesses eighty bits over a network. */
export const APP_SECRET_BYTES = 10
/** More than anybody has programs; fewer than would slow a list. */
export const APP_PASSWORDS_MOST = 50

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** A secret as it is shown, once: four groups of four letters and digits, none of which is mistaken for another. */
export const showAppSecret = (random: Uint8Array): string => {
  if (random.length !== APP_SECRET_BYTES) throw new RangeError('an app password is made of ten random bytes')
  let bits = 0n
  for (const byte of random) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < 16; i++) {
    text = ALPHABET[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** A secret as it is compared, however it was typed; undefined where the text is none. */
export const bareAppSecret = (typed: string): string | undefined => {
  // there is no 0, 1 or 8 among the characters
  const bare = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('8', 'b')
  return /^[a-z2-7]{16}$/.test(bare) ? bare : undefined
}

// The client's side of SASL exchanges.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The client-final-message for a challenge, with the proof of the password. */
export const scramProof = (
  first: { readonly bare: string; readonly gs2Header: string },
  challenge: string,
  password: string,
): string => {
  const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=([0-9]+)$/.exec(challenge) ?? []
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const unsigned = `c=${Buffer.from(first.gs2Header).toString('base64')},r=${nonce}`
  const signature = hmac(createHash('sha256').update(clientKey).digest(), `${first.bare},${challenge},${unsigned}`)
  return `${unsigned},p=${Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!)).toString('base64')}`
}

/** Text as base64. */
export const b64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** A client that does SCRAM-SHA-256: the initial response, and the answer to each challenge. */
export const scramClient = (username: string, password: string) => {
  const first = { gs2Header: 'n,,', bare: `n=${username},r=fyko+d2lbbFgONRv9qkxdawL` }
  const answer = (challenge: string): string => {
    const text = Buffer.from(challenge, 'base64').toString('utf8')
    return text.startsWith('v=') ? '' : b64(scramProof(first, text, password))
  }
  return { initial: b64(first.gs2Header + first.bare), answer }
}

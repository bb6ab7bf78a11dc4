// An authenticator of passkeys in software, for tests of the server: P-256, no attestation.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()
const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
const bytesOf = (value: Uint8Array): Buffer => {
  const length = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 255]
  return Buffer.concat([Buffer.from(length), value])
}
const counterOf = (counter: number): Buffer => {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(counter)
  return out
}

export type Signing = { readonly origin?: string; readonly counter?: number; readonly verified?: boolean }

/** Makes one at an origin. */
export const makeAuthenticator = (home: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  const rp = sha256(new URL(home).hostname)
  let uses = 0
  const clientData = (type: string, challenge: unknown, origin: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const shell = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' }

  return {
    create: ({ challenge }: { readonly challenge: string }) => {
      const { x, y } = publicKey.export({ format: 'jwk' })
      const cose = Buffer.concat([
        Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
        bytesOf(Buffer.from(x!, 'base64url')),
        Buffer.from([0x22]),
        bytesOf(Buffer.from(y!, 'base64url')),
      ])
      const length = Buffer.from([0, id.length])
      // user present, user verified, with a credential
      const data = Buffer.concat([rp, Buffer.from([0x45]), counterOf(0), Buffer.alloc(16), length, id, cose])
      const object = [Buffer.from([0xa3]), text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])]
      const attestationObject = Buffer.concat([...object, text('authData'), bytesOf(data)]).toString('base64url')
      const clientDataJSON = clientData('webauthn.create', challenge, home).toString('base64url')
      return { ...shell, response: { clientDataJSON, attestationObject, transports: [] }, clientExtensionResults: {} }
    },
    get: ({ challenge }: { readonly challenge: string }, { origin = home, counter, verified = true }: Signing = {}) => {
      uses = counter ?? uses + 1
      const data = Buffer.concat([rp, Buffer.from([verified ? 0x05 : 0x01]), counterOf(uses)])
      const client = clientData('webauthn.get', challenge, origin)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      const response = {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      }
      return { ...shell, response, clientExtensionResults: {} }
    },
  }
}

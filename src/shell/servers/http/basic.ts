// The credentials of HTTP Basic (RFC 7617).

const LIMIT = 2_048

/** User name and password of an Authorization field; undefined where it holds none that can be read. */
export const readBasic = (
  authorization: string | undefined,
): { readonly username: string; readonly password: string } | undefined => {
  if (authorization === undefined || authorization.length > LIMIT) return undefined
  const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  if (token === undefined) return undefined
  const text = Buffer.from(token, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  // RFC 7617 §2: neither may hold control characters
  if (colon < 1 || /[\x00-\x1f\x7f]/.test(text)) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

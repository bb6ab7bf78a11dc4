// What a server says that it can do, as a client reads it from its reply to EHLO (RFC 5321 §4.1.1.1).

export type ServerExtensions = {
  readonly pipelining: boolean
  readonly chunking: boolean
  readonly eightBit: boolean
  readonly startTls: boolean
  /** SIZE is known as a parameter. */
  readonly size: boolean
  /** Bytes of the largest message taken; undefined where not told (RFC 1870 §4: 0 means no limit told). */
  readonly maxMessageBytes?: number | undefined
}

/** A server that knows HELO only. */
export const NO_EXTENSIONS: ServerExtensions = {
  pipelining: false,
  chunking: false,
  eightBit: false,
  startTls: false,
  size: false,
}

/** Reads the lines of a positive reply to EHLO; the first one is the server's name. */
export const parseExtensions = (lines: readonly string[]): ServerExtensions => {
  const said = new Map<string, string>()
  for (const line of lines.slice(1)) {
    const [keyword = '', ...parameters] = line.trim().split(/ +/)
    said.set(keyword.toUpperCase(), parameters.join(' '))
  }
  const size = said.get('SIZE')
  const limit = size !== undefined && /^[0-9]{1,15}$/.test(size) ? Number(size) : 0
  return {
    pipelining: said.has('PIPELINING'),
    chunking: said.has('CHUNKING'),
    eightBit: said.has('8BITMIME'),
    startTls: said.has('STARTTLS'),
    size: size !== undefined,
    maxMessageBytes: limit > 0 ? limit : undefined,
  }
}

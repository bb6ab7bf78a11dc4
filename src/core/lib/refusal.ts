// The three kinds of error: a Refusal is a value (the rules say no), a Fault is thrown (the world failed and
// may pass), anything else is a bug of ours.

/** The world failed: the named port could not do its work now. Retried with back-off; SMTP 4xx, HTTP 503. */
export class Fault extends Error {
  readonly port: string
  constructor(port: string, message: string, options?: { cause?: unknown }) {
    super(`${port}: ${message}`, options)
    this.name = 'Fault'
    this.port = port
  }
}

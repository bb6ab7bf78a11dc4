// What the IMAP server says it can do, by the state of the connection: each name with its source.

/** What the names told depend on. */
export type CapabilityState = {
  readonly authenticated: boolean
  /** The connection is encrypted. */
  readonly encrypted: boolean
  /** STARTTLS can be said: in clear, on a listener that has a certificate. */
  readonly startTls: boolean
  /** Passwords may be sent now: on an encrypted connection, or where the operator allows it in clear. */
  readonly loginAllowed: boolean
  /** SASL mechanisms that can be used now. */
  readonly mechanisms: readonly string[]
  /** COMPRESS is in use (RFC 4978 §3: then it is not offered). */
  readonly compressed: boolean
  /** Largest message of APPEND, in bytes (RFC 7889 §3.1). */
  readonly appendLimit: number
}

/** Known to everyone who connects. */
const ALWAYS: readonly string[] = [
  'IMAP4rev2', // RFC 9051
  'IMAP4rev1', // RFC 3501
  'SASL-IR', // RFC 4959
  'LITERAL+', // RFC 7888 §5: never together with LITERAL-, which it includes
  'ID', // RFC 2971
  'ENABLE', // RFC 5161
]

/** Told once somebody has signed in. */
const SIGNED_IN: readonly string[] = [
  'IDLE', // RFC 2177
  'NAMESPACE', // RFC 2342
  'CHILDREN', // RFC 3348
  'UIDPLUS', // RFC 4315
  'UNSELECT', // RFC 3691
  'MOVE', // RFC 6851
  'MULTIAPPEND', // RFC 3502
  'BINARY', // RFC 3516
  'ESEARCH', // RFC 4731
  'SEARCHRES', // RFC 5182
  'WITHIN', // RFC 5032
  'SORT', // RFC 5256
  'SORT=DISPLAY', // RFC 5957
  'THREAD=ORDEREDSUBJECT', // RFC 5256
  'THREAD=REFERENCES', // RFC 5256
  'LIST-EXTENDED', // RFC 5258
  'LIST-STATUS', // RFC 5819
  'SPECIAL-USE', // RFC 6154
  'CREATE-SPECIAL-USE', // RFC 6154
  'STATUS=SIZE', // RFC 8438
  'CONDSTORE', // RFC 7162
  'QRESYNC', // RFC 7162
  'QUOTA', // RFC 9208
  'QUOTA=RES-STORAGE', // RFC 9208 §5.1
  'QUOTA=RES-MESSAGE', // RFC 9208 §5.2
  'OBJECTID', // RFC 8474
  'PREVIEW', // RFC 8970
  'SAVEDATE', // RFC 8514
  'UTF8=ACCEPT', // RFC 6855
]

/** Names of the capabilities, in the order in which they are told. */
export const capabilities = (state: CapabilityState): readonly string[] => {
  if (state.authenticated) {
    const compress = state.compressed ? [] : ['COMPRESS=DEFLATE'] // RFC 4978
    return [...ALWAYS, ...SIGNED_IN, `APPENDLIMIT=${state.appendLimit}`, ...compress]
  }
  const startTls = state.startTls && !state.encrypted ? ['STARTTLS'] : [] // RFC 9051 §6.2.1
  const login = state.loginAllowed ? [] : ['LOGINDISABLED'] // RFC 9051 §6.2.3
  return [...ALWAYS, ...startTls, ...login, ...state.mechanisms.map((name) => `AUTH=${name}`)]
}

/** What ENABLE turns on here: the others it passes over (RFC 5161 §3.1). */
export const ENABLEABLE: readonly string[] = ['IMAP4REV2', 'UTF8=ACCEPT', 'CONDSTORE', 'QRESYNC']

// Errors as application/problem+json (RFC 9457), in Italian or English as the client prefers.

type Row = { readonly status: number; readonly it: string; readonly en: string }

const PROBLEMS = {
  badRequest: { status: 400, it: 'La richiesta non è valida', en: 'The request is not valid' },
  unauthorized: {
    status: 401,
    it: 'Servono l’indirizzo della casella e la sua password',
    en: 'The address of the mailbox and its password are needed',
  },
  notFound: { status: 404, it: 'Non esiste', en: 'There is no such thing' },
  tooLarge: { status: 413, it: 'La richiesta è troppo grande', en: 'The request is too large' },
  overQuota: { status: 507, it: 'La casella non ha posto', en: 'The mailbox has no room' },
  tooManyAttempts: {
    status: 429,
    it: 'Troppi tentativi di accesso falliti: riprovare più tardi',
    en: 'Too many failed attempts to sign in: try again later',
  },
  internal: { status: 500, it: 'Errore del sistema', en: 'System error' },
  unavailable: {
    status: 503,
    it: 'Servizio momentaneamente non disponibile',
    en: 'The service is not available at the moment',
  },
} satisfies Record<string, Row>

export type ProblemCode = keyof typeof PROBLEMS

export type Problem = {
  readonly status: number
  readonly language: 'it' | 'en'
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly type: string
    readonly title: string
    readonly status: number
    readonly code: ProblemCode
    readonly detail?: string
    /** Names the line of the log that tells of a bug. */
    readonly reference?: string
  }
}

const quality = (range: string): number => {
  const q = /;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/.exec(range)?.[1]
  return q === undefined ? 1 : Number(q)
}

/** The better of the two languages for an Accept-Language field (RFC 9110 §12.5.4); Italian where it does not say. */
export const languageFor = (accepted: string | undefined): 'it' | 'en' => {
  const of = (language: string): number =>
    Math.max(
      0,
      ...(accepted ?? '')
        .slice(0, 500)
        .toLowerCase()
        .split(',')
        .filter((range) => new RegExp(`^\\s*${language}(-[a-z0-9-]+)?\\s*(;|$)`).test(range))
        .map(quality),
    )
  return of('en') > of('it') ? 'en' : 'it'
}

const headersOf = (code: ProblemCode): Readonly<Record<string, string>> => {
  if (code === 'unauthorized') return { 'www-authenticate': 'Basic realm="ceralacca", charset="UTF-8"' } // RFC 7617 §2
  if (code === 'tooManyAttempts') return { 'retry-after': '60' }
  return code === 'unavailable' ? { 'retry-after': '10' } : {}
}

/** A problem for a client that accepts the given languages. */
export const problem = (
  code: ProblemCode,
  acceptLanguage: string | undefined,
  more: { readonly detail?: string; readonly reference?: string } = {},
): Problem => {
  const row = PROBLEMS[code]
  const language = languageFor(acceptLanguage)
  return {
    status: row.status,
    language,
    headers: headersOf(code),
    body: { type: `urn:ceralacca:problem:${code}`, title: row[language], status: row.status, code, ...more },
  }
}

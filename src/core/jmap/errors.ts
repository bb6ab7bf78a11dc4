// Errors of JMAP: of a whole request (RFC 8620 §3.6.1), of one method call (§3.6.2), of one object of a set (§5.3).

/** Sent as application/problem+json with this type. */
export type RequestErrorType = 'unknownCapability' | 'notJSON' | 'notRequest' | 'limit'

export type RequestError = {
  readonly requestError: RequestErrorType
  readonly detail: string
  /** Which limit, where it is one. */
  readonly limit?: string | undefined
}

export type MethodErrorType =
  | 'serverUnavailable'
  | 'serverFail'
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'forbidden'
  | 'accountNotFound'
  | 'accountNotSupportedByMethod'
  | 'accountReadOnly'
  | 'requestTooLarge'
  | 'cannotCalculateChanges'
  | 'tooManyChanges'
  | 'stateMismatch'
  | 'anchorNotFound'
  | 'unsupportedSort'
  | 'unsupportedFilter'
  | 'unknownDataType'
  | 'fromAccountNotFound'
  | 'fromAccountNotSupportedByMethod'

export type MethodError = {
  readonly methodError: MethodErrorType
  readonly description?: string | undefined
  /** Names of the arguments that are wrong. */
  readonly arguments?: readonly string[] | undefined
  /** Further properties of the error. */
  readonly more?: Readonly<Record<string, unknown>> | undefined
}

/** An error of one object of a /set, as it is told. */
export type SetError = {
  readonly type: string
  readonly description?: string
  readonly properties?: readonly string[]
  readonly [more: string]: unknown
}

export const isMethodError = (value: object): value is MethodError => 'methodError' in value

export const methodError = (type: MethodErrorType, description?: string): MethodError => ({
  methodError: type,
  description,
})

/** A method error as the arguments of its response. */
export const printMethodError = ({ methodError: type, description, arguments: names, more }: MethodError) => ({
  type,
  ...(description === undefined ? {} : { description }),
  ...(names === undefined ? {} : { arguments: names }),
  ...more,
})

/** The status of HTTP and the body for an error of a whole request. */
export const printRequestError = ({ requestError, detail, limit }: RequestError) => ({
  type: `urn:ietf:params:jmap:error:${requestError}`,
  status: 400,
  detail,
  ...(limit === undefined ? {} : { limit }),
})

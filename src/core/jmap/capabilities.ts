// The capabilities of this server, its limits, and the session object that tells of them (RFC 8620 §2, RFC 8621 §1.3).
import { MAX_DELAYED_SEND_SECONDS } from './release.ts'
import { SOCKET_PATH } from './socket.ts'

export const CORE = 'urn:ietf:params:jmap:core'
export const MAIL = 'urn:ietf:params:jmap:mail'
export const SUBMISSION = 'urn:ietf:params:jmap:submission'
export const QUOTA = 'urn:ietf:params:jmap:quota'
export const BLOB = 'urn:ietf:params:jmap:blob'
export const WEBSOCKET = 'urn:ietf:params:jmap:websocket'
export const VAPID = 'urn:ietf:params:jmap:webpush-vapid'
/** RFC 9219: properties and conditions of Email, no methods. */
export const SMIME = 'urn:ietf:params:jmap:smimeverify'
/** RFC 9007 */
export const MDN = 'urn:ietf:params:jmap:mdn'
/** Our own: docs/flows/jmap-pec.md. */
export const PEC = 'urn:ceralacca:pec'

export const CAPABILITIES = [CORE, MAIL, SUBMISSION, QUOTA, BLOB, WEBSOCKET, VAPID, SMIME, MDN, PEC] as const
export type Capability = (typeof CAPABILITIES)[number]

export const LIMITS = {
  maxSizeUpload: 100 * 1024 * 1024,
  maxConcurrentUpload: 8,
  maxSizeRequest: 10 * 1024 * 1024,
  maxConcurrentRequests: 16,
  maxCallsInRequest: 64,
  maxObjectsInGet: 1_000,
  maxObjectsInSet: 1_000,
} as const

/** Ids that a query gives at once, where the client does not ask for fewer. */
export const MOST_QUERIED = 10_000

export const EMAIL_SORTS = [
  'receivedAt',
  'sentAt',
  'size',
  'from',
  'to',
  'subject',
  'hasKeyword',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
] as const

const COLLATIONS = ['i;ascii-casemap', 'i;unicode-casemap', 'i;octet'] as const

export type AccountFacts = {
  readonly accountId: string
  /** The address of the box. */
  readonly name: string
  /** The holder's own; a collaborator's is somebody else's. */
  readonly isPersonal: boolean
  readonly isReadOnly: boolean
  /** Whether what is sent from here is accepted. */
  readonly sends: boolean
  readonly maxSizeAttachments: number
  readonly pec: PecFacts
}

/** What the provider tells of certified mail. */
export type PecFacts = {
  readonly provider: string
  readonly maxRecipients: number
  /** Size in bytes times number of recipients (DM 2 Nov 2005 art. 12). */
  readonly maxSizeTimesRecipients: number
}

/** Seconds in which a message may be called back. */
export const LEAST_UNDO_SECONDS = 0
export const MOST_UNDO_SECONDS = 60

/** What an account can do, by capability. */
const accountCapabilities = (account: AccountFacts, baseUrl: string, offered: ReadonlySet<Capability>) => ({
  [CORE]: {},
  [MAIL]: {
    maxMailboxesPerEmail: null,
    maxMailboxDepth: 20,
    maxSizeMailboxName: 255,
    maxSizeAttachmentsPerEmail: account.maxSizeAttachments,
    emailQuerySortOptions: EMAIL_SORTS,
    mayCreateTopLevelMailbox: !account.isReadOnly,
  },
  ...(offered.has(SUBMISSION) && account.sends
    ? { [SUBMISSION]: { maxDelayedSend: MAX_DELAYED_SEND_SECONDS, submissionExtensions: { FUTURERELEASE: [] } } }
    : {}),
  ...(offered.has(PEC)
    ? {
        [PEC]: {
          ...account.pec,
          minUndoSeconds: LEAST_UNDO_SECONDS,
          maxUndoSeconds: MOST_UNDO_SECONDS,
          evidenceUrl: `${baseUrl}/jmap/evidence/{accountId}/{identifier}`,
        },
      }
    : {}),
  ...Object.fromEntries([QUOTA, SMIME, MDN].filter((one) => offered.has(one as Capability)).map((one) => [one, {}])),
  ...(offered.has(BLOB)
    ? {
        [BLOB]: {
          maxSizeBlobSet: LIMITS.maxSizeUpload,
          maxDataSources: 64,
          supportedTypeNames: ['Email', 'Mailbox', 'Thread'],
          supportedDigestAlgorithms: ['sha', 'sha-256', 'sha-512'],
        },
      }
    : {}),
})

/** RFC 8887 §3 */
const socketCapability = (baseUrl: string) => ({
  url: `${baseUrl.replace(/^http/, 'ws')}${SOCKET_PATH}`,
  supportsPush: true,
})

export type SessionFacts = {
  readonly username: string
  readonly account: AccountFacts
  /** Where this server is reached, without a slash at the end. */
  readonly baseUrl: string
  readonly offered: ReadonlySet<Capability>
  /** By which pushes are signed, in base64url; where some are. */
  readonly vapidKey: string | undefined
}

/** The session object, without its state. */
export const sessionObject = ({ username, account, baseUrl, offered, vapidKey }: SessionFacts) => {
  const own = accountCapabilities(account, baseUrl, offered)
  return {
    capabilities: {
      [CORE]: { ...LIMITS, collationAlgorithms: COLLATIONS },
      ...Object.fromEntries(
        [...offered]
          .filter((one) => one !== CORE)
          .map((one) => [one, one === WEBSOCKET ? socketCapability(baseUrl) : {}]),
      ),
      ...(vapidKey === undefined ? {} : { [VAPID]: { applicationServerKey: vapidKey } }),
    },
    accounts: {
      [account.accountId]: {
        name: account.name,
        isPersonal: account.isPersonal,
        isReadOnly: account.isReadOnly,
        accountCapabilities: own,
      },
    },
    primaryAccounts: Object.fromEntries(
      Object.keys(own)
        .filter((one) => one !== CORE)
        .map((one) => [one, account.accountId]),
    ),
    username,
    apiUrl: `${baseUrl}/jmap`,
    downloadUrl: `${baseUrl}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${baseUrl}/jmap/upload/{accountId}`,
    eventSourceUrl: `${baseUrl}/jmap/events?types={types}&closeafter={closeafter}&ping={ping}`,
  }
}

export const isCollation = (name: string): boolean => (COLLATIONS as readonly string[]).includes(name)

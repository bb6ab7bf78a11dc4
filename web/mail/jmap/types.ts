// What the webmail asks of JMAP, as far as it asks for it (RFC 8620, RFC 8621).

/** RFC 8621 §4.1.2.3 */
export type Person = { readonly name: string | null; readonly email: string }

/** RFC 8621 §2 */
export type Folder = {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  readonly role: string | null
  readonly sortOrder: number
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
  readonly myRights: {
    readonly mayAddItems: boolean
    readonly mayRemoveItems: boolean
    readonly maySetSeen: boolean
    readonly maySetKeywords: boolean
    readonly mayCreateChild: boolean
    readonly mayRename: boolean
    readonly mayDelete: boolean
    readonly maySubmit: boolean
  }
}

/** RFC 8621 §4.1.4 */
export type Part = {
  readonly partId: string | null
  readonly blobId: string | null
  readonly size: number
  readonly name: string | null
  readonly type: string
  readonly charset: string | null
  readonly disposition: string | null
  readonly cid: string | null
  readonly subParts?: readonly Part[] | null
}

export type BodyValue = {
  readonly value: string
  readonly isEncodingProblem: boolean
  readonly isTruncated: boolean
}

/** An Email; of its properties those that were asked for are there. */
export type Email = {
  readonly id: string
  readonly blobId: string
  readonly threadId: string
  readonly mailboxIds: Readonly<Record<string, true>>
  readonly keywords: Readonly<Record<string, true>>
  readonly size: number
  readonly receivedAt: string
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly from: readonly Person[] | null
  readonly to: readonly Person[] | null
  readonly cc: readonly Person[] | null
  readonly replyTo: readonly Person[] | null
  readonly subject: string | null
  readonly sentAt: string | null
  readonly preview: string
  readonly hasAttachment: boolean
  readonly textBody: readonly Part[]
  readonly htmlBody: readonly Part[]
  readonly attachments: readonly Part[]
  readonly bodyValues: Readonly<Record<string, BodyValue>>
}

export type Got<T> = { readonly list: readonly T[]; readonly notFound: readonly string[]; readonly state: string }

export type Queried = {
  readonly ids: readonly string[]
  readonly position: number
  readonly total?: number
  readonly queryState: string
  readonly canCalculateChanges: boolean
}

/** RFC 8620 §5.3 */
export type SetError = { readonly type: string; readonly description?: string; readonly properties?: readonly string[] }
export type Done = {
  readonly oldState: string | null
  readonly newState: string
  readonly created?: Readonly<Record<string, { readonly id: string; readonly [name: string]: unknown }>> | null
  readonly updated?: Readonly<Record<string, unknown>> | null
  readonly destroyed?: readonly string[] | null
  readonly notCreated?: Readonly<Record<string, SetError>> | null
  readonly notUpdated?: Readonly<Record<string, SetError>> | null
  readonly notDestroyed?: Readonly<Record<string, SetError>> | null
}

/** RFC 8621 §6 */
export type Identity = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly textSignature: string
  readonly htmlSignature: string
  readonly replyTo: readonly Person[] | null
}

/** RFC 8620 §2, with what the capability of certified mail says of the account. */
export type Session = {
  readonly username: string
  readonly apiUrl: string
  readonly downloadUrl: string
  readonly uploadUrl: string
  readonly eventSourceUrl: string
  readonly state: string
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly primaryAccounts: Readonly<Record<string, string>>
  readonly accounts: Readonly<
    Record<
      string,
      {
        readonly name: string
        readonly isPersonal: boolean
        readonly isReadOnly: boolean
        readonly accountCapabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
      }
    >
  >
}

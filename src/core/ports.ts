// The ports: what the shell gives to the use cases. Each has a real implementation, a fake one where the
// real one cannot run in a test, and one contract suite under test/contracts that both pass.
import type { PostAnswer } from './identity/alertDelivery.ts'
import type { Instant } from './lib/instant.ts'
import type { ContentId, Rope } from './lib/rope.ts'

/** The one clock. Tests move a fake one. */
export type Clock = {
  readonly now: () => Instant
}

/** Holds the private key: nothing else ever touches it (RFC 6109 §5.1). */
export type Signer = {
  readonly algorithm: 'rsa-sha256' | 'ecdsa-sha256'
  /** The signing certificate, DER. */
  readonly certificate: Uint8Array
  /** Issuing certificates up to but without the root, DER. */
  readonly chain: readonly Uint8Array[]
  /** Signature over the bytes (PKCS#1 v1.5, or ECDSA as DER). Throws Fault('signer'). */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

export type ScanVerdict = { readonly kind: 'clean' } | { readonly kind: 'infected'; readonly signature: string }

/** Antivirus. It never alters what it reads. */
export type Scanner = {
  readonly name: string
  /** Throws Fault('scanner') where no verdict can be had: nothing passes unscanned. */
  readonly scan: (bytes: AsyncIterable<Uint8Array>) => Promise<ScanVerdict>
}

/** Write-once store of large blobs, addressed by SHA-256 (lower-case hex). */
export type BlobStore = {
  /** Starts a blob; `finish` makes it durable (file and directory synced) and gives its address. */
  readonly create: () => Promise<BlobWriter>
  readonly read: (sha256: string, offset: number, length: number) => AsyncIterable<Uint8Array>
  readonly list: () => AsyncIterable<{
    readonly sha256: string
    readonly writtenAt: Instant
    readonly sizeBytes: number
  }>
  /** Removes a blob; with `before`, only where it was last written before that instant. */
  readonly remove: (sha256: string, before?: Instant) => Promise<void>
  /** Removes what unfinished writers left before that instant. */
  readonly tidy?: (before: Instant) => Promise<void>
}
export type BlobWriter = {
  readonly write: (chunk: Uint8Array) => Promise<void>
  readonly finish: () => Promise<{ readonly sha256: string; readonly sizeBytes: number }>
  readonly abandon: () => Promise<void>
}

export type MxHost = {
  readonly host: string
  readonly port: number
  /** Name that the TLS certificate must carry; the host unless a route says otherwise. */
  readonly tlsName: string
}
/** Finds where a domain's mail goes, best first (RFC 5321 §5.1). Empty: the domain does not exist or takes no mail. */
export type Resolver = {
  /** Throws Fault('resolver') where DNS gives no answer now. */
  readonly mx: (domain: string) => Promise<readonly MxHost[]>
}

export type RecipientOutcome =
  | { readonly kind: 'delivered'; readonly reply: string }
  | { readonly kind: 'permanent'; readonly code: string; readonly reply: string }
  | { readonly kind: 'temporary'; readonly code: string; readonly reply: string }

/** Sends one message to the MX of one domain. */
export type Transport = {
  readonly send: (message: {
    readonly domain: string
    readonly reversePath: string
    readonly forwardPaths: readonly string[]
    readonly sizeBytes: number
    readonly content: () => AsyncIterable<Uint8Array>
    /** Towards certified domains TLS is required and verified (RFC 6109 §5.3). */
    readonly requireTls: boolean
  }) => Promise<ReadonlyMap<string, RecipientOutcome>>
  readonly close: () => Promise<void>
}

/** Fetches a URL of the directory's distribution (HTTPS). */
export type Fetcher = {
  /** Throws Fault('directory'). */
  readonly get: (url: string, limitBytes: number) => Promise<Uint8Array>
}

export type PostRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Posts to addresses that people and browsers gave us; never into our own network. Throws nothing. */
export type Poster = {
  readonly post: (request: PostRequest) => Promise<PostAnswer>
  /** Why nothing would be sent to an address; undefined where it would. Its server is not asked. */
  readonly check: (url: string) => Promise<PostAnswer | undefined>
}

/** Adds the time stamps of an authority to the daily seals of the journal (later). */
export type Timestamper = {
  readonly stamp: (sha256: Uint8Array) => Promise<Uint8Array>
}

/** Tells the operator of what wants a person. */
export type Alarm = {
  readonly raise: (name: string, details: Readonly<Record<string, string | number>>) => void
}

/** Reads what ropes name. */
export type ContentReader = {
  /** The rope's bytes in chunks of at most 256 KiB. */
  readonly stream: (rope: Rope) => AsyncIterable<Uint8Array>
  /** The rope's bytes in one array; a longer rope than `limitBytes` throws RangeError. */
  readonly bytes: (rope: Rope, limitBytes: number) => Promise<Uint8Array>
}

/** A content as it was received and stored durably. */
export type StoredContent = {
  readonly id: ContentId
  readonly sizeBytes: number
}

/** The key of one thing that is kept encrypted, itself wrapped by a master key: without it the bytes are noise. */
export type WrappedKey = { readonly keyId: string; readonly wrappedKey: Uint8Array }

/** Keeps what only some may read: AES-256-GCM, a key for each document, wrapped by a master key that can be changed. */
export type Vault = {
  /** A new key, wrapped by the newest master key. */
  readonly newKey: () => WrappedKey
  /** Encrypts; `context` (what it is: document and page) must be the same when it is opened. */
  readonly seal: (key: WrappedKey, context: string, plain: Uint8Array) => Uint8Array
  /** Throws Fault('vault') where the bytes, the key or the context are not those that were sealed. */
  readonly open: (key: WrappedKey, context: string, sealed: Uint8Array) => Uint8Array
  /** The same key wrapped by the newest master key; undefined where it is already. */
  readonly rewrap: (key: WrappedKey) => WrappedKey | undefined
  /** The same for a small secret, with its own key inside the result. */
  readonly sealSecret: (context: string, plain: Uint8Array) => Uint8Array
  readonly openSecret: (context: string, sealed: Uint8Array) => Uint8Array
  /** The same secret sealed by the newest master key; undefined where it is already. */
  readonly resealSecret: (context: string, sealed: Uint8Array) => Uint8Array | undefined
}

/** An ordinary e-mail to a person. */
export type OrdinaryMail = {
  /** Names it for ever: a second sending after a crash carries the same. */
  readonly messageId: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly date: Instant
  /** Where an answer goes; without it, to From. */
  readonly replyTo?: string | undefined
  /** Message-ID of the thread that it stands in, without brackets. */
  readonly thread?: string | undefined
}

/** Hands ordinary e-mail to the provider's own relay. */
export type Relay = {
  /** Whether nothing is sent and everything is shown on a page instead: the sandbox. */
  readonly captures: boolean
  /** Throws Fault('relay') where it cannot be had now. */
  readonly send: (mail: OrdinaryMail) => Promise<RecipientOutcome>
  readonly close: () => Promise<void>
}

/**
 * The national exchange system of invoices (Sistema di Interscambio), by whatever channel a provider has: a certified
 * mailbox, a web service, an intermediary. Nothing implements it yet: invoices are kept `toSend`, whole and named as it
 * wants them (docs/flows/invoicing.md).
 */
export type InvoiceExchange = {
  /**
   * Hands over a file and gives the identifier that the system knows it by. Safe to call again with the same name: the
   * system refuses a second one. Throws Fault('exchange').
   */
  readonly send: (file: { readonly name: string; readonly xml: Uint8Array }) => Promise<{ readonly exchangeId: string }>
}

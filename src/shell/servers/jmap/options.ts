// What the JMAP server is given, and who is at the other end.
import type { ProviderDirectory } from '../../../core/directory/providers.ts'
import type { PecFacts } from '../../../core/jmap/capabilities.ts'
import type { Opener } from '../../alerts/subscriptionStore.ts'
import type { Subscriptions } from '../../alerts/subscriptions.ts'
import type { ContentStore } from '../../content/store.ts'
import type { EvidenceTaker, evidenceOf } from '../../evidence/evidence.ts'
import type { Verdicts } from '../../evidence/verdicts.ts'
import type { BoxRights } from '../../identity/account/sessions.ts'
import type { SignInDesk } from '../../identity/sasl.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { Mailstore } from '../../mailstore/mailstore.ts'
import type { Outgoing } from '../../mailstore/outgoing.ts'
import type { WebSettings } from '../../mailstore/webSettings.ts'
import type { Sent } from '../../pec/submissions.ts'
import type { StoredOutcome, StoredSubmission } from '../../pec/submitStored.ts'

export type JmapOptions = {
  /** For HTTP Basic: the address of a box, and a password of a program or the main one, as for IMAP. */
  readonly desk: Pick<SignInDesk<Mailbox>, 'authenticate'>
  /** Why who has signed in at the desk is let in no more; undefined while it goes on. */
  readonly whyEnded: (login: Mailbox) => Promise<unknown>
  readonly mailstore: Mailstore
  readonly contents: ContentStore
  readonly now: () => number
  /** Identities, and what was sent. */
  readonly outgoing: Outgoing
  /** Addresses to which changes are posted; where there is an office. */
  readonly push?: Subscriptions | undefined
  /** What was certified. */
  readonly sent: Sent
  /** What the signatures of stored messages prove. */
  readonly verdicts: Verdicts
  /** What proves a message, as a ZIP; the trail tells who took it. */
  readonly evidenceOf: (
    taker: EvidenceTaker,
    identifier: string,
    remoteAddress: string,
  ) => ReturnType<typeof evidenceOf>
  /** What is kept of the webmail. */
  readonly webSettings: WebSettings
  /** The providers' directory in use; undefined where there is none yet. */
  readonly directory: () => ProviderDirectory | undefined
  /** What is told of certified mail here. */
  readonly pec: PecFacts
  /** The access point; where it is not here nothing is sent by JMAP. */
  readonly submit?: ((message: StoredSubmission) => Promise<StoredOutcome>) | undefined
  /** Most recipients of a message, as by SMTP. */
  readonly maxRecipients: number
  /** Told of bugs of ours, by the reference that the client is given. */
  readonly onBug: (method: string, reference: string, error: unknown) => void
  /** Told how long each method took. */
  readonly measure?: (method: string, seconds: number) => void
}

/** Whose box is looked at, and what may be done with it. */
export type Login = {
  readonly mailboxId: number
  /** Of the box. */
  readonly address: string
  /** By which whoever is there signs in. */
  readonly username: string
  readonly rights: BoxRights
  /** Whether messages may be sent: a password of a program is for that or not. */
  readonly sends: boolean
  /** Of a password of a program, or a collaborator: who it is. */
  readonly by?: Mailbox['by'] | undefined
  readonly remoteAddress: string
  /** By what they have signed in: what they leave here ends with it. */
  readonly opener: Opener
  /**
   * Whether who has signed in is still let in, with the same rights: asked while a connection is open. `used`: because
   * they do something; else the session of a page ends by disuse all the same.
   */
  readonly mayGoOn: (how?: 'used') => Promise<boolean>
}

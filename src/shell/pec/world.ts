// What every use case of certified mail is given: one value, made once by the composition root.
import type { Instant } from '../../core/lib/instant.ts'
import type { FormalLimits } from '../../core/pec/formal.ts'
import type { PecMsgid, ProviderIdentity } from '../../core/pec/model.ts'
import type { Alarm, Clock, Scanner, Signer, Transport } from '../../core/ports.ts'
import type { ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'
import type { DirectoryHolder } from '../directory/refresh.ts'
import type { TrustStore } from '../directory/trust.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { JobKind } from './changes.ts'
import type { Committer } from './commit.ts'

export type World = {
  readonly provider: ProviderIdentity
  /** Domains whose mailboxes are here, lower case. */
  readonly domains: ReadonlySet<string>
  readonly clock: Clock
  readonly db: Database
  readonly contents: ContentStore
  readonly signer: Signer
  readonly scanner: Scanner
  readonly directory: DirectoryHolder
  readonly trust: TrustStore
  /** Whether a signer's certificate without a current revocation list is refused. */
  readonly requireCrl: boolean
  readonly transport: Transport
  readonly alarm: Alarm
  readonly telemetry: Telemetry
  readonly committer: Committer
  readonly limits: FormalLimits
  /** A new PEC msgid, unguessable. RFC 6109 §2.2.1 */
  readonly newIdentifier: (at: Instant) => PecMsgid
  /** Whether this node takes new jobs of a kind under its own lease as they are born. */
  readonly hasRoom: (kind: JobKind) => boolean
}

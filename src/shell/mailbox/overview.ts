// How a box stands, as the first page of its account says it.

import { isCheckDue } from '../../core/identity/accountRecovery.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey, sameAddress } from '../../core/mail/address.ts'
import {
  type DomicileStanding,
  domicileStanding,
  judgeBox,
  type Overview,
  PACE_MS,
  type Space,
  spaceOf,
} from '../../core/mailbox/overview.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { type Domicile, domicilesOf } from '../register/domicileStore.ts'
import { payerNow } from './payer.ts'
import { factsOf, findTermByAddress, type TermRow } from './store.ts'

type BoxFacts = {
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly recentBytes: number
  readonly createdAt: Instant
  readonly referenceEmail: string | null
  readonly referenceKnownAt: Instant
  readonly secondFactor: boolean
}

// The account is the holder's, whoever looks.
const boxFacts = async (db: Queries, mailboxId: number, since: Instant): Promise<BoxFacts> => {
  const [row] = await db.query<BoxFacts>(
    'overview-box',
    `select b.used_bytes as "usedBytes", b.quota_bytes as "quotaBytes", a.created_at as "createdAt",
       (select coalesce(sum(m.size_bytes), 0)::bigint from folder f join message m on m.folder_id = f.id
        where f.mailbox_id = b.id and m.received_at > $2) as "recentBytes",
       coalesce(t.reference_email, a.reference_email) as "referenceEmail",
       greatest(a.reference_checked_at, a.reference_since, coalesce(t.activated_at, a.created_at)) as "referenceKnownAt",
       a.totp_confirmed_at is not null or exists (select 1 from account_passkey k where k.account_id = a.id)
         as "secondFactor"
     from mailbox b join account a on a.mailbox_id = b.id left join mailbox_term t on t.mailbox_id = b.id
     where b.id = $1`,
    [mailboxId, timestamp(since)],
  )
  return row!
}

export type DomicileOverview = {
  readonly standing: DomicileStanding
  readonly since: Instant | undefined
  /** Another one, which is the domicile. */
  readonly address: string | undefined
}

const domicileOf = (address: string, known: readonly Domicile[]): DomicileOverview => {
  const isThis = (one: Domicile): boolean => sameAddress(one.address, address)
  const standing = domicileStanding(known.map((one) => ({ isThis: isThis(one), state: one.state })))
  const other = known.find((one) => one.state === 'confirmed')
  return {
    standing,
    since: known.find((one) => isThis(one) && one.state === standing)?.since,
    address: standing === 'other' ? other?.address : undefined,
  }
}

export type BoxOverview = Overview & {
  readonly space: Space
  readonly term: (TermRow & { readonly payer: 'order' | 'member'; readonly nextPayer: Payer }) | undefined
  /** Undefined for collaborators, as what follows. */
  readonly reference:
    | { readonly email: string | undefined; readonly knownAt: Instant; readonly checkDue: boolean }
    | undefined
  readonly domicile: DomicileOverview | undefined
  readonly secondFactor: boolean | undefined
}
type Payer = 'order' | 'member' | 'nobody'

/** How the caller's box stands; collaborators learn what concerns the mail. */
export const boxOverview = async (
  office: Office,
  caller: Pick<AccountCaller, 'mailbox' | 'rights'>,
): Promise<BoxOverview> => {
  const { db } = office
  const now = office.clock.now()
  const { id, address } = caller.mailbox
  const facts = await boxFacts(db, id, now - PACE_MS)
  const row = await findTermByAddress(db, addressKey(address))
  const own = caller.rights === 'own'
  const domicile = row && own ? domicileOf(address, await domicilesOf(db, row.memberId)) : undefined
  const space = spaceOf({ ...facts, since: row?.activatedAt ?? facts.createdAt }, now)
  const reference = {
    email: facts.referenceEmail ?? undefined,
    knownAt: facts.referenceKnownAt,
    checkDue: !facts.referenceEmail || isCheckDue(facts.referenceKnownAt, now),
  }
  const judged = judgeBox(
    {
      space,
      term: row && factsOf(row),
      reference: { isThere: reference.email !== undefined, checkDue: reference.checkDue },
      domicile: domicile?.standing,
    },
    now,
    !own,
  )
  return {
    ...judged,
    space,
    term: row && { ...row, payer: await payerNow(db, row), nextPayer: factsOf(row).nextPayer },
    reference: own ? reference : undefined,
    domicile,
    secondFactor: own ? facts.secondFactor : undefined,
  }
}

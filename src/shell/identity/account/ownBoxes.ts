// The boxes that somebody may use, and looking at another of them; what collaborators did at a box.
import type { Refusal } from '../../../core/api/problems.ts'
import { ACTS, type Act } from '../../../core/identity/delegation.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { writeAudit } from '../../audit/write.ts'
import type { Queries } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { boxEntry, noteBoxUse } from './collaboratorStore.ts'
import { type AccountCaller, type BoxRights, sitAt } from './sessions.ts'

export type OwnBox = {
  readonly id: number
  readonly address: string
  readonly holder: string
  readonly rights: BoxRights
}

/** A holder's one; of a collaborator all that are open to him, by name. */
export const listOwnBoxes = (db: Queries, accountId: number): Promise<readonly OwnBox[]> =>
  db.query<OwnBox>(
    'own-boxes',
    `select b.id, b.address, coalesce(m.given_name || ' ' || m.surname, b.display_name, '') as holder,
       coalesce(d.rights, 'own') as rights
     from account a left join delegation d on a.kind = 'delegate' and d.account_id = a.id and d.revoked_at is null
       join mailbox b on b.id = coalesce(a.mailbox_id, d.mailbox_id) and b.state <> 'suspended'
       left join mailbox_term t on t.mailbox_id = b.id left join member m on m.id = t.member_id
     where a.id = $1 order by b.address limit 200`,
    [accountId],
  )

/** Has the caller's session look at another box that is open to them. */
export const switchBox = async (
  office: Office,
  caller: AccountCaller,
  address: string,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const key = addressKey(address.trim())
  return office.db.tx(async (tx) => {
    const box = (await listOwnBoxes(tx, caller.accountId)).find((one) => addressKey(one.address) === key)
    if (!box) return { refusal: 'notFound' }
    if (box.id === caller.mailbox.id) return undefined
    const now = office.clock.now()
    sitAt(tx, caller.sessionId, box.id)
    noteBoxUse(tx, caller.accountId, box.id, now)
    writeAudit(tx, [boxEntry({ accountId: caller.accountId, remoteAddress }, box.address, 'box.entered', now)])
    return undefined
  })
}

export type ActRow = {
  readonly id: number
  readonly at: Instant
  readonly act: Act
  readonly collaborator: number
  readonly name: string
  readonly remoteAddress: string | null
  readonly details: Readonly<Record<string, unknown>>
}

export type ActFilter = {
  readonly collaborator?: number | undefined
  /** Civil days in Italy, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Entries before this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** What those who are or were let into a box did there, newest first. */
export const listActs = (
  db: Queries,
  { id, address }: { readonly id: number; readonly address: string },
  { collaborator, from, to, before, limit }: ActFilter,
): Promise<readonly ActRow[]> =>
  db.query<ActRow>(
    'acts-of-box',
    `select u.id, u.at, u.action as act, u.account_id as collaborator, a.name, u.remote_address as "remoteAddress",
       u.details
     from audit u join account a on a.id = u.account_id
     where u.subject_kind = 'mailbox' and u.subject_id = $1 and u.account_id is not null and u.action = any($2)
       and u.account_id in (select account_id from delegation where mailbox_id = $3)
       and ($4::bigint is null or u.account_id = $4)
       and ($5::date is null or u.at >= $5::date::timestamp at time zone 'Europe/Rome')
       and ($6::date is null or u.at < ($6::date + 1)::timestamp at time zone 'Europe/Rome')
       and ($7::bigint is null or u.id < $7)
     order by u.id desc limit $8`,
    [address, [...ACTS], id, collaborator ?? null, from ?? null, to ?? null, before ?? null, limit],
  )

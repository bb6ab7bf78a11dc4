// Addresses of boxes: which are free for a person, and which are proposed.
import type { Convention } from '../../core/convention/convention.ts'
import { addressKey } from '../../core/mail/address.ts'
import {
  type AddressPerson,
  LOCAL_PART_TEXT,
  localPartCandidates,
  localPartProblem,
  proposeLocalParts,
  tidyLocalPart,
} from '../../core/register/address.ts'
import type { Queries } from '../db/pool.ts'
import type { Office } from '../office.ts'
import type { Enrolment } from './store.ts'

/** Whose case wants an address: what it reserves itself is free for it. */
export type Wanting = Pick<Enrolment, 'id' | 'fiscalKey'>

/** Addresses of the provider itself. */
const ownAddresses = ({ provider, deskAddress, papersAddress }: Office): readonly string[] =>
  [provider.serviceAddress, provider.serviceMailbox, deskAddress, papersAddress ?? ''].map(addressKey)

/** Of the addresses, those that are another's: reserved, in use, or ever another person's. */
export const takenAddresses = async (
  office: Office,
  db: Queries,
  addresses: readonly string[],
  { id, fiscalKey }: Wanting,
): Promise<ReadonlySet<string>> => {
  const keys = addresses.map(addressKey)
  const rows = await db.query<{ address_key: string }>(
    'addresses-taken',
    `select address_key from enrolment where address_key = any($1::text[]) and id <> $2
       and state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active')
     union select address_key from mailbox where address_key = any($1::text[])
     union select address_key from address_holder where address_key = any($1::text[]) and fiscal_key <> $3`,
    [keys, id, fiscalKey],
  )
  const own = new Set(ownAddresses(office))
  return new Set([...rows.map((row) => row.address_key), ...keys.filter((key) => own.has(key))])
}

export const isFree = async (office: Office, db: Queries, address: string, wanting: Wanting): Promise<boolean> =>
  (await takenAddresses(office, db, [address], wanting)).size === 0

/** Free local parts for a person, best first. */
export const freeLocalParts = async (
  office: Office,
  db: Queries,
  person: AddressPerson,
  { domain }: Pick<Convention, 'domain'>,
  wanting: Wanting,
): Promise<readonly string[]> => {
  const whole = (local: string): string => `${local}@${domain}`
  const candidates = localPartCandidates(person, domain)
  const taken = await takenAddresses(office, db, candidates.map(whole), wanting)
  return proposeLocalParts(person, domain, (local) => taken.has(whole(local)))
}

export type WantedAddress = { readonly local: string; readonly free: boolean; readonly problem?: string }

/** Whether a local part that somebody typed may be had. */
export const judgeWanted = async (
  office: Office,
  db: Queries,
  typed: string,
  person: AddressPerson,
  { domain }: Pick<Convention, 'domain'>,
  wanting: Wanting,
  language: 'it' | 'en',
): Promise<WantedAddress> => {
  const local = tidyLocalPart(typed)
  const problem = localPartProblem(local, domain, person)
  if (problem) return { local, free: false, problem: LOCAL_PART_TEXT[problem][language] }
  return { local, free: await isFree(office, db, `${local}@${domain}`, wanting) }
}

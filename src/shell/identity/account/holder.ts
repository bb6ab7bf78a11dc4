// The holder of a box as getting back in needs to know them: names, reference e-mail, rules of the password; telling them.
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { ConventionTerms, PasswordPolicy } from '../../../core/convention/convention.ts'
import { CODE_DIGITS, PLAIN_PASSWORD_POLICY } from '../../../core/identity/accountRecovery.ts'
import type { MailText } from '../../../core/identity/staffTexts.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { type MailboxState, receives } from '../../../core/mailbox/standing.ts'
import type { Queries, Tx } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { writeDeskMail } from '../../pec/desk.ts'

export type Holder = {
  readonly accountId: number
  readonly mailboxId: number
  readonly address: string
  readonly name: string
  readonly surname: string | null
  readonly givenName: string | null
  readonly fiscalCode: string | null
  readonly fiscalKey: string | null
  readonly orderId: number | null
  readonly conventionId: number | null
  readonly state: MailboxState
  readonly referenceEmail: string | null
  /** Since when nobody has been asked whether it is still theirs. */
  readonly referenceKnownAt: Instant
  readonly terms: ConventionTerms | null
}

const SELECT = `select a.id as "accountId", b.id as "mailboxId", b.address,
    coalesce(m.given_name || ' ' || m.surname, nullif(a.name, ''), b.display_name, '') as name, m.surname,
    m.given_name as "givenName", m.fiscal_code as "fiscalCode", m.fiscal_key as "fiscalKey", m.order_id as "orderId",
    t.convention_id as "conventionId", b.state,
    coalesce(t.reference_email, a.reference_email) as "referenceEmail",
    greatest(a.reference_checked_at, a.reference_since, coalesce(t.activated_at, a.created_at)) as "referenceKnownAt",
    t.terms
  from account a join mailbox b on b.id = a.mailbox_id left join mailbox_term t on t.mailbox_id = b.id
    left join member m on m.id = t.member_id`

export const findHolder = async (db: Queries, accountId: number): Promise<Holder | undefined> =>
  (await db.query<Holder>('holder-by-account', `${SELECT} where a.id = $1 and a.state = 'active'`, [accountId]))[0]

/** The holder of a box by `addressKey` of its address. */
export const findHolderByAddress = async (db: Queries, key: string): Promise<Holder | undefined> =>
  (
    await db.query<Holder>(
      'holder-by-address',
      `${SELECT} where b.address_key = $1 and b.role = 'person' and a.state = 'active'`,
      [key],
    )
  )[0]

/** Holds the account until the end of the transaction: changes of one account come one after the other. */
export const lockHolder = async (tx: Tx, accountId: number): Promise<Holder | undefined> => {
  await tx.query('holder-lock', 'select 1 from account where id = $1 for update', [accountId])
  return findHolder(tx, accountId)
}

export const policyOf = (holder: Pick<Holder, 'terms'> | undefined): PasswordPolicy =>
  holder?.terms?.passwordPolicy ?? PLAIN_PASSWORD_POLICY

/** Writes to the reference e-mails that are given, and to the box where it receives. */
export const tellHolder = async (
  tx: Tx,
  office: Office,
  holder: Holder,
  { kind, subject, text }: MailText & { readonly kind: string },
  emails: readonly (string | null)[] = [holder.referenceEmail],
): Promise<void> => {
  for (const to of new Set(emails)) {
    if (to === null) continue
    await writeNotice(tx, office, {
      kind,
      to,
      subject,
      text,
      orderId: holder.orderId ?? undefined,
      subjectKind: 'mailbox',
      subjectId: holder.address,
    })
  }
  if (receives(holder.state)) {
    writeDeskMail(tx, office, { to: { name: holder.name, address: holder.address }, subject, text })
  }
}

// --- codes that are typed --------------------------------------------------------------------------------------------

export const newCode = (): string => String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')

/** What is kept of a code, bound to the row that it belongs to. */
export const hashCode = (id: string, typed: string): Buffer =>
  createHash('sha256')
    .update(`${id} ${typed.replace(/\D/g, '')}`)
    .digest()

/** Whether a code is the one that was kept; of none, none is. */
export const isCode = (id: string, typed: string, kept: Uint8Array | null): boolean =>
  timingSafeEqual(hashCode(id, typed), kept ?? Buffer.alloc(32)) && kept !== null

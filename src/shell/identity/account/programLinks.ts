// Setting up a phone or a program: the QR from the desktop to the phone, what it gives there, the profile to download.
import { createHmac, randomBytes } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import { appPasswordEnd } from '../../../core/identity/accountPolicy.ts'
import { APP_SECRET_BYTES, showAppSecret } from '../../../core/identity/appPassword.ts'
import type { DelegateRights } from '../../../core/identity/delegation.ts'
import { HOUR, type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { mobileconfig } from '../../../core/mailbox/programs/mobileconfig.ts'
import { hash } from '../../../core/smime/hash.ts'
import { signingTemplate } from '../../../core/smime/sign.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { hashToken, isToken, newToken } from '../tokens.ts'
import { findAppPassword, isFull, lockRights, makeAppPassword, tellOfAppPassword } from './appPasswords.ts'
import type { AccountCaller } from './sessions.ts'

/** A QR is read within minutes, or not at all. */
export const HANDOVER_MS = 10 * MINUTE
/** How long a device may ask for its profile again: some fetch it twice. */
export const PROFILE_MS = 5 * MINUTE
/** How long a phone that was set up may ask whether its program has signed in. */
const WATCH_MS = HOUR

type LinkRow = {
  readonly accountId: number
  readonly mailboxId: number
  readonly address: string
  readonly holderName: string
  readonly name: string
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
  readonly appPasswordId: string | null
  readonly rights: 'own' | DelegateRights
}

const SELECT = `select l.account_id as "accountId", l.mailbox_id as "mailboxId", b.address,
    coalesce(nullif(b.display_name, ''), b.address) as "holderName", l.name, l.expires_at as "expiresAt",
    l.used_at as "usedAt", l.app_password_id as "appPasswordId", coalesce(d.rights, 'own') as rights
  from program_link l join mailbox b on b.id = l.mailbox_id and b.state <> 'suspended'
    join account a on a.id = l.account_id and a.state = 'active'
    left join delegation d on d.account_id = a.id and d.mailbox_id = b.id and d.revoked_at is null
  where (a.mailbox_id = b.id or d.account_id is not null)`

const findLink = async (
  db: Queries,
  token: string,
  purpose: 'handover' | 'profile',
  lock = false,
): Promise<LinkRow | undefined> => {
  if (!isToken('link', token)) return undefined
  const where = 'and l.token_hash = $1 and l.purpose = $2'
  const values = [hashToken(token), purpose]
  const [row] = lock
    ? await db.query<LinkRow>('program-link-lock', `${SELECT} ${where} for update of l`, values)
    : await db.query<LinkRow>('program-link-find', `${SELECT} ${where}`, values)
  return row
}

const putLink = (
  tx: Tx,
  token: string,
  purpose: 'handover' | 'profile',
  of: { readonly accountId: number; readonly mailboxId: number; readonly name: string },
  now: Instant,
  forMs: number,
): Instant => {
  const expiresAt = now + forMs
  tx.send(
    'program-link-put',
    `insert into program_link (token_hash, purpose, account_id, mailbox_id, name, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [hashToken(token), purpose, of.accountId, of.mailboxId, of.name, timestamp(now), timestamp(expiresAt)],
  )
  return expiresAt
}

/** A link for another device, good once and for some minutes; its secret stands in the fragment, which no server sees. */
export const makeHandover = (
  office: Office,
  caller: AccountCaller,
): Promise<{ readonly link: string; readonly token: string; readonly expiresAt: Instant }> =>
  office.db.tx(async (tx) => {
    const token = newToken('link')
    const of = { accountId: caller.accountId, mailboxId: caller.mailbox.id, name: '' }
    const expiresAt = putLink(tx, token, 'handover', of, office.clock.now(), HANDOVER_MS)
    return { link: `${office.publicUrl}/collega#${token}`, token, expiresAt }
  })

/** What a link is for, while it is good. Looking does not use it. */
export const lookAtHandover = async (
  office: Office,
  token: string,
): Promise<{ readonly address: string; readonly sends: boolean; readonly expiresAt: Instant } | Refusal> => {
  const link = await findLink(office.db, token, 'handover')
  if (!link || link.usedAt !== null || link.expiresAt <= office.clock.now()) return { refusal: 'linkInvalid' }
  return { address: link.address, sends: link.rights !== 'read', expiresAt: link.expiresAt }
}

export type Claimed =
  | { readonly kind: 'profile'; readonly ticket: string; readonly address: string }
  | { readonly kind: 'password'; readonly secret: string; readonly address: string }

/** Uses a link on the device that read it: a ticket for its profile, or a password to type. Two at once: one has it. */
export const claimHandover = (
  office: Office,
  { token, name, profile }: { readonly token: string; readonly name: string; readonly profile: boolean },
  remoteAddress: string,
): Promise<Claimed | Refusal> =>
  office.db.tx<Claimed | Refusal>(async (tx) => {
    const now = office.clock.now()
    const link = await findLink(tx, token, 'handover', true)
    if (!link || link.usedAt !== null || link.expiresAt <= now) return { refusal: 'linkInvalid' }
    const rights = await lockRights(tx, link.accountId, link.mailboxId)
    if (rights === undefined) return { refusal: 'linkInvalid' }
    if (await isFull(tx, link.accountId, link.mailboxId)) return { refusal: 'tooManyAppPasswords' }
    const set = await setUp(tx, office, { ...link, name, profile, rights }, remoteAddress)
    await tellOfAppPassword(tx, office, { ...link, name }, now)
    tx.send(
      'program-link-use',
      `update program_link set used_at = $2, app_password_id = $3, name = $4, expires_at = $5 where token_hash = $1`,
      [hashToken(token), timestamp(now), set.id, name, timestamp(now + WATCH_MS)],
    )
    return set.claimed
  })

/** The same for the device on which somebody is signed in. */
export const setUpHere = (
  office: Office,
  caller: AccountCaller,
  wanted: { readonly name: string; readonly profile: boolean },
  remoteAddress: string,
): Promise<(Claimed & { readonly id: string }) | Refusal> =>
  office.db.tx<(Claimed & { readonly id: string }) | Refusal>(async (tx) => {
    const { id: mailboxId, address } = caller.mailbox
    const { accountId } = caller
    const rights = await lockRights(tx, accountId, mailboxId)
    if (rights === undefined) return { refusal: 'accountSignInNeeded' }
    if (await isFull(tx, accountId, mailboxId)) return { refusal: 'tooManyAppPasswords' }
    const of = { accountId, mailboxId, address, ...wanted, rights }
    const set = await setUp(tx, office, of, remoteAddress)
    await tellOfAppPassword(tx, office, of, office.clock.now())
    return { ...set.claimed, id: set.id }
  })

/**
 * Makes the app password. A profile sets up sending too, so who only reads has none, but a password to type. Of a
 * profile its random bytes come from the ticket, so that the same ticket gives the same.
 */
const setUp = async (
  tx: Tx,
  office: Office,
  of: {
    readonly accountId: number
    readonly mailboxId: number
    readonly address: string
    readonly name: string
    readonly profile: boolean
    readonly rights: 'own' | DelegateRights
  },
  remoteAddress: string,
): Promise<{ readonly id: string; readonly claimed: Claimed }> => {
  const now = office.clock.now()
  const expiresAt = appPasswordEnd(now, office.accountPolicy)
  const reads = of.rights === 'read'
  const ticket = of.profile && !reads ? newToken('link') : undefined
  const random = ticket === undefined ? randomBytes(APP_SECRET_BYTES) : randomOf(ticket)
  const made = makeAppPassword(tx, { ...of, scopes: reads ? ['imap'] : ['imap', 'smtp'], random, expiresAt }, now)
  if (ticket !== undefined) {
    putLink(tx, ticket, 'profile', of, now, PROFILE_MS)
    tx.send('program-link-password', 'update program_link set app_password_id = $2 where token_hash = $1', [
      hashToken(ticket),
      made.id,
    ])
  }
  writeAudit(tx, [
    {
      at: now,
      actor: { kind: 'account', accountId: of.accountId, remoteAddress },
      action: 'appPassword.made',
      subjectKind: 'mailbox',
      subjectId: of.address,
      details: { name: of.name, profile: of.profile },
    },
  ])
  const { address } = of
  return {
    id: made.id,
    claimed:
      ticket === undefined ? { kind: 'password', secret: made.secret, address } : { kind: 'profile', ticket, address },
  }
}

/** The bytes of a profile's password: who has the ticket has the profile, so nothing is lost by this. */
const randomOf = (ticket: string): Uint8Array =>
  Uint8Array.from(createHmac('sha256', 'profile password').update(ticket).digest().subarray(0, APP_SECRET_BYTES))

/** An identifier that follows from a text: a profile that is installed again takes the place of the former. RFC 9562 §5.8 */
const uuidOf = (text: string): string => {
  const bytes = createHmac('sha256', 'profile identifier').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The profile of a ticket, signed by the key of the mail servers where there is one that signs. */
export const profileOf = async (office: Office, ticket: string): Promise<Uint8Array | Refusal> => {
  const link = await findLink(office.db, ticket, 'profile')
  const servers = office.mailServers
  if (!link || !servers || link.expiresAt <= office.clock.now()) return { refusal: 'linkInvalid' }
  const xml = mobileconfig({
    ...servers,
    address: link.address,
    name: link.holderName,
    password: showAppSecret(randomOf(ticket)),
    provider: office.provider.name,
    profileUuid: uuidOf(`profile ${link.address}`),
    payloadUuid: uuidOf(`payload ${link.address}`),
  })
  const bytes = new TextEncoder().encode(xml)
  const signer = office.profileSigner
  if (!signer) return bytes
  const template = signingTemplate(signer)
  const attributes = template.attributes(hash('sha256', bytes), office.clock.now())
  return template.signedData(attributes, await signer.sign(attributes), bytes)
}

/** Whether the program that was set up by a link has signed in since: for the page that waits for it. */
export const watchHandover = async (
  office: Office,
  token: string,
): Promise<{ readonly claimed: boolean; readonly signedInAt: Instant | null } | Refusal> => {
  const link = await findLink(office.db, token, 'handover')
  if (!link || link.expiresAt <= office.clock.now()) return { refusal: 'linkInvalid' }
  if (link.appPasswordId === null) return { claimed: false, signedInAt: null }
  const whose = { accountId: link.accountId, mailbox: { id: link.mailboxId, address: link.address } }
  const found = await findAppPassword(office.db, whose, link.appPasswordId)
  return { claimed: true, signedInAt: found?.lastUsedAt ?? null }
}

/** Forgets links whose time is over. */
export const sweepProgramLinks = async (db: Queries, now: Instant): Promise<void> => {
  await db.query('program-link-sweep', 'delete from program_link where expires_at < $1', [timestamp(now)])
}

// The webhook of a box: set, changed, given a new secret, tried, removed.
import { randomBytes } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { OLD_SECRET_MS, postUrl } from '../../core/identity/alertDelivery.ts'
import type { AlertShows } from '../../core/identity/alerts.ts'
import { webhookBody } from '../../core/identity/webhookEvents.ts'
import { webhookSetText } from '../../core/identity/webhookTexts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import { boxEntry } from '../identity/account/collaboratorStore.ts'
import { lockHolder, tellHolder } from '../identity/account/holder.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { type Outcome, putTrial, webhookOutcomes } from './deliveries.ts'
import { type TrialResult, tryNow } from './trial.ts'
import {
  changeWebhook,
  deleteWebhook,
  dropOutcomes,
  findWebhook,
  insertWebhook,
  lockWebhook,
  rotateSecret,
  type WebhookRow,
  webhookContext,
} from './webhookStore.ts'

const SECRET_BYTES = 32
const SHOWN_OUTCOMES = 20

export type WantedWebhook = AlertShows & { readonly url: string }
/** The secret is in no place but the answer. */
export type SetWebhook = { readonly secret?: string | undefined }

const newSecret = (office: Office, mailboxId: number): { readonly shown: string; readonly sealed: Uint8Array } => {
  const bytes = randomBytes(SECRET_BYTES)
  return {
    // As Standard Webhooks writes it
    shown: `whsec_${bytes.toString('base64')}`,
    sealed: office.vault.sealSecret(webhookContext(mailboxId), bytes),
  }
}

const audited = (
  tx: Tx,
  { accountId, mailbox }: AccountCaller,
  action: string,
  details: Readonly<Record<string, unknown>>,
  remoteAddress: string,
  at: Instant,
): void => writeAudit(tx, [boxEntry({ accountId, remoteAddress }, mailbox.address, action, at, details)])

export const readWebhook = async (
  { db }: Pick<Office, 'db'>,
  { mailbox }: AccountCaller,
): Promise<{ readonly webhook: WebhookRow | undefined; readonly outcomes: readonly Outcome[] }> => ({
  webhook: await findWebhook(db, mailbox.id),
  outcomes: await webhookOutcomes(db, mailbox.id, SHOWN_OUTCOMES),
})

/** Sets the address and what is said there. With the first one comes the secret; a box that has one keeps it. */
export const setWebhook = async (
  office: Office,
  caller: AccountCaller,
  wanted: WantedWebhook,
  remoteAddress: string,
): Promise<SetWebhook | Refusal> => {
  const { poster, sandbox, db, clock, publicUrl } = office
  if (!poster) return { refusal: 'unavailable' }
  const url = postUrl(wanted.url, sandbox)
  if (url === undefined) return { refusal: 'webhookUrlWrong' }
  const checked = await poster.check(url)
  if (checked?.kind === 'refused') return { refusal: 'webhookUrlWrong' }
  if (checked) return { refusal: 'webhookUrlUnknown' }
  return db.tx(async (tx) => {
    // Two at once come one after the other.
    const holder = await lockHolder(tx, caller.accountId)
    const now = clock.now()
    const row = { ...wanted, url, mailboxId: caller.mailbox.id }
    const old = await lockWebhook(tx, row.mailboxId)
    const made = old ? undefined : newSecret(office, row.mailboxId)
    if (made) insertWebhook(tx, { ...row, secret: made.sealed }, now)
    else changeWebhook(tx, row, now)
    audited(tx, caller, 'account.webhookSet', { host: new URL(url).host }, remoteAddress, now)
    if (holder && old?.url !== url) {
      const page = `${publicUrl}/casella/avvisi`
      const text = webhookSetText(holder.name, { address: holder.address, url, page })
      await tellHolder(tx, office, holder, { kind: 'alert.webhookSet', ...text })
    }
    return { secret: made?.shown }
  })
}

/** Gives a new secret; the one before signs beside it for a day. */
export const renewWebhookSecret = (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<{ readonly secret: string } | undefined> =>
  office.db.tx(async (tx) => {
    if (!(await lockWebhook(tx, caller.mailbox.id))) return undefined
    const now = office.clock.now()
    const { shown, sealed } = newSecret(office, caller.mailbox.id)
    rotateSecret(tx, caller.mailbox.id, sealed, now + OLD_SECRET_MS, now)
    audited(tx, caller, 'account.webhookSecret', {}, remoteAddress, now)
    return { secret: shown }
  })

export const removeWebhook = (
  { db, clock }: Pick<Office, 'db' | 'clock'>,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<boolean> =>
  db.tx(async (tx) => {
    const now = clock.now()
    if (!(await deleteWebhook(tx, caller.mailbox.id))) return false
    dropOutcomes(tx, caller.mailbox.id)
    audited(tx, caller, 'account.webhookRemoved', {}, remoteAddress, now)
    return true
  })

/** Posts a trial, also to one that is off; undefined where there is none. */
export const tryWebhook = async (office: Office, { mailbox }: AccountCaller): Promise<TrialResult | undefined> => {
  const webhook = await findWebhook(office.db, mailbox.id)
  if (!webhook) return undefined
  const now = office.clock.now()
  const body = webhookBody({
    kind: 'test',
    address: mailbox.address,
    what: '',
    sender: null,
    subject: null,
    level: null,
    receivedAt: now,
    shows: webhook,
  })
  const delivery = await office.db.tx(async (tx) =>
    putTrial(tx, { mailboxId: mailbox.id, event: body.type, body: JSON.stringify(body), url: webhook.url }, now),
  )
  return tryNow(office, delivery)
}

// Who reads the help: by the convention or the Order that the address names, else by the box or the case that is open.
// It says whose pages are shown, and whom one calls.
import { type ConventionTerms, normalConventionCode, type OrderProfile } from '../../core/convention/convention.ts'
import type { PlaceholderValues } from '../../core/help/placeholders.ts'
import type { Queries } from '../db/pool.ts'
import { findAccountCaller } from '../identity/account/sessions.ts'
import { findApplicant } from '../identity/applicants.ts'
import type { Office } from '../office.ts'

export type HelpDesk = { readonly phone: string; readonly hours?: string | undefined }

export type Audience = {
  readonly order?:
    | {
        readonly id: number
        readonly code: string
        readonly name: string
        readonly secretariat?: OrderProfile['secretariat'] | undefined
      }
    | undefined
  readonly helpDesk?: HelpDesk | undefined
  /** The box of who is signed in. */
  readonly address?: string | undefined
}

/** What a request says of who asks: codes of the address, secrets of cookies. */
export type Asked = {
  readonly order?: string | undefined
  readonly convention?: string | undefined
  readonly account?: string | undefined
  readonly case?: string | undefined
}

type Row = {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly profile: OrderProfile
  readonly terms: ConventionTerms | null
}

const SELECT = 'select o.id, o.code, o.name, o.profile, c.terms from professional_order o'

const byConvention = async (db: Queries, code: string): Promise<Row | undefined> =>
  (
    await db.query<Row>('help-by-convention', `${SELECT} join convention c on c.order_id = o.id where c.code = $1`, [
      normalConventionCode(code),
    ])
  )[0]

/** An Order with its convention that ends last. */
const byOrder = async (db: Queries, code: string): Promise<Row | undefined> =>
  (
    await db.query<Row>(
      'help-by-order',
      `${SELECT} left join convention c on c.order_id = o.id where o.code = $1 order by c.ends_on desc nulls last, c.id desc limit 1`,
      [code.trim().toUpperCase()],
    )
  )[0]

const byBox = async (db: Queries, mailboxId: number): Promise<Row | undefined> =>
  (
    await db.query<Row>(
      'help-by-box',
      `${SELECT} join convention c on c.order_id = o.id join mailbox_term t on t.convention_id = c.id where t.mailbox_id = $1`,
      [mailboxId],
    )
  )[0]

const byCase = async (db: Queries, enrolmentId: string): Promise<Row | undefined> =>
  (
    await db.query<Row>(
      'help-by-case',
      `${SELECT} join convention c on c.order_id = o.id join enrolment e on e.convention_id = c.id where e.id = $1`,
      [enrolmentId],
    )
  )[0]

/** Whom people under a convention call: its own desk, else the provider's. */
export const deskOf = (
  office: Office,
  terms: Pick<ConventionTerms, 'helpDeskPhone' | 'helpDeskHours'> | null,
): HelpDesk | undefined =>
  terms && terms.helpDeskPhone !== '' ? { phone: terms.helpDeskPhone, hours: terms.helpDeskHours } : office.helpDesk

const audienceOf = (office: Office, row: Row | undefined, address?: string): Audience => ({
  order: row && { id: row.id, code: row.code, name: row.name, secretariat: row.profile.secretariat },
  helpDesk: deskOf(office, row?.terms ?? null),
  address,
})

/** Finds out who reads. A code that nothing has, a secret that opens nothing: like nobody in particular. */
export const helpAudience = async (office: Office, asked: Asked): Promise<Audience> => {
  const { db, clock } = office
  const now = clock.now()
  const account = asked.account === undefined ? undefined : await findAccountCaller(db, asked.account, now)
  const address = account?.mailbox.address
  const named =
    (asked.convention && (await byConvention(db, asked.convention))) ||
    (asked.order && (await byOrder(db, asked.order))) ||
    undefined
  if (named) return audienceOf(office, named, address)
  if (account) return audienceOf(office, await byBox(db, account.mailbox.id), address)
  const applicant = asked.case === undefined ? undefined : await findApplicant(db, asked.case, now)
  return audienceOf(office, applicant && (await byCase(db, applicant.enrolmentId)))
}

/** What the pages leave open, for this audience. */
export const placeholderValues = (
  office: Office,
  { helpDesk, address }: Audience,
  language: 'it' | 'en',
): PlaceholderValues => {
  const { mailServers, messageLimits } = office
  const unknown = language === 'it' ? 'chiedilo all’assistenza' : 'ask the help desk'
  const values: Record<string, string> = {
    provider: office.provider.name,
    address: address ?? (language === 'it' ? 'il tuo indirizzo PEC intero' : 'your whole PEC address'),
    phone: helpDesk?.phone ?? (language === 'it' ? 'numero indicato dal gestore' : 'number that the provider gives'),
    hours: helpDesk?.hours ?? (language === 'it' ? 'orari d’ufficio' : 'office hours'),
    reviewDays: String(office.reviewDays),
  }
  for (const name of ['imap', 'pop3', 'smtp'] as const) {
    values[`${name}.host`] = mailServers?.[name].host ?? unknown
    values[`${name}.port`] = String(mailServers?.[name].port ?? { imap: 993, pop3: 995, smtp: 465 }[name])
  }
  values.maxRecipients = String(messageLimits?.maxRecipients ?? 50)
  values.maxMegabytes = String(Math.floor((messageLimits?.maxSizeTimesRecipients ?? 30_000_000) / 1_000_000))
  return values
}

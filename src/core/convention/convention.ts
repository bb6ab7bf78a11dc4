// An Order's convention with the provider: who may enrol, what they get, who pays, and what happens at the end.

/** `split`: the Order pays the first term, the member each renewal. */
export type PayerRule = 'order' | 'member' | 'split'

/** Rules that a password must meet, by name and with their numbers: core/identity/passwordPolicy. */
export type PasswordPolicy = {
  readonly minLength: number
  readonly maxLength: number
  readonly letters: boolean
  readonly digits: boolean
  readonly symbols: boolean
  /** Not the name, the fiscal code or the address of the holder. */
  readonly notPersonal: boolean
  /** Not one of those that everybody tries. */
  readonly notCommon: boolean
}

/** The rule of the conventions of Orders since the first ones: letters and digits, both, 8 to 20. */
export const HISTORIC_PASSWORD_POLICY: PasswordPolicy = {
  minLength: 8,
  maxLength: 20,
  letters: true,
  digits: true,
  symbols: false,
  notPersonal: true,
  notCommon: true,
}

export type ConventionTerms = {
  /** Months of a term, from activation. */
  readonly termMonths: number
  /** Price of a term, VAT excluded. */
  readonly priceCents: number
  readonly payer: PayerRule
  readonly passwordPolicy: PasswordPolicy
  readonly quotaBytes: number
  /** Days after expiry in which the holder still reads, and may renew. */
  readonly graceDays: number
  /**
   * Whether an expired box still receives during the grace. What it receives is delivered in law, read or not; where
   * it does not receive, senders get a notice of non-delivery.
   */
  readonly receivesWhenExpired: boolean
  /** Days from closing to deletion, in which the holder takes out all mail. */
  readonly takeOutDays: number
  /** Two operators must approve. */
  readonly secondPairOfEyes: boolean
  /** Whether the Order sees which boxes have been unread for thirty days; holders are told on the convention's page. */
  readonly orderSeesUnread: boolean
  /** Shown to members on every page. */
  readonly helpDeskPhone: string
  /** When it answers, as people read it. */
  readonly helpDeskHours?: string | undefined
}

/** What is known of an Order: contacts, and what invoices need. */
export type OrderProfile = {
  readonly fiscalCode: string
  readonly vatNumber?: string | undefined
  readonly address: {
    readonly street: string
    readonly postcode: string
    readonly town: string
    readonly province: string
  }
  readonly secretariat: {
    readonly phone: string
    readonly email: string
    readonly hours?: string | undefined
  }
  /** Certified address of the Order. */
  readonly pec?: string | undefined
  readonly invoicing: {
    /** FPA12 to a public body with its office code of six, FPR12 otherwise. */
    readonly format: 'FPA12' | 'FPR12'
    readonly recipientCode: string
    /** Split payment, art. 17-ter DPR 633/1972: the body pays the VAT itself. */
    readonly splitPayment: boolean
    readonly cig?: string | undefined
    readonly cup?: string | undefined
  }
}

export type Convention = {
  readonly id: number
  readonly code: string
  readonly orderId: number
  readonly frameworkId?: number | undefined
  readonly domain: string
  /** Civil dates, `YYYY-MM-DD`, both included. */
  readonly startsOn: string
  readonly endsOn: string
  readonly seats?: number | undefined
  readonly terms: ConventionTerms
}

/** Whether a convention takes enrolments on a day: `taken` are its living enrolments. */
export const conventionStanding = (
  convention: Pick<Convention, 'startsOn' | 'endsOn' | 'seats'>,
  today: string,
  taken: number,
): 'open' | 'notYet' | 'expired' | 'full' => {
  if (today < convention.startsOn) return 'notYet'
  if (today > convention.endsOn) return 'expired'
  return convention.seats !== undefined && taken >= convention.seats ? 'full' : 'open'
}

/** A code as people type it, in the one form that is looked up: `omceo aq 0051` is `OMCEO-AQ-0051`. */
export const normalConventionCode = (typed: string): string =>
  typed
    .slice(0, 80)
    .toUpperCase()
    .replace(/[\s\u2010-\u2015\u2212_./-]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** Who pays the term of a number, 1 for the first. */
export const payerOf = (rule: PayerRule, term: number): 'order' | 'member' =>
  rule === 'split' ? (term === 1 ? 'order' : 'member') : rule

// Seller and payer of an invoice, and what must be known of a payer before an invoice can be printed.
import { makeProvisionalCode } from '../register/fiscalCode.ts'

export type Address = {
  readonly street: string
  /** Five digits in Italy; elsewhere the schema takes 00000. */
  readonly postcode: string
  readonly town: string
  /** Two letters, in Italy. */
  readonly province?: string | undefined
  /** ISO 3166, two letters; Italy where not said. */
  readonly country?: string | undefined
}

/** Art. 4 c.2 D.Lgs. 231/2002 */
export const PAYMENT_DAYS = 30

/** RegimeFiscale: ordinary, VAT on payment (art. 32-bis DL 83/2012), flat-rate (L. 190/2014). */
export type TaxRegime = 'RF01' | 'RF17' | 'RF19'

/** The provider as it stands on invoices. */
export type Seller = {
  readonly name: string
  /** Eleven digits. */
  readonly vatNumber: string
  readonly fiscalCode?: string | undefined
  readonly taxRegime: TaxRegime
  readonly address: Address
  /** Companies name their entry in the business register, art. 2250 c.c. */
  readonly businessRegister?:
    | {
        readonly office: string
        readonly number: string
        readonly capitalCents?: number | undefined
        readonly soleShareholder?: boolean | undefined
        readonly inLiquidation: boolean
      }
    | undefined
  readonly phone?: string | undefined
  readonly email?: string | undefined
  readonly iban?: string | undefined
  /** Days from the invoice's date in which it is to be paid; PAYMENT_DAYS where not said. */
  readonly paymentDays?: number | undefined
}

/** How the exchange system finds the payer. */
export type Delivery =
  /** A public body, by its office in the index of public administrations: format FPA12. */
  | { readonly kind: 'office'; readonly code: string }
  /** A channel that the payer has with the exchange system: format FPR12. */
  | { readonly kind: 'code'; readonly code: string }
  /** A certified mailbox: format FPR12, code 0000000. */
  | { readonly kind: 'pec'; readonly address: string }
  /** A consumer, found by fiscal code in the reserved area: format FPR12, code 0000000. */
  | { readonly kind: 'consumer' }

/**
 * When the VAT is due. `split`: the payer itself pays it to the State (art. 17-ter DPR 633/1972). Orders of
 * professions are public bodies but not all of them are in split payment: it is a fact of each payer, not of its kind.
 */
export type VatDue = 'immediate' | 'deferred' | 'split'

export type Payer = {
  readonly name:
    | { readonly kind: 'body'; readonly name: string }
    | { readonly kind: 'person'; readonly givenName: string; readonly surname: string }
  readonly fiscalCode?: string | undefined
  readonly vatNumber?: string | undefined
  readonly address: Address
  readonly delivery: Delivery
  readonly vatDue: VatDue
  /** Codes of the tender and of the public project, where the payer asks for them (art. 25 DL 66/2014). */
  readonly cig?: string | undefined
  readonly cup?: string | undefined
}

/** A payer's name as people read it. */
export const nameOf = ({ name }: Pick<Payer, 'name'>): string =>
  name.kind === 'body' ? name.name : `${name.givenName} ${name.surname}`

export type PayerProblem =
  | 'name'
  | 'fiscalCode'
  | 'vatNumber'
  | 'street'
  | 'postcode'
  | 'town'
  | 'province'
  | 'officeCode'
  | 'recipientCode'
  | 'pecAddress'
  | 'splitPayment'

/** Eleven digits, the last of which checks the others (art. 35 DPR 633/1972, DM 23/12/1976). */
export const isVatNumber = (text: string): boolean =>
  /^[0-9]{11}$/.test(text) && makeProvisionalCode(text.slice(0, 10)) === text

const isFiscalCode = (text: string): boolean => /^(?:[A-Z0-9]{16}|[0-9]{11})$/.test(text)

type AddressProblem = 'street' | 'postcode' | 'town' | 'province'

const addressProblems = (address: Address): readonly (AddressProblem | false)[] => [
  address.street.trim() === '' && 'street',
  address.town.trim() === '' && 'town',
  isItalian(address) && !/^[0-9]{5}$/.test(address.postcode) && 'postcode',
  isItalian(address) && !/^[A-Z]{2}$/.test(address.province ?? '') && 'province',
]

const isItalian = (address: Address): boolean => (address.country ?? 'IT') === 'IT'

const deliveryProblem = (delivery: Delivery): PayerProblem | undefined => {
  switch (delivery.kind) {
    case 'office':
      return /^[A-Z0-9]{6}$/.test(delivery.code) ? undefined : 'officeCode'
    case 'code':
      return /^[A-Z0-9]{7}$/.test(delivery.code) && delivery.code !== '0000000' ? undefined : 'recipientCode'
    case 'pec':
      return /^[!#-'*+/-9=?A-Z^-~-]+(?:\.[!#-'*+/-9=?A-Z^-~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(
        delivery.address,
      ) && delivery.address.length <= 256
        ? undefined
        : 'pecAddress'
    case 'consumer':
      return undefined
  }
}

/** What stops an invoice to this payer; empty where it can be printed. */
export const payerProblems = (payer: Payer): readonly PayerProblem[] => {
  const { name } = payer
  const fiscalCode = payer.fiscalCode ?? ''
  const checks: readonly (PayerProblem | undefined | false)[] = [
    (name.kind === 'body' ? name.name : name.givenName && name.surname).trim() === '' && 'name',
    !isFiscalCode(fiscalCode) && (fiscalCode !== '' || !payer.vatNumber) && 'fiscalCode',
    payer.vatNumber !== undefined && payer.vatNumber !== '' && !isVatNumber(payer.vatNumber) && 'vatNumber',
    ...addressProblems(payer.address),
    deliveryProblem(payer.delivery),
    // Only public bodies and what they hold are in it, never a consumer.
    payer.vatDue === 'split' && payer.name.kind === 'person' && 'splitPayment',
  ]
  return checks.filter((check) => typeof check === 'string')
}

export type SellerProblem =
  | 'name'
  | 'vatNumber'
  | 'fiscalCode'
  | 'taxRegime'
  | 'iban'
  | 'businessRegister'
  | AddressProblem

/** What makes every invoice of this seller one that the schema refuses; empty where there is nothing. */
export const sellerProblems = (seller: Seller): readonly SellerProblem[] => {
  const { fiscalCode = '', iban = '', businessRegister: register } = seller
  const checks: readonly (SellerProblem | false)[] = [
    seller.name.trim() === '' && 'name',
    !isVatNumber(seller.vatNumber) && 'vatNumber',
    fiscalCode !== '' && !isFiscalCode(fiscalCode) && 'fiscalCode',
    !['RF01', 'RF17', 'RF19'].includes(seller.taxRegime) && 'taxRegime',
    ...addressProblems(seller.address),
    iban !== '' && !/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(iban) && 'iban',
    register !== undefined && !(/^[A-Z]{2}$/.test(register.office) && register.number !== '') && 'businessRegister',
  ]
  return checks.filter((check) => check !== false)
}

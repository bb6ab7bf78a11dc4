// The part of the configuration that the office needs: pages, ordinary e-mail, invoices.
import type { OfficeConfig } from './config.ts'
import { sellerProblems } from './core/billing/party.ts'
import { isPhone } from './core/help/links.ts'
import type { AccountPolicy } from './core/identity/accountPolicy.ts'
import { instantOf, isCivilDate } from './core/lib/calendar.ts'
import { parseAddrSpec } from './core/mail/address.ts'
import type { RelayOptions } from './shell/adapters/relay.ts'
import { isVapidKey } from './shell/adapters/webPush.ts'
import { RETENTION } from './shell/documents/retention.ts'
import type { Seller } from './shell/office.ts'

type Name =
  | 'CERALACCA_PUBLIC_URL'
  | 'CERALACCA_NOTICE_FROM'
  | 'CERALACCA_RELAY'
  | 'CERALACCA_RELAY_CREDENTIALS_FILE'
  | 'CERALACCA_DESK_ADDRESS'
  | 'CERALACCA_PAPERS_ADDRESS'
  | 'CERALACCA_VAPID_KEY_FILE'
  | 'CERALACCA_HELP_ADDRESS'
  | 'CERALACCA_HELP_PHONE'
  | 'CERALACCA_HELP_HOURS'
  | 'CERALACCA_SELLER_FILE'
  | 'CERALACCA_REVIEW_DAYS'
  | 'CERALACCA_SECOND_FACTOR_FROM'
  | 'CERALACCA_APP_PASSWORD_MONTHS'
  | 'CERALACCA_KEEP_CLOSED_DAYS'
  | 'CERALACCA_KEEP_ARCHIVE_DAYS'
  | 'CERALACCA_KEEP_DRAFT_DAYS'

/** How settings are read: each tells its own problems. */
export type SettingsReader = {
  readonly text: (name: Name) => string
  readonly file: (name: Name) => string
  readonly number: (name: Name, fallback: number, least: number) => number
  readonly address: (name: Name) => string
  readonly sandbox: boolean
}

/** Reads the office's settings; undefined where CERALACCA_PUBLIC_URL is not given. Pushes what is wrong. */
export const readOffice = (settings: SettingsReader, problems: string[]): OfficeConfig | undefined => {
  const { text, file, number, address, sandbox } = settings
  const publicUrl = text('CERALACCA_PUBLIC_URL').replace(/\/+$/, '')
  if (publicUrl === '') return undefined
  const needed: readonly Name[] = [
    'CERALACCA_NOTICE_FROM',
    'CERALACCA_DESK_ADDRESS',
    'CERALACCA_SELLER_FILE',
    ...(sandbox ? [] : (['CERALACCA_RELAY'] as const)),
  ]
  for (const name of needed)
    if (!text(name)) problems.push(`${name}: manca / missing, and CERALACCA_PUBLIC_URL needs it`)
  // Passwords and identity documents pass: in clear on loopback only
  const isSafe = /^https:\/\/[^\s/?#]+$/.test(publicUrl) || (sandbox && /^http:\/\/[^\s/?#]+$/.test(publicUrl))
  if (!isSafe) problems.push('CERALACCA_PUBLIC_URL: must be https://host, without a path')
  const from = text('CERALACCA_NOTICE_FROM')
  if (from && !parseAddrSpec(/<([^<>]+)>$/.exec(from)?.[1] ?? from)) {
    problems.push('CERALACCA_NOTICE_FROM: must be an address, or Name <address>')
  }
  const vapidKey = text('CERALACCA_VAPID_KEY_FILE') ? file('CERALACCA_VAPID_KEY_FILE') : undefined
  if (vapidKey && !isVapidKey(vapidKey)) problems.push('CERALACCA_VAPID_KEY_FILE: must be a private key on P-256, PEM')
  return {
    publicUrl,
    noticeFrom: from,
    deskAddress: address('CERALACCA_DESK_ADDRESS'),
    papersAddress: text('CERALACCA_PAPERS_ADDRESS') ? address('CERALACCA_PAPERS_ADDRESS') : undefined,
    vapidKey,
    helpAddress: text('CERALACCA_HELP_ADDRESS') ? address('CERALACCA_HELP_ADDRESS') : undefined,
    helpDesk: readHelpDesk(text('CERALACCA_HELP_PHONE'), text('CERALACCA_HELP_HOURS'), problems),
    seller: readSeller(file('CERALACCA_SELLER_FILE'), problems),
    reviewDays: number('CERALACCA_REVIEW_DAYS', 2, 1),
    accountPolicy: readPolicy(settings, problems),
    retention: {
      closedDays: number('CERALACCA_KEEP_CLOSED_DAYS', RETENTION.closedDays, 1),
      archiveDays: number('CERALACCA_KEEP_ARCHIVE_DAYS', RETENTION.archiveDays, 1),
      draftDays: number('CERALACCA_KEEP_DRAFT_DAYS', RETENTION.draftDays, 8),
    },
    relay: sandbox ? undefined : readRelay(text('CERALACCA_RELAY'), file('CERALACCA_RELAY_CREDENTIALS_FILE'), problems),
  }
}

/** A day in Italy, and months; neither of them asks for nothing. */
const readPolicy = ({ text, number }: SettingsReader, problems: string[]): AccountPolicy => {
  const from = text('CERALACCA_SECOND_FACTOR_FROM')
  if (from !== '' && !isCivilDate(from)) problems.push('CERALACCA_SECOND_FACTOR_FROM: must be a day, 2027-01-31')
  const months = text('CERALACCA_APP_PASSWORD_MONTHS')
  return {
    secondFactorFrom: isCivilDate(from) ? instantOf(from) : undefined,
    appPasswordMonths: months === '' ? undefined : number('CERALACCA_APP_PASSWORD_MONTHS', 3, 1),
  }
}

/** Whom people call whose convention gives no number. */
const readHelpDesk = (phone: string, hours: string, problems: string[]): OfficeConfig['helpDesk'] => {
  if (phone === '') return undefined
  if (!isPhone(phone)) problems.push('CERALACCA_HELP_PHONE: must be a telephone number')
  return { phone, ...(hours === '' ? {} : { hours }) }
}

const readRelay = (text: string, credentials: string, problems: string[]): RelayOptions | undefined => {
  if (text === '') return undefined
  const found = /^(smtps?):\/\/(\[[0-9a-f:]+\]|[^\s:/@]+):(\d{1,5})$/i.exec(text)
  if (!found) {
    problems.push('CERALACCA_RELAY: must be smtps://host:port or smtp://host:port')
    return undefined
  }
  const [user = '', password = ''] = credentials.split(/\r?\n/).map((line) => line.trim())
  if (credentials !== '' && (user === '' || password === '')) {
    problems.push('CERALACCA_RELAY_CREDENTIALS_FILE: must hold the user on one line and the password on the next')
  }
  return {
    host: found[2]!.replace(/^\[|\]$/g, ''),
    port: Number(found[3]),
    tls: found[1]!.toLowerCase() === 'smtps',
    credentials: user === '' ? undefined : { user, password },
  }
}

const NO_SELLER: Seller = {
  name: '',
  vatNumber: '',
  fiscalCode: '',
  taxRegime: 'RF01',
  address: { street: '', postcode: '', town: '', province: '' },
}

const readSeller = (text: string, problems: string[]): Seller => {
  if (text === '') return NO_SELLER
  try {
    const seller = JSON.parse(text) as Seller
    const wanted: readonly unknown[] = [
      seller.name,
      seller.vatNumber,
      seller.fiscalCode,
      seller.taxRegime,
      seller.address?.street,
      seller.address?.postcode,
      seller.address?.town,
      seller.address?.province,
    ]
    if (wanted.every((value) => typeof value === 'string' && value !== '')) {
      const wrong = sellerProblems(seller)
      if (wrong.length > 0) problems.push(`CERALACCA_SELLER_FILE: no invoice can carry this ${wrong.join(', ')}`)
      return seller
    }
    problems.push(
      'CERALACCA_SELLER_FILE: must hold name, vatNumber, fiscalCode, taxRegime, address {street, postcode, town, province}',
    )
  } catch {
    problems.push('CERALACCA_SELLER_FILE: is not JSON')
  }
  return NO_SELLER
}

// The configuration profile of Apple's devices: one payload of kind com.apple.mail.managed, IMAP and SMTP.
import { escapeXml } from '../../lib/xml.ts'
import type { MailServers } from '../mailServers.ts'

export type ProfileFacts = Omit<MailServers, 'pop3'> & {
  readonly address: string
  /** The holder's, as it stands beside the address in what is sent. */
  readonly name: string
  /** The app password that was made for this profile. */
  readonly password: string
  readonly provider: string
  /** Two identifiers: of the profile and of its payload. The same ones replace what was installed before. */
  readonly profileUuid: string
  readonly payloadUuid: string
}

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

/** A value as Apple's property list has it. */
const plist = (value: Value, indent: string): string => {
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>\n`
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>\n`
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `${indent}<array>\n${(value as readonly Value[]).map((one) => plist(one, inner)).join('')}${indent}</array>\n`
  }
  const pairs = Object.entries(value).map(([key, one]) => `${inner}<key>${escapeXml(key)}</key>\n${plist(one, inner)}`)
  return `${indent}<dict>\n${pairs.join('')}${indent}</dict>\n`
}

/** A name in reverse, of the domain: what identifies the profile on the device. */
const reversed = (address: string): string => {
  const [local = '', domain = ''] = address.toLowerCase().split('@')
  return `${domain.split('.').reverse().join('.')}.pec.${local}`
}

/**
 * The profile, unsigned. Keys as Apple's device management describes them for the payload type
 * `com.apple.mail.managed`; the device asks for nothing, the password is inside.
 */
export const mobileconfig = (facts: ProfileFacts): string => {
  const { address, name, password, provider, imap, smtp, profileUuid, payloadUuid } = facts
  const identifier = reversed(address)
  const payload: Value = {
    PayloadType: 'com.apple.mail.managed',
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.mail`,
    PayloadUUID: payloadUuid.toUpperCase(),
    PayloadDisplayName: `PEC ${address}`,
    EmailAccountDescription: `PEC ${address}`,
    EmailAccountName: name,
    EmailAccountType: 'EmailTypeIMAP',
    EmailAddress: address,
    IncomingMailServerAuthentication: 'EmailAuthPassword',
    IncomingMailServerHostName: imap.host,
    IncomingMailServerPortNumber: imap.port,
    IncomingMailServerUseSSL: true,
    IncomingMailServerUsername: address,
    IncomingPassword: password,
    OutgoingMailServerAuthentication: 'EmailAuthPassword',
    OutgoingMailServerHostName: smtp.host,
    OutgoingMailServerPortNumber: smtp.port,
    OutgoingMailServerUseSSL: true,
    OutgoingMailServerUsername: address,
    OutgoingPasswordSameAsIncomingPassword: true,
    // A certified message is not moved out of its box, nor does other software send by it unasked.
    PreventMove: true,
    PreventAppSheet: false,
    SMIMEEnabled: false,
  }
  const profile: Value = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: profileUuid.toUpperCase(),
    PayloadDisplayName: `PEC ${address}`,
    PayloadOrganization: provider,
    PayloadDescription: `Configura la casella PEC ${address} su questo dispositivo. Sets up the certified mailbox.`,
    PayloadRemovalDisallowed: false,
    PayloadContent: [payload],
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${plist(profile, '')}</plist>
`
}

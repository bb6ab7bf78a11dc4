// Autoconfiguration of Thunderbird and of the programs for Android that follow it: config-v1.1.xml of a domain.
import { escapeXml } from '../../lib/xml.ts'
import type { MailServer, MailServers } from '../mailServers.ts'

export type AutoconfigFacts = MailServers & {
  readonly domain: string
  readonly provider: string
  /** Where plain instructions are. */
  readonly help: string
}

const server = (kind: string, type: string, { host, port }: MailServer): string =>
  `    <${kind} type="${type}">
      <hostname>${escapeXml(host)}</hostname>
      <port>${port}</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </${kind}>
`

/** The document; the first incoming server is the one that programs take. `%EMAILADDRESS%` is for them to fill in. */
export const autoconfigXml = ({
  domain,
  provider,
  imap,
  pop3,
  smtp,
  help,
}: AutoconfigFacts): string => `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${escapeXml(domain)}">
    <domain>${escapeXml(domain)}</domain>
    <displayName>PEC ${escapeXml(provider)}</displayName>
    <displayShortName>PEC</displayShortName>
${server('incomingServer', 'imap', imap)}${server('incomingServer', 'pop3', pop3)}${server('outgoingServer', 'smtp', smtp)}    <documentation url="${escapeXml(help)}">
      <descr lang="it">Come configurare i programmi di posta</descr>
      <descr lang="en">How to set up mail programs</descr>
    </documentation>
  </emailProvider>
</clientConfig>
`

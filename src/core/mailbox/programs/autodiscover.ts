// Autodiscovery of Outlook: the POX answer of a mailbox (MS-OXDSCLI), and the JSON that names the address of the former.
import { escapeXml } from '../../lib/xml.ts'
import { addressKey } from '../../mail/address.ts'
import type { MailServer, MailServers } from '../mailServers.ts'

const RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const OUTER = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'

/** The address that a POX request asks about; undefined where it asks about none. MS-OXDSCLI §2.2.3.1.1.2 */
export const askedAddress = (xml: string): string | undefined => {
  const found = /<(?:\w+:)?EMailAddress>\s*([^<>\s]{3,254})\s*<\/(?:\w+:)?EMailAddress>/.exec(xml)?.[1]
  return found === undefined || !found.includes('@') ? undefined : addressKey(found)
}

const protocol = (type: string, { host, port }: MailServer, login: string): string => `      <Protocol>
        <Type>${type}</Type>
        <Server>${escapeXml(host)}</Server>
        <Port>${port}</Port>
        <DomainRequired>off</DomainRequired>
        <LoginName>${escapeXml(login)}</LoginName>
        <SPA>off</SPA>
        <SSL>on</SSL>
        <AuthRequired>on</AuthRequired>
${type === 'SMTP' ? '        <UsePOPAuth>off</UsePOPAuth>\n        <SMTPLast>off</SMTPLast>\n' : ''}      </Protocol>
`

/** The settings of a mailbox. MS-OXDSCLI §2.2.4.1 */
export const autodiscoverXml = (
  address: string,
  { imap, pop3, smtp }: MailServers,
): string => `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="${OUTER}">
  <Response xmlns="${RESPONSE}">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
${protocol('IMAP', imap, address)}${protocol('POP3', pop3, address)}${protocol('SMTP', smtp, address)}    </Account>
  </Response>
</Autodiscover>
`

/** What is answered to a request that asks about no mailbox of ours. MS-OXDSCLI §2.2.4.1.1.1 */
export const autodiscoverError = (at: string): string => `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="${OUTER}">
  <Response>
    <Error Time="${escapeXml(at.slice(11, 23))}" Id="0">
      <ErrorCode>500</ErrorCode>
      <Message>The e-mail address cannot be found.</Message>
      <DebugData />
    </Error>
  </Response>
</Autodiscover>
`

/** The JSON answer: where the POX endpoint is. MS-OXDSCLI calls it AutodiscoverV1. */
export const autodiscoverJson = (publicUrl: string): { readonly Protocol: string; readonly Url: string } => ({
  Protocol: 'AutodiscoverV1',
  Url: `${publicUrl}/autodiscover/autodiscover.xml`,
})

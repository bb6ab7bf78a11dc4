// What mail programs need to know to reach a box: servers, ports, and the DNS records by which they find them alone.
import type { MailServers } from '../mailServers.ts'

export type SrvRecord = {
  readonly name: string
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

const record = (name: string, port: number, target: string, priority = 0): SrvRecord => ({
  name,
  priority,
  weight: 1,
  port,
  target,
})

/**
 * The SRV records that the owner of a domain publishes, so that programs find the servers: RFC 6186 §3, with the names
 * for implicit TLS of RFC 8314 §5.1 and IMAP preferred to POP3 (RFC 6186 §3.3). The plain names are there to say that
 * nothing is served there: target `.` (RFC 6186 §3.4).
 */
export const srvRecords = (domain: string, { imap, pop3, smtp }: MailServers): readonly SrvRecord[] => [
  record(`_submissions._tcp.${domain}.`, smtp.port, `${smtp.host}.`),
  record(`_imaps._tcp.${domain}.`, imap.port, `${imap.host}.`),
  record(`_pop3s._tcp.${domain}.`, pop3.port, `${pop3.host}.`, 10),
  record(`_autodiscover._tcp.${domain}.`, 443, `${imap.host}.`),
  ...['_submission', '_imap', '_pop3'].map((name) => ({
    name: `${name}._tcp.${domain}.`,
    priority: 0,
    weight: 0,
    port: 0,
    target: '.',
  })),
]

/** A record as a line of a zone file. RFC 2782 */
export const zoneLine = ({ name, priority, weight, port, target }: SrvRecord): string =>
  `${name} 3600 IN SRV ${priority} ${weight} ${port} ${target}`

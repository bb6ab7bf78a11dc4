// The configuration files of the peer: what Debian's defaults give, moved to private folders and loopback ports.

export type PeerPlace = {
  readonly folder: string
  readonly submissionPort: number
  readonly imapPort: number
  /** TLS from the first byte. */
  readonly imapTlsPort: number
  readonly pop3TlsPort: number
}

/** Dovecot: any user, one password in clear (no hashing in its figures), sdbox, LMTP and SASL sockets for Postfix. */
export const dovecotConf = ({ folder, imapPort, imapTlsPort, pop3TlsPort }: PeerPlace, password: string): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = bench-peer
log_path = /dev/null
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = sdbox:${folder}/mail/%n
first_valid_uid = 1
mail_max_userip_connections = 5000
default_client_limit = 6000
default_vsz_limit = 1G
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%n
}
service imap-login {
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapTlsPort}
  }
}
service pop3-login {
  service_count = 0
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = ${pop3TlsPort}
  }
}
service imap {
  process_limit = 2500
}
service lmtp {
  process_min_avail = 2
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener sasl {
    mode = 0666
  }
}
`

/** Postfix: submission with AUTH and STARTTLS, one virtual domain handed to Dovecot by LMTP; durable as it always is. */
export const mainCf = ({ folder }: PeerPlace, domain: string): string => `
compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.${domain}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
virtual_mailbox_domains = ${domain}
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:unix:${folder}/run/lmtp
smtpd_peername_lookup = no
disable_dns_lookups = yes
message_size_limit = 104857600
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${folder}/run/sasl
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_security_level = encrypt
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
maillog_file = /dev/null
maillog_file_prefixes = /dev
`

const service = (name: string, chroot: 'y' | 'n', wakeup: string, limit: string, command: string): string =>
  `${name} n - ${chroot} ${wakeup} ${limit} ${command}`

/** The services of Postfix that submission and local delivery need. */
export const masterCf = ({ submissionPort }: PeerPlace): string =>
  [
    `127.0.0.1:${submissionPort} inet n - n - - smtpd`,
    '  -o smtpd_sasl_auth_enable=yes',
    '  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject',
    service('pickup unix', 'n', '60', '1', 'pickup'),
    service('cleanup unix', 'n', '-', '0', 'cleanup'),
    service('qmgr unix', 'n', '300', '1', 'qmgr'),
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    service('showq unix', 'n', '-', '-', 'showq'),
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    service('postlog unix-dgram', 'n', '-', '1', 'postlogd'),
    '',
  ].join('\n')

// The names of the environment's settings, and what each is: docs/configuration.md is written from here.

export const ROLES = ['submission', 'imap', 'pop3', 'incoming', 'http', 'worker'] as const
export type Role = (typeof ROLES)[number]

/** Settings of a provider: name, whether it must be given, what it is. `docs/configuration.md` is generated from here. */
export const SETTINGS = {
  CERALACCA_PROVIDER_NAME: { required: true, about: 'nome del gestore / name of the provider, as in its certificate' },
  CERALACCA_PROVIDER_DOMAIN: { required: true, about: 'mail domain of the provider, for msgids and service addresses' },
  CERALACCA_DOMAINS: { required: true, about: 'certified domains whose mailboxes are here, separated by commas' },
  CERALACCA_SERVICE_ADDRESS: {
    required: true,
    about: 'From of all that is signed: posta-certificata@…, rfc822Name of the certificate',
  },
  CERALACCA_SERVICE_MAILBOX: {
    required: true,
    about: 'mailReceipt of the directory: where takes-in-charge and virus notices arrive',
  },
  CERALACCA_HOSTNAME: { required: true, about: 'host name of the mail servers, as in their TLS certificate' },
  DATABASE_URL: { required: true, about: 'PostgreSQL 15 or later' },
  CERALACCA_BLOBS: { required: true, about: 'directory for large contents, on a disk that keeps what is synced' },
  CERALACCA_SIGNING_KEY_FILE: { required: true, about: 'private key of the provider, PEM' },
  CERALACCA_SIGNING_CERTIFICATE_FILE: { required: true, about: 'certificate of the provider, PEM' },
  CERALACCA_SIGNING_CHAIN_FILE: { required: false, about: 'issuing certificates to send along, PEM' },
  CERALACCA_NEXT_CERTIFICATE_FILE: {
    required: false,
    about: 'certificate that will replace the present one, published ahead',
  },
  CERALACCA_TLS_KEY_FILE: { required: true, about: 'key of the TLS certificate, PEM' },
  CERALACCA_TLS_CERTIFICATE_FILE: { required: true, about: 'TLS certificate with its chain, PEM' },
  CERALACCA_PROVIDER_ROOTS_FILE: { required: true, about: 'authorities that certify providers, PEM' },
  CERALACCA_DIRECTORY_ROOTS_FILE: { required: true, about: 'who may sign the providers’ directory, PEM' },
  CERALACCA_SERVER_ROOTS_FILE: {
    required: false,
    about: 'authorities of servers’ TLS certificates, PEM; otherwise the system’s',
  },
  CERALACCA_DIRECTORY_URL: { required: true, about: 'where the signed directory (.p7m) is' },
  CERALACCA_DIRECTORY_CLIENT_KEY_FILE: {
    required: false,
    about: 'key of the certificate that is shown to the directory’s server, PEM',
  },
  CERALACCA_DIRECTORY_CLIENT_CERTIFICATE_FILE: {
    required: false,
    about: 'certificate by which the directory’s server knows this provider, PEM',
  },
  CERALACCA_DIRECTORY_SIGNER: {
    required: true,
    about: 'address (rfc822Name) in the certificate of who signs the directory',
  },
  CERALACCA_PUBLICATION_URL: { required: true, about: 'https URL where this provider publishes its own LDIF' },
  CERALACCA_REQUIRE_CRL: {
    required: false,
    about: '`no`: certificates whose revocation list cannot be had are accepted',
  },
  CERALACCA_CRL_URLS: {
    required: false,
    about: 'revocation lists, separated by commas, instead of those in the certificates',
  },
  CERALACCA_INCOMING: { required: false, about: 'host:port of the incoming point (MX)' },
  CERALACCA_SUBMISSION_TLS: { required: false, about: 'host:port of submission with implicit TLS' },
  CERALACCA_SUBMISSION_STARTTLS: { required: false, about: 'host:port of submission with STARTTLS' },
  CERALACCA_IMAP_TLS: { required: false, about: 'host:port of IMAP with implicit TLS' },
  CERALACCA_IMAP_STARTTLS: { required: false, about: 'host:port of IMAP with STARTTLS' },
  CERALACCA_POP3_TLS: { required: false, about: 'host:port of POP3 with implicit TLS' },
  CERALACCA_POP3_STARTTLS: { required: false, about: 'host:port of POP3 with STLS' },
  CERALACCA_HTTP: { required: false, about: 'host:port of health, metrics and API, in plain: on loopback' },
  CERALACCA_HTTP_BEHIND_TLS: {
    required: false,
    about: '`yes`: what stands in front of the API gives it TLS, so it may listen beyond loopback',
  },
  CERALACCA_PUBLICATION: { required: false, about: 'host:port of the HTTPS publication of the own LDIF' },
  CERALACCA_SCANNER: { required: true, about: 'clamd: unix:/path/of.sock or tcp:host:port' },
  CERALACCA_DOCUMENT_KEYS_FILE: {
    required: false,
    about:
      'master keys for documents at rest, a line each: name, 32 bytes in hex or base64; the last one encrypts, all decrypt. The office needs it',
  },
  CERALACCA_PUBLIC_URL: {
    required: false,
    about: 'https URL at which people reach the pages; given, the register, enrolment and invoices are served',
  },
  CERALACCA_NOTICE_FROM: { required: false, about: 'office: From of ordinary e-mail to people' },
  CERALACCA_RELAY: {
    required: false,
    about: 'office: smtps://host:465 or smtp://host:587, the relay for ordinary e-mail',
  },
  CERALACCA_RELAY_CREDENTIALS_FILE: { required: false, about: 'office: user and password of the relay, on two lines' },
  CERALACCA_DESK_ADDRESS: {
    required: false,
    about: 'office: certified mailbox of the provider from which holders are written to; made if it is missing',
  },
  CERALACCA_PAPERS_ADDRESS: {
    required: false,
    about: 'office: mailbox to which papers and faxes are sent as PDF or TIFF; made if it is missing',
  },
  CERALACCA_VAPID_KEY_FILE: {
    required: false,
    about:
      'office: private key on P-256, PEM, by which push services know this provider (RFC 8292); without it alerts are not shown on devices',
  },
  CERALACCA_HELP_ADDRESS: {
    required: false,
    about: 'office: mailbox to which answers to e-mails of the help desk come; made if it is missing',
  },
  CERALACCA_HELP_PHONE: {
    required: false,
    about: 'office: telephone of the help desk, for those whose convention gives none',
  },
  CERALACCA_HELP_HOURS: { required: false, about: 'office: when it answers, as people read it' },
  CERALACCA_SELLER_FILE: { required: false, about: 'office: JSON of the provider as it stands on invoices' },
  CERALACCA_REVIEW_DAYS: { required: false, about: 'office: working days in which a case is to be seen, default 2' },
  CERALACCA_SECOND_FACTOR_FROM: {
    required: false,
    about:
      'office: day (2027-01-31) from which whoever uses a box in the browser must have a second factor; not given: everybody’s choice',
  },
  CERALACCA_APP_PASSWORD_MONTHS: {
    required: false,
    about: 'office: months after which passwords of mail programs expire; not given: never',
  },
  CERALACCA_KEEP_CLOSED_DAYS: {
    required: false,
    about: 'office: days for which the papers of a refused, withdrawn or lapsed case are kept, default 30',
  },
  CERALACCA_KEEP_ARCHIVE_DAYS: {
    required: false,
    about: 'office: days from activation for which the papers of a box are kept, default 3653 (art. 2946 c.c.)',
  },
  CERALACCA_KEEP_DRAFT_DAYS: {
    required: false,
    about:
      'office: days without a change after which a draft lapses, default 30, at least 8 (the reminder leaves 7 before)',
  },
  CERALACCA_MAX_MESSAGE_BYTES: { required: false, about: 'hard limit of a message at SMTP, default 100 MiB' },
  CERALACCA_MAX_SIZE_TIMES_RECIPIENTS: {
    required: false,
    about: 'size × recipients that is accepted, default 30 MiB (DM art. 12)',
  },
  CERALACCA_MAX_RECIPIENTS: { required: false, about: 'recipients of a message, default 500, at least 50' },
  CERALACCA_ROUTES: { required: false, about: 'JSON: domain → [{host, port, tlsName}], instead of DNS' },
  CERALACCA_ROLES: { required: false, about: `all, or some of ${ROLES.join(' ')} (default all)` },
  CERALACCA_NODE: { required: false, about: 'name of this node, unique and stable; default the machine’s host name' },
  CERALACCA_SANDBOX: { required: false, about: 'set by the sandbox for its own providers' },
} as const

export type Setting = keyof typeof SETTINGS

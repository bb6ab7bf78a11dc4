// The one table that the sandbox prints: addresses, ports and accounts.
import { DIRECTORY_PORT, OFFICE_PROVIDER, SANDBOX_PASSWORD, type SandboxProvider } from './contract.ts'
import { holderLocalPart, SANDBOX_COLLABORATOR, SANDBOX_CONVENTIONS, SANDBOX_ORDER, SANDBOX_STAFF } from './office.ts'
import type { PreparedSandbox } from './prepare.ts'
import { READY_TO_ENROL } from './roll.ts'

type Row = readonly [string, (provider: SandboxProvider) => string]

/** Table of the running sandbox, ports as they are with their offset. */
export const sandboxTable = (prepared: PreparedSandbox, dataDir: string): string => {
  const offset = prepared.directory.port - DIRECTORY_PORT
  const port = (contract: number): string => String(contract + offset)
  const rows: readonly Row[] = [
    ['', (one) => one.name],
    ['dominio / domain', (one) => one.domain],
    ['SMTP incoming (MX)', (one) => port(one.ports.incoming)],
    ['submission TLS / STARTTLS', (one) => `${port(one.ports.submissionTls)} / ${port(one.ports.submissionStarttls)}`],
    ['IMAP TLS / STARTTLS', (one) => `${port(one.ports.imapTls)} / ${port(one.ports.imapStarttls)}`],
    ['POP3 TLS / STLS', (one) => `${port(one.ports.pop3Tls)} / ${port(one.ports.pop3Starttls)}`],
    ['web, API', (one) => `http://127.0.0.1:${port(one.ports.http)}`],
    ['account', (one) => one.accounts.map((local) => `${local}@`).join('  ')],
  ]
  const cells = rows.map(([label, of]) => [label, ...prepared.providers.map((one) => of(one.provider))])
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('   ')
      .trimEnd(),
  )
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)))
  return [
    '',
    'Ceralacca sandbox (127.0.0.1) · antivirus: solo EICAR / EICAR only, no protection',
    rule,
    ...lines,
    rule,
    `password: ${SANDBOX_PASSWORD}   CA: ${prepared.caFile}   dati / data: ${dataDir}`,
    `indice dei gestori / directory: https://localhost:${prepared.directory.port}/igpec.ldif.p7m`,
    'prova / try:  npm run demo',
    '',
    ...officeLines(prepared),
    '',
  ].join('\n')
}

/** The pages of the office, and whom to be on them. */
const officeLines = (prepared: PreparedSandbox): readonly string[] => {
  const one = prepared.providers.find(({ provider }) => provider.key === OFFICE_PROVIDER)
  const url = one?.env.CERALACCA_PUBLIC_URL
  if (one === undefined || url === undefined) return []
  const { open, expired, full } = SANDBOX_CONVENTIONS
  const day = (date: string): string => date.split('-').reverse().join('/')
  const lines: readonly (readonly [string, string])[] = [
    ['convenzione / convention', `${url}/convenzioni/${open}`],
    ['attivazione / enrolment', `${url}/attivazione   (scaduta / expired: ${expired}; piena / full: ${full})`],
    ...READY_TO_ENROL.map(
      (member) =>
        [
          'iscritto da attivare / member',
          `${member.fiscalCode}   ${member.surname}   ${member.givenName}   ${day(member.birthDate)}`,
        ] as const,
    ),
    ['casella già attiva / active box', `${holderLocalPart(one.provider.domain)}@${one.provider.domain}`],
    ['gestione della casella / account', `${url}/casella   password: ${SANDBOX_PASSWORD}`],
    [
      'collaboratrice / collaborator',
      `${SANDBOX_COLLABORATOR.email}   ${Object.keys(SANDBOX_COLLABORATOR.boxes)
        .map((local) => `${local}@`)
        .join('  ')}`,
    ],
    ['accesso personale / staff sign-in', `${url}/accesso   password: ${SANDBOX_PASSWORD}`],
    ...SANDBOX_STAFF.map(
      ({ email, role }) => [role === 'orderAdmin' ? 'segreteria / secretary' : 'operatore / operator', email] as const,
    ),
    ['posta catturata / captured mail', `${url}/sandbox/posta`],
  ]
  const width = Math.max(...lines.map(([label]) => label.length))
  return [
    `Ordine dei Medici di Prova · ${SANDBOX_ORDER}`,
    ...lines.map(([label, text]) => `${label.padEnd(width)}   ${text}`),
  ]
}

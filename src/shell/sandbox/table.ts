// The one table that the sandbox prints: addresses, ports and accounts.
import { DIRECTORY_PORT, SANDBOX_PASSWORD, type SandboxProvider } from './contract.ts'
import type { PreparedSandbox } from './prepare.ts'

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
  ].join('\n')
}

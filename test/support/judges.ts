// The foreign judges: programs that are not ours and have the last word on what we make.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export type JudgeName =
  | 'openssl'
  | 'xmllint'
  | 'clamd'
  | 'postgres15'
  | 'swaks'
  | 'curl'
  | 'python3'
  | 'fetchmail'
  | 'gsasl'
  | 'mbsync'
  | 'chromium'
  | 'thunderbird'

export type Judge = {
  readonly name: JudgeName
  /** What the machine's person reads. */
  readonly title: string
  /** What is skipped without it. */
  readonly judges: string
  readonly install: string
  readonly path: string | undefined
  /** CI has it where the machine does, and does not bring it: large, and its dialogs change with each of its releases. */
  readonly spare?: true
}

const executable = (path: string): string | undefined => {
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}

/** The program on the PATH, or in the places where Debian puts servers, which a plain user's PATH lacks. */
const onPath = (program: string): string | undefined => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  for (const folder of folders) {
    const found = folder === '' ? undefined : executable(join(folder, program))
    if (found !== undefined) return found
  }
  return undefined
}

/** Every judge, with the path of its program where the machine has it. */
export const judges: readonly Judge[] = [
  {
    name: 'openssl',
    title: 'OpenSSL',
    judges: 'verification of our signatures by `openssl cms`, TLS dialogues',
    install: 'apt-get install -y openssl',
    path: onPath('openssl'),
  },
  {
    name: 'xmllint',
    title: 'xmllint',
    judges: 'validation of daticert.xml against its DTD and of invoices against their schema',
    install: 'apt-get install -y libxml2-utils',
    path: onPath('xmllint'),
  },
  {
    name: 'clamd',
    title: 'ClamAV daemon',
    judges: 'the virus scanner against a real clamd',
    install: 'apt-get install -y clamav-daemon',
    path: onPath('clamd'),
  },
  {
    name: 'postgres15',
    title: 'PostgreSQL 15',
    judges: 'the second run of the database tests, on the PostgreSQL of Debian',
    install: 'apt-get install -y postgresql-15',
    path: executable('/usr/lib/postgresql/15/bin/postgres'),
  },
  {
    name: 'swaks',
    title: 'swaks',
    judges: 'submission by a foreign SMTP client',
    install: 'apt-get install -y swaks',
    path: onPath('swaks'),
  },
  {
    name: 'curl',
    title: 'curl',
    judges: 'submission, IMAP and POP3 by curl',
    install: 'apt-get install -y curl',
    path: onPath('curl'),
  },
  {
    name: 'python3',
    title: 'Python 3',
    judges: 'IMAP and POP3 by imaplib and poplib',
    install: 'apt-get install -y python3',
    path: onPath('python3'),
  },
  {
    name: 'fetchmail',
    title: 'fetchmail',
    judges: 'POP3 by a program that empties mailboxes',
    install: 'apt-get install -y fetchmail',
    path: onPath('fetchmail'),
  },
  {
    name: 'gsasl',
    title: 'GNU SASL',
    judges: 'SCRAM-SHA-256 by a foreign client',
    install: 'apt-get install -y gsasl',
    path: onPath('gsasl'),
  },
  {
    name: 'mbsync',
    title: 'mbsync (isync)',
    judges: 'IMAP by a program that synchronises mailboxes both ways',
    install: 'apt-get install -y isync',
    path: onPath('mbsync'),
  },
  {
    name: 'chromium',
    title: 'Chromium',
    judges: 'the web pages in a browser',
    install: 'apt-get install -y chromium-headless-shell',
    // The same engine without a window's parts: it does the same tests in three quarters of the time.
    path: onPath('chromium-headless-shell') ?? onPath('chromium'),
  },
  {
    name: 'thunderbird',
    title: 'Thunderbird',
    judges: 'the settings that a mail program finds by itself',
    install: 'apt-get install -y thunderbird',
    path: onPath('thunderbird'),
    spare: true,
  },
]

const byName = (name: JudgeName): Judge => judges.find((judge) => judge.name === name)!

/**
 * Whether a test that needs the judges must be skipped here: `it.skipIf(needs('xmllint'))(…)`.
 * Under CI it is for want of a spare one alone: for any other the test runs and fails.
 */
export const needs = (...names: JudgeName[]): boolean =>
  names.map(byName).some(({ path, spare }) => path === undefined && (spare || !isCi()))

/** Path of a judge's program; throws where the machine lacks it. */
export const judgePath = (name: JudgeName): string => {
  const judge = byName(name)
  if (judge.path === undefined) throw new Error(`${judge.title} is missing: ${judge.install}`)
  return judge.path
}

/** Whether this is the run that skips nothing. */
export const isCi = (): boolean => !['', '0', 'false', undefined].includes(process.env.CI)

// The peer: a private Postfix and Dovecot from Debian's packages, plain delivery into sdbox, under a temporary folder.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dovecotConf, mainCf, masterCf, type PeerPlace } from './peerConfig.ts'
import { freePorts, isAlive, pause } from './system.ts'

export const PEER_PASSWORD = 'secret'
export const PEER_DOMAIN = 'peer.localhost'
export const PEER_INSTALL = 'apt-get install -y postfix dovecot-core dovecot-imapd dovecot-lmtpd dovecot-pop3d'

export type Peer = {
  readonly submissionPort: number
  readonly imapPort: number
  readonly imapTlsPort: number
  readonly pop3TlsPort: number
  /** Roots of its process tree. */
  readonly pids: readonly number[]
  /** Where its mail is kept. */
  readonly folder: string
  readonly version: string
  readonly stop: () => Promise<void>
}

const NEEDED = [
  '/usr/sbin/postfix',
  '/usr/sbin/dovecot',
  '/usr/lib/dovecot/imap',
  '/usr/lib/dovecot/pop3',
  '/usr/lib/dovecot/lmtp',
]

/** Why the peer cannot run here, with the remedy; undefined where it can. */
export const peerProblem = (): string | undefined => {
  const missing = NEEDED.filter((path) => !existsSync(path))
  if (missing.length > 0) return `not installed (${missing.join(', ')}): ${PEER_INSTALL}`
  if (process.getuid?.() !== 0) return 'Postfix starts as root only: run the bench as root to have the peer measured'
  return undefined
}

const idOf = (user: string, kind: '-u' | '-g'): number =>
  Number(execFileSync('id', [kind, user], { encoding: 'utf8' }).trim())

const makePlace = async (): Promise<PeerPlace> => {
  const [submissionPort, imapPort, imapTlsPort, pop3TlsPort] = (await freePorts(4)) as [number, number, number, number]
  const folder = mkdtempSync(join(tmpdir(), 'peer-'))
  chmodSync(folder, 0o755)
  for (const name of ['postfix', 'spool', 'data', 'run', 'state', 'mail'])
    mkdirSync(join(folder, name), { mode: 0o755 })
  chownSync(join(folder, 'data'), idOf('postfix', '-u'), 0)
  chownSync(join(folder, 'mail'), idOf('mail', '-u'), idOf('mail', '-g'))
  return { folder, submissionPort, imapPort, imapTlsPort, pop3TlsPort }
}

const makeCertificate = (folder: string): void => {
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost', ...files]
  execFileSync('openssl', args, { stdio: 'ignore' })
}

/** Runs a program that leaves servers behind. They inherit what it writes to, so that must be a file and no pipe. */
const must = (program: string, args: readonly string[], folder: string): void => {
  const told = join(folder, 'start.log')
  const log = openSync(told, 'w')
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', log, log], timeout: 30_000 })
  closeSync(log)
  if (status !== 0) throw new Error(`${program} did not start: ${error?.message ?? readFileSync(told, 'utf8').trim()}`)
}

const readPid = async (file: string): Promise<number> => {
  for (let tries = 100; tries > 0; tries--) {
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : 0
    if (pid > 0) return pid
    await pause(100)
  }
  throw new Error(`${file} did not appear`)
}

const end = async (pid: number): Promise<void> => {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGTERM')
  for (let tries = 50; tries > 0 && isAlive(pid); tries--) await pause(100)
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

const outputOf = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout.trim()

const versions = (): string => {
  const postfix = outputOf('postconf', ['-d', '-h', 'mail_version'])
  return `Postfix ${postfix} + Dovecot ${outputOf('dovecot', ['--version']).split(' ')[0]}, sdbox`
}

/** Starts the peer. Ask `peerProblem` first. Any address of its domain is a mailbox, all with one password. */
export const startPeer = async (): Promise<Peer> => {
  const place = await makePlace()
  const { folder } = place
  const pids: number[] = []
  const stop = async (): Promise<void> => {
    for (const pid of pids) await end(pid)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    makeCertificate(folder)
    writeFileSync(join(folder, 'dovecot.conf'), dovecotConf(place, PEER_PASSWORD))
    writeFileSync(join(folder, 'postfix', 'main.cf'), mainCf(place, PEER_DOMAIN))
    writeFileSync(join(folder, 'postfix', 'master.cf'), masterCf(place))
    must('dovecot', ['-c', join(folder, 'dovecot.conf')], folder)
    pids.push(await readPid(join(folder, 'run', 'master.pid')))
    must('postfix', ['-c', join(folder, 'postfix'), 'start'], folder)
    pids.push(await readPid(join(folder, 'spool', 'pid', 'master.pid')))
  } catch (error) {
    await stop()
    throw error
  }
  const { submissionPort, imapPort, imapTlsPort, pop3TlsPort } = place
  return {
    submissionPort,
    imapPort,
    imapTlsPort,
    pop3TlsPort,
    pids,
    folder: join(folder, 'mail'),
    version: versions(),
    stop,
  }
}

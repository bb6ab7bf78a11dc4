// What the bench runs against: the sandbox with its load accounts, and the peer, each started when first wanted.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DOMAINS,
  findPostmasters,
  freeOffset,
  PASSWORD,
  type Sandbox,
  type Side,
  startSandbox,
} from '../test/support/client/sandbox.ts'
import type { Access } from './counter.ts'
import type { Target } from './load.ts'
import type { Side as MailSide } from './mailbox/steps.ts'
import type { Algorithm } from './measure.ts'
import { PEER_DOMAIN, PEER_PASSWORD, type Peer, peerProblem, startPeer } from './peer.ts'

export const USERS = 64
/** Far above 30 MB to 50 recipients. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

export type Ours = {
  readonly dataDir: string
  readonly httpPorts: readonly number[]
  /** Roots of its processes: the sandbox with its providers; and the database, which is a child of the sandbox. */
  readonly programs: () => readonly number[]
  readonly databases: () => readonly number[]
  readonly target: (from: Side, to: Side) => Target
  /** A user of Alfa as mail programs sign in. */
  readonly mail: (user: number) => MailSide
  /** Ends it and starts it again on the same data. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type Arena = {
  readonly ours: (algorithm: Algorithm) => Promise<Ours>
  /** Undefined where the peer cannot run here. */
  readonly peer: () => Promise<
    | {
        readonly target: Target
        readonly mail: (user: number) => MailSide
        readonly pids: readonly number[]
        readonly folder: string
        readonly version: string
      }
    | undefined
  >
  readonly peerProblem: string | undefined
  /** Ends one of ours, if it runs, and removes its data. */
  readonly close: (algorithm: Algorithm) => Promise<void>
  readonly closeAll: () => Promise<void>
}

export type ArenaOptions = {
  /** A free one where none is given. */
  readonly portOffset: number | undefined
  readonly nodeOptions: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly say: (line: string) => void
  /** Every line that the sandbox writes. */
  readonly onLine: (line: string) => void
}

const users = (domain: string): readonly string[] => Array.from({ length: USERS }, (_, i) => `user${i + 1}@${domain}`)

/** A folder whose parents let the database's user pass. */
export const makeDataDir = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ceralacca-'))
  chmodSync(folder, 0o755)
  return join(folder, 'data')
}

const startOurs = async (algorithm: Algorithm, options: ArenaOptions): Promise<Ours> => {
  const dataDir = makeDataDir()
  const portOffset = options.portOffset ?? (await freeOffset())
  const start = (): Promise<Sandbox> =>
    startSandbox({
      dataDir,
      portOffset,
      users: USERS,
      nodeOptions: options.nodeOptions,
      onLine: options.onLine,
      env: {
        ...options.env,
        CERALACCA_SANDBOX_ALGORITHM: algorithm,
        CERALACCA_SANDBOX_MAX_MESSAGE_BYTES: String(MAX_MESSAGE_BYTES),
      },
    })
  let sandbox = await start()
  const access = (side: Side): Access => ({ kind: 'api', port: sandbox.port(side, 'http'), password: PASSWORD })
  const stop = async (): Promise<void> => {
    await sandbox.stop()
    rmSync(join(dataDir, '..'), { recursive: true, force: true })
  }
  return {
    dataDir,
    httpPorts: [sandbox.port('alfa', 'http'), sandbox.port('beta', 'http')],
    programs: () => [sandbox.pid],
    databases: () => findPostmasters(dataDir).map((server) => server.pid),
    target: (from, to) => ({
      submissionPort: sandbox.port(from, 'starttls'),
      password: PASSWORD,
      senders: users(DOMAINS[from]),
      recipients: users(DOMAINS[to]),
      senderAccess: access(from),
      recipientAccess: access(to),
      certified: true,
    }),
    mail: (user) => {
      const login = { user: users(DOMAINS.alfa)[user]!, password: PASSWORD }
      return {
        imap: { ...login, port: sandbox.port('alfa', 'imapTls') },
        pop3: { ...login, port: sandbox.port('alfa', 'pop3Tls') },
      }
    },
    restart: async () => {
      await sandbox.stop()
      sandbox = await start()
    },
    stop,
  }
}

const peerTarget = (peer: Peer): Target => {
  const access: Access = { kind: 'imap', port: peer.imapPort, password: PEER_PASSWORD }
  return {
    submissionPort: peer.submissionPort,
    password: PEER_PASSWORD,
    senders: users(PEER_DOMAIN),
    recipients: users(PEER_DOMAIN),
    senderAccess: access,
    recipientAccess: access,
    certified: false,
  }
}

const peerMail =
  (peer: Peer) =>
  (user: number): MailSide => {
    const login = { user: users(PEER_DOMAIN)[user]!, password: PEER_PASSWORD }
    return { imap: { ...login, port: peer.imapTlsPort }, pop3: { ...login, port: peer.pop3TlsPort } }
  }

export const openArena = (options: ArenaOptions): Arena => {
  const running = new Map<Algorithm, Promise<Ours>>()
  const problem = peerProblem()
  let peer: Promise<Peer> | undefined
  const close = async (algorithm: Algorithm): Promise<void> => {
    const one = running.get(algorithm)
    running.delete(algorithm)
    await one?.then((ours) => ours.stop()).catch(() => {})
  }
  return {
    peerProblem: problem,
    ours: (algorithm) => {
      const known = running.get(algorithm)
      if (known) return known
      options.say(`starting the sandbox (${algorithm}) …`)
      const started = startOurs(algorithm, options)
      running.set(algorithm, started)
      return started
    },
    peer: async () => {
      if (problem !== undefined) return undefined
      peer ??= startPeer()
      const { pids, folder, version } = await peer
      return { target: peerTarget(await peer), mail: peerMail(await peer), pids, folder, version }
    },
    close,
    closeAll: async () => {
      await close('rsa')
      await close('p256')
      await peer?.then((one) => one.stop()).catch(() => {})
    },
  }
}

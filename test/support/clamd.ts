// A real clamd for tests: Debian's daemon in a folder of its own, with one home-made signature and no network.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clamdScanner } from '../../src/shell/adapters/clamd.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { judgePath } from './judges.ts'

export type RunningClamd = { readonly socketPath: string; readonly stop: () => Promise<void> }

/** Starts clamd with a limit on streams, in bytes, and waits until it answers. */
export const startClamd = async (streamLimitBytes: number): Promise<RunningClamd> => {
  const folder = mkdtempSync(join(tmpdir(), 'cera-clamd-'))
  const signatures = join(folder, 'db')
  const socketPath = join(folder, 'clamd.sock')
  mkdirSync(signatures)
  // Name, any kind of file, at its start, the bytes in hexadecimal.
  writeFileSync(join(signatures, 'test.ndb'), `Eicar-Test:0:0:${Buffer.from(EICAR).toString('hex')}\n`)
  const settings = [
    `DatabaseDirectory ${signatures}`,
    `LocalSocket ${socketPath}`,
    `TemporaryDirectory ${folder}`,
    `StreamMaxLength ${streamLimitBytes}`,
    'Foreground yes',
    'ConcurrentDatabaseReload no',
    'SelfCheck 0',
  ]
  const configuration = join(folder, 'clamd.conf')
  writeFileSync(configuration, `${settings.join('\n')}\n`)
  const daemon = spawn(judgePath('clamd'), ['--config-file', configuration], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  daemon.stdout.on('data', (chunk) => (output += chunk))
  daemon.stderr.on('data', (chunk) => (output += chunk))
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    daemon.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilItAnswers(socketPath, () => daemon.exitCode === null)
  } catch (error) {
    await stop()
    throw new Error(`clamd did not start: ${output}`, { cause: error })
  }
  return { socketPath, stop }
}

const untilItAnswers = async (path: string, alive: () => boolean): Promise<void> => {
  const scanner = clamdScanner({ address: { kind: 'unix', path } })
  for (let tries = 0; ; tries++) {
    try {
      await scanner.version()
      return
    } catch (error) {
      if (!alive() || tries > 600) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

// Ports for test servers that must know theirs before they listen: taken from a range that systems give to no client,
// and kept for this process by a file, so that test files running side by side never get the same one.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Above what sandboxes in tests may take (test/support/client/sandbox.ts), below the ephemeral ports of Linux.
const FIRST = 31_200
const LAST = 32_767

const folder = join(tmpdir(), 'ceralacca-ports')
const mine = new Set<string>()

/** No test runs as long: what is older was left by one that was killed. */
const LEFT_MS = 6 * 3_600_000

/** Keeps a name for this process until it ends; false where another has it. */
const keep = (name: string): boolean => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  try {
    if (Date.now() - statSync(path).mtimeMs > LEFT_MS) rmSync(path, { force: true })
  } catch {
    // nobody has it
  }
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    mine.add(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

process.once('exit', () => {
  for (const path of mine) rmSync(path, { force: true })
})

/** Whether nothing listens on the port of loopback now. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Keeps a name and its ports for this process, where all are free. */
export const reserve = async (name: string, ports: readonly number[]): Promise<boolean> =>
  keep(name) && (await Promise.all(ports.map(isFree))).every((free) => free)

/** A port of loopback that no other test gets while this process runs. */
export const reservePort = async (): Promise<number> => {
  for (let port = FIRST; port <= LAST; port++) if (await reserve(String(port), [port])) return port
  throw new Error('no port is free for a test')
}

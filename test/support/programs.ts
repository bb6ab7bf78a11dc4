// Runs foreign programs in tests.
import { spawn } from 'node:child_process'

export type Ran = { readonly code: number; readonly output: string; readonly stdout: Buffer }

/** Runs a program to its end; `output` has all that it said. */
export const run = (
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    })
    const stdout: Buffer[] = []
    let output = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      output += chunk
    })
    child.stderr!.on('data', (chunk) => (output += chunk))
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
    child.once('error', (error) => resolve({ code: 127, output: String(error), stdout: Buffer.alloc(0) }))
    child.once('close', (code) => resolve({ code: code ?? 1, output, stdout: Buffer.concat(stdout) }))
  })

// The program: one command line for the sandbox, a provider, the verifier and the operator's tools.
import { HELP } from './shell/cli/help.ts'

type Command = (args: readonly string[]) => Promise<number>

// Each command loads only what it needs: `verify` starts in a moment and wants no server.
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  demo: async () => (await import('./shell/cli/demo.ts')).demoCommand,
  evidence: async () => (await import('./evidence.ts')).evidenceCommand,
  journal: async () => (await import('./shell/cli/journal.ts')).journalCommand,
  mailbox: async () => (await import('./shell/cli/mailbox.ts')).mailboxCommand,
  'rewrap-keys': async () => (await import('./rewrap.ts')).rewrapKeysCommand,
  staff: async () => (await import('./staff.ts')).staffCommand,
  verify: async () => {
    const { verifyCommand } = await import('./shell/cli/verify.ts')
    return (args) => verifyCommand(args, { stdout: process.stdout, stderr: process.stderr })
  },
}

const [name = 'help', ...args] = process.argv.slice(2)
if (name === 'help' || name === '--help' || name === '-h') {
  process.stdout.write(HELP)
} else {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load) {
    const command = await load()
    process.exitCode = await command(args)
  } else {
    process.stderr.write(`ceralacca: comando sconosciuto / unknown command: ${name}\n\n${HELP}`)
    process.exitCode = 2
  }
}

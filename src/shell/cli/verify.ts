// `ceralacca verify FILE …`: says in plain words what a PEC file is, who signed it, and what of it holds. No server.
import { describeVerification } from '../../core/pec/verdictText.ts'
import { verdictJson } from './verify/json.ts'
import { type MessageVerdict, verifyMessage } from './verify/message.ts'
import { readArguments, USAGE, UsageError, type VerifyArguments } from './verify/options.ts'
import { openFileSource } from './verify/source.ts'

export type { MessageVerdict, VerifyOptions } from './verify/message.ts'
export { verifyMessage } from './verify/message.ts'

export type VerifyIo = {
  readonly stdout: { readonly write: (text: string) => unknown }
  readonly stderr: { readonly write: (text: string) => unknown }
  /** Where `ca.pem` and `igpec.ldif.p7m` of the sandbox are looked for; `data` unless said. */
  readonly dataDir?: string | undefined
  /** Now, for what says of no other instant. */
  readonly now?: number | undefined
}

const verifyFile = (file: string, given: VerifyArguments, now: number): MessageVerdict => {
  const source = openFileSource(file)
  try {
    const { trust, directories, at } = given
    const result = verifyMessage(source, { trust, directories, at, now })
    const elsewhere = result.verification.checks.some((check) => check.reason === 'unknownIssuer')
    // A message of a real provider, checked beside a sandbox: its authority is not at hand, which is not its fault.
    return given.implied && elsewhere
      ? verifyMessage(source, { trust: { ...trust, roots: [] }, directories: [], at, now })
      : result
  } finally {
    source.close()
  }
}

/**
 * Runs the command. Gives the exit status: 0 where everything that could be checked holds in every file, 1 where not,
 * 2 where the command cannot be run or a file cannot be read.
 */
export const verifyCommand = async (args: readonly string[], io: VerifyIo): Promise<number> => {
  const now = io.now ?? Date.now()
  let given: VerifyArguments
  try {
    given = readArguments(args, io.dataDir ?? 'data', now)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.stderr.write(`ceralacca verify: ${error.message}\n\n${USAGE}`)
    return 2
  }
  if (given.help) {
    io.stdout.write(USAGE)
    return 0
  }
  for (const warning of given.warnings) io.stderr.write(`ceralacca verify: ${warning}\n`)
  let status = 0
  for (const file of given.files) {
    try {
      const result = verifyFile(file, given, now)
      if (result.verification.verdict !== 'holds') status = Math.max(status, 1)
      if (given.json) io.stdout.write(`${JSON.stringify(verdictJson(file, result))}\n`)
      else
        io.stdout.write(
          `${file}\n${describeVerification(result.verification, given.language, result.lineEnds).join('\n')}\n\n`,
        )
    } catch (error) {
      // an error of the system has a code; anything else is ours and must be seen
      if (!(error instanceof Error) || (!('code' in error) && !error.message.endsWith('not a file'))) throw error
      status = 2
      if (given.json) io.stdout.write(`${JSON.stringify({ file, verdict: 'unreadable', error: error.message })}\n`)
      io.stderr.write(`ceralacca verify: ${file}: ${error.message}\n`)
    }
  }
  return status
}

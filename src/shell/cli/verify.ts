// `ceralacca verify FILE …`: says in plain words what a PEC file is, who signed it, and what of it holds. No server.
import { formOf } from '../../core/evidence/inspect.ts'
import { archiveJson, documentJson, verdictJson } from '../../core/evidence/verdictJson.ts'
import { ARCHIVE_PROBLEM_WORDS, describeArchive, describeDocument } from '../../core/evidence/words.ts'
import { describeVerification, type Language } from '../../core/pec/verdictText.ts'
import type { Verification } from '../../core/pec/verification.ts'
import { ArchiveRefused, inspectNow, verifyArchive } from './verify/archive.ts'
import { type VerifyOptions, verifyMessage } from './verify/message.ts'
import { readArguments, USAGE, UsageError, type VerifyArguments } from './verify/options.ts'
import { type MessageSource, openFileSource, readRange } from './verify/source.ts'

export type { MessageVerdict } from '../../core/evidence/verdictJson.ts'
export type { VerifyOptions } from './verify/message.ts'
export { verifyMessage } from './verify/message.ts'

export type VerifyIo = {
  readonly stdout: { readonly write: (text: string) => unknown }
  readonly stderr: { readonly write: (text: string) => unknown }
  /** Where `ca.pem` and `igpec.ldif.p7m` of the sandbox are looked for; `data` unless said. */
  readonly dataDir?: string | undefined
  /** Now, for what says of no other instant. */
  readonly now?: number | undefined
}

/** What is said of a file, as JSON and as lines. */
type Said = { readonly verdict: string; readonly json: object; readonly lines: readonly string[] }

/** What comes of a file under given authorities, and whether its signer stands under none of them. */
type Judged = Said & { readonly elsewhere: boolean }

/** Longest `.p7m` that is read. */
const DOCUMENT_LIMIT_BYTES = 64 * 1024 * 1024
const HEAD_BYTES = 4_096

const isFromElsewhere = (verification: Verification): boolean =>
  verification.checks.some((check) => check.reason === 'unknownIssuer')

const sayMessage = (file: string, source: MessageSource, by: VerifyOptions, language: Language): Judged => {
  const result = verifyMessage(source, by)
  return {
    verdict: result.verification.verdict,
    json: verdictJson(file, result),
    lines: describeVerification(result.verification, language, result.lineEnds),
    elsewhere: isFromElsewhere(result.verification),
  }
}

const sayDocument = (file: string, source: MessageSource, by: VerifyOptions, language: Language): Judged => {
  const bytes = readRange(source, 0, Number.POSITIVE_INFINITY, DOCUMENT_LIMIT_BYTES + 1)
  const { finding } = inspectNow(file, bytes, by)
  if (finding.kind !== 'document') return sayMessage(file, source, by, language)
  const { verdict } = finding
  const lines = describeDocument(finding, language)
  return { verdict, json: documentJson(file, finding), lines, elsewhere: false }
}

const sayArchive = async (file: string, by: VerifyOptions, language: Language): Promise<Judged> => {
  const archive = await verifyArchive(file, by)
  const messages = archive.parts.flatMap(({ finding }) => (finding.kind === 'message' ? [finding.verification] : []))
  return {
    verdict: archive.verdict,
    json: archiveJson(file, archive),
    lines: describeArchive(archive, language).map((line) => (line === '' ? line : `  ${line}`)),
    elsewhere: messages.some(isFromElsewhere),
  }
}

const verifyFile = async (file: string, given: VerifyArguments, now: number): Promise<Said> => {
  const source = openFileSource(file)
  try {
    const { trust, directories, at, language } = given
    const form = formOf(file, readRange(source, 0, HEAD_BYTES, HEAD_BYTES))
    const say = async (by: VerifyOptions): Promise<Judged> => {
      if (form === 'archive') return sayArchive(file, by, language)
      return form === 'cms' ? sayDocument(file, source, by, language) : sayMessage(file, source, by, language)
    }
    const result = await say({ trust, directories, at, now })
    // A message of a real provider, checked beside a sandbox: its authority is not at hand, which is not its fault.
    return given.implied && result.elsewhere
      ? await say({ trust: { ...trust, roots: [] }, directories: [], at, now })
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
      const said = await verifyFile(file, given, now)
      if (said.verdict !== 'holds') status = Math.max(status, 1)
      io.stdout.write(given.json ? `${JSON.stringify(said.json)}\n` : `${file}\n${said.lines.join('\n')}\n\n`)
    } catch (error) {
      if (error instanceof ArchiveRefused) {
        status = 2
        const why = ARCHIVE_PROBLEM_WORDS[error.problem][given.language]
        if (given.json) io.stdout.write(`${JSON.stringify({ file, verdict: 'unreadable', error: error.problem })}\n`)
        io.stderr.write(`ceralacca verify: ${file}: ${why}\n`)
        continue
      }
      // an error of the system has a code; anything else is ours and must be seen
      if (!(error instanceof Error) || (!('code' in error) && !error.message.endsWith('not a file'))) throw error
      status = 2
      if (given.json) io.stdout.write(`${JSON.stringify({ file, verdict: 'unreadable', error: error.message })}\n`)
      io.stderr.write(`ceralacca verify: ${file}: ${error.message}\n`)
    }
  }
  return status
}

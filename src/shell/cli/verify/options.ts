// The words of the verify command: its options, and the files of authorities, lists and directories that they name.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ProviderDirectory } from '../../../core/directory/providers.ts'
import { parseDirectory } from '../../../core/directory/schema.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import type { Language } from '../../../core/pec/verdictText.ts'
import type { Certificate } from '../../../core/smime/certificate.ts'
import { pemBlocks, readCertificates } from '../../../core/smime/certificate.ts'
import { readSignedData } from '../../../core/smime/cms.ts'
import type { Crl } from '../../../core/smime/crl.ts'
import { parseCrl } from '../../../core/smime/crl.ts'
import type { Trust } from '../../../core/smime/verify.ts'
import { verifyContent } from '../../adapters/verifier.ts'

export const USAGE = `Uso: ceralacca verify FILE … [--json] [--lang it|en] [--ca FILE]… [--crl FILE]… [--directory FILE]… [--at ISTANTE] [--no-data]
Dice che cosa è un file di posta certificata (.eml), chi l'ha firmato e che cosa di esso regge. Di un archivio (.zip)
lo dice parte per parte, e se le parti sono dello stesso messaggio; di un documento firmato (.p7m), se la firma regge.
  --ca FILE         certificati delle autorità, PEM o DER
  --crl FILE        liste di revoca, PEM o DER
  --directory FILE  indice dei gestori, .ldif o .ldif.p7m; più d'uno per gli archivi
  --at ISTANTE      giudica i certificati a quell'istante (2026-02-03T10:15:30+01:00) e non a quello della firma
  --json            una riga di JSON per file
  --lang en         in English
  --no-data         non usa ca.pem e igpec.ldif.p7m della cartella dei dati
Esce con 0 se regge tutto ciò che si è potuto controllare, 1 se no, 2 se il comando non si può eseguire.
`

/** What the command cannot be run with: told with the usage, exit 2. */
export class UsageError extends Error {}

export type VerifyArguments = {
  readonly files: readonly string[]
  readonly json: boolean
  readonly help: boolean
  readonly language: Language
  readonly at: Instant | undefined
  readonly trust: Trust
  readonly directories: readonly ProviderDirectory[]
  /** Authority and directory are the sandbox's, which nobody named: they say nothing of messages from elsewhere. */
  readonly implied: boolean
  /** Files of the data folder that could not be used. */
  readonly warnings: readonly string[]
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
        lang: { type: 'string', default: 'it' },
        ca: { type: 'string', multiple: true },
        crl: { type: 'string', multiple: true },
        directory: { type: 'string', multiple: true },
        at: { type: 'string' },
        'no-data': { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const readBytes = (path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
}

const readAuthorities = (path: string): readonly Certificate[] => {
  const read = readCertificates(readBytes(path))
  if ('kind' in read) throw new UsageError(`${path}: ${read.detail}`)
  return read
}

const readLists = (path: string): readonly Crl[] => {
  const bytes = readBytes(path)
  const ders = bytes[0] === 0x30 ? [bytes] : pemBlocks(bytes, 'X509 CRL')
  if (ders.length === 0) throw new UsageError(`${path}: no revocation list found`)
  return ders.map((der) => {
    const crl = parseCrl(der)
    if (crl.kind === 'problem') throw new UsageError(`${path}: ${crl.detail}`)
    return crl
  })
}

/** A directory, plain or signed. A signed one must hold when it was signed; whose it is, only authorities can tell. */
const readDirectory = (path: string, trust: Trust, now: Instant): ProviderDirectory => {
  const bytes = readBytes(path)
  const ldif = bytes[0] === 0x30 ? openSigned(path, bytes, trust, now) : bytes
  const directory = parseDirectory(ldif)
  if (directory.kind === 'problems') throw new UsageError(`${path}: ${directory.problems.slice(0, 3).join('; ')}`)
  return directory
}

const openSigned = (path: string, p7m: Uint8Array, trust: Trust, now: Instant): Uint8Array => {
  const signed = readSignedData(p7m)
  if (signed.kind === 'problem') throw new UsageError(`${path}: ${signed.detail}`)
  if (signed.content === undefined) throw new UsageError(`${path}: the signed file is not inside`)
  if (signed.signers.length !== 1) throw new UsageError(`${path}: ${signed.signers.length} signers instead of one`)
  const at = signed.signers[0]?.attributes?.signingTime ?? now
  const verdict = verifyContent({ signed, trust, at, requireCrl: false, acceptWeakDigest: true })
  const unjudged = verdict.kind === 'invalid' && verdict.reason === 'unknownIssuer' && trust.roots.length === 0
  if (verdict.kind === 'invalid' && !unjudged) throw new UsageError(`${path}: ${verdict.reason}: ${verdict.detail}`)
  return signed.content
}

const instantOf = (text: string): Instant => {
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isFinite(at)) throw new UsageError(`--at ${text}: not an instant such as 2026-02-03T10:15:30+01:00`)
  return at
}

/** Reads the arguments and the files that they name, the messages apart. Throws UsageError. */
export const readArguments = (args: readonly string[], dataDir: string, now: Instant): VerifyArguments => {
  const { values, positionals } = parse(args)
  const { lang } = values
  if (lang !== 'it' && lang !== 'en') throw new UsageError(`--lang ${lang}: it or en`)
  const plain = { files: positionals, json: values.json, language: lang as Language }
  const none: Trust = { roots: [], intermediates: [], crls: [] }
  if (values.help)
    return { ...plain, help: true, at: undefined, trust: none, directories: [], implied: false, warnings: [] }
  if (positionals.length === 0) throw new UsageError('no file given')
  /** Files of the sandbox stand in for options that are not given. */
  const standing = (name: string): readonly string[] => {
    const path = join(dataDir, name)
    return !values['no-data'] && existsSync(path) ? [path] : []
  }
  const roots = (values.ca ?? standing('ca.pem')).flatMap(readAuthorities)
  const trust: Trust = { roots, intermediates: [], crls: (values.crl ?? []).flatMap(readLists) }
  const at = values.at === undefined ? undefined : instantOf(values.at)
  const read = (path: string): ProviderDirectory => readDirectory(path, trust, now)
  if (values.directory !== undefined || values.ca !== undefined)
    return {
      ...plain,
      help: false,
      at,
      trust,
      directories: (values.directory ?? []).map(read),
      implied: false,
      warnings: [],
    }
  try {
    return {
      ...plain,
      help: false,
      at,
      trust,
      directories: standing('igpec.ldif.p7m').map(read),
      implied: true,
      warnings: [],
    }
  } catch (error) {
    // what nobody asked for does not stop the command
    if (!(error instanceof UsageError)) throw error
    return { ...plain, help: false, at, trust, directories: [], implied: true, warnings: [error.message] }
  }
}

// What the tests of the verifier share: a folder, the command run in place, an authority with a provider under it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { printDirectory } from '../../../src/core/directory/schema.ts'
import { DAY } from '../../../src/core/lib/instant.ts'
import type { Verification } from '../../../src/core/pec/verification.ts'
import { verifyCommand } from '../../../src/shell/cli/verify.ts'
import { recordOf } from '../../../src/shell/directory/publish.ts'
import { toPem } from '../../../src/shell/sandbox/x509.ts'
import { caExtensions, mailExtensions, make, makeRsaKey, NOW } from '../../core/smime/make.ts'

export const SAMPLES = 'spec/samples'
export const GIVEN = ['--ca', `${SAMPLES}/test_ca.pem`, '--directory', `${SAMPLES}/igpec.ldif.p7m`]
export const ENVELOPE = `${SAMPLES}/02_busta_di_trasporto.eml`

export const folder = mkdtempSync(join(tmpdir(), 'ceralacca-verify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A folder of its own. */
export const newFolder = (prefix: string): string => {
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, prefix))
}

export const put = (name: string, content: Uint8Array | string): string => {
  // files that run in one worker share the folder, and the first one takes it away
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

export const run = async (args: readonly string[], dataDir = join(folder, 'none')) => {
  let out = ''
  let err = ''
  const status = await verifyCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    dataDir,
    now: NOW,
  })
  return { status, out, err }
}

export type Line = {
  readonly verdict: string
  readonly complete: boolean
  readonly kind: string
  readonly lineEnds: string
  readonly signer?: { readonly provider?: string; readonly digest?: string }
  readonly checks: Verification['checks']
  readonly pecInside: number
  readonly judged: { readonly at: string; readonly source: string }
}
export const json = async (args: readonly string[]): Promise<Line & { readonly status: number }> => {
  const { out, status } = await run([...args, '--json'])
  return { ...(JSON.parse(out) as Line), status }
}
/** Checks that do not simply hold, as `name reason`. */
export const notable = (line: Line, ...outcomes: string[]): string[] =>
  line.checks.filter((check) => outcomes.includes(check.outcome)).map((check) => `${check.name} ${check.reason}`)

export const NAME = 'Gestore Prova'
export const ADDRESS = 'posta-certificata@pec.prova.example'

/** An authority of the test's own, a provider under it, and the arguments that name both. */
export const authority = (
  options: { readonly rsa?: boolean; readonly notAfter?: number; readonly domains?: string[] } = {},
) => {
  // OpenSSL signs with the clock of the machine
  const decade = Date.now() + 10 * 365 * DAY
  const root = make('Ente', { own: caExtensions(), notAfter: decade })
  const signer = make(NAME, {
    issuer: root,
    own: mailExtensions(ADDRESS),
    notAfter: options.notAfter ?? decade,
    ...(options.rsa ? { key: makeRsaKey() } : {}),
  })
  const record = recordOf({
    name: NAME,
    serviceMailbox: 'servizio@pec.prova.example',
    managedDomains: options.domains ?? ['pec.prova.example'],
    ldifUrl: 'https://pec.prova.example/provider.ldif.p7m',
    certificates: [signer.certificate.der],
  })
  return {
    root,
    signer,
    ca: ['--ca', put('ca.pem', toPem('CERTIFICATE', root.certificate.der))],
    directory: ['--directory', put('index.ldif', printDirectory([record]))],
  }
}

// Golden messages: every kind about every original, byte for byte, and what foreign judges say of them.
// `UPDATE_GOLDEN=1 npx vitest run test/golden` writes the files anew: read the difference before keeping it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { equalBytes, toLatin1 } from '../../src/core/lib/bytes.ts'
import { decodeTransfer } from '../../src/core/mail/encoding.ts'
import { parseMime } from '../../src/core/mail/mime.ts'
import type { MimePart } from '../../src/core/mail/structure.ts'
import { readPec } from '../../src/core/pec/read.ts'
import { judgePath, needs } from '../support/judges.ts'
import type { Case } from './cases.ts'
import { CA_FILE, CASES, KEPT, ropeBytes, sealed } from './cases.ts'

const FOLDER = join(import.meta.dirname, 'messages')
const DTD = join(import.meta.dirname, '../../spec/daticert.dtd')
const update = process.env.UPDATE_GOLDEN === '1'

const work = mkdtempSync(join(tmpdir(), 'golden-'))
afterAll(() => rmSync(work, { recursive: true }))

const messages = new Map(CASES.map((one) => [one.name, sealed(one.draft, one.contents)]))
const messageOf = (one: Case): Uint8Array => messages.get(one.name)!
const fileOf = (one: Case): string => {
  const file = join(work, `${one.name}.eml`)
  if (!existsSync(file)) writeFileSync(file, messageOf(one))
  return file
}
const bodyOf = (bytes: Uint8Array, part: MimePart): Uint8Array =>
  decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd))

describe('golden files', () => {
  if (update) {
    rmSync(FOLDER, { recursive: true, force: true })
    mkdirSync(FOLDER, { recursive: true })
    for (const one of KEPT) writeFileSync(join(FOLDER, `${one.name}.eml`), messageOf(one))
  }
  it.each(KEPT)('$name', (one) => {
    const golden = new Uint8Array(readFileSync(join(FOLDER, `${one.name}.eml`)))
    if (!equalBytes(messageOf(one), golden)) expect(toLatin1(messageOf(one))).toBe(toLatin1(golden))
  })
  it('there are no others', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(KEPT.map((one) => `${one.name}.eml`).sort())
  })
})

describe('what we read of what we write', () => {
  it.each(CASES)('$name', (one) => {
    const bytes = messageOf(one)
    const { root, problems } = parseMime(bytes)
    const reading = readPec(root, (part) => bytes.subarray(part.bodyStart, part.bodyEnd))
    expect(problems).toEqual([])
    expect(reading).toMatchObject({ kind: 'pec', pecKind: one.kind, formFailures: [] })
    if (reading.kind !== 'pec' || reading.structure === undefined) throw new Error('no structure')
    const { signedStart, signedEnd } = reading.structure
    expect(equalBytes(bytes.subarray(signedStart, signedEnd), ropeBytes(one.draft.entity, one.contents))).toBe(true)
    if (one.kind !== 'anomalyEnvelope') expect(reading.data).toMatchObject({ ...one.facts, at: one.draft.at })
  })
})

describe('foreign judges', () => {
  // RFC 6109 §2.1
  it.skipIf(needs('openssl')).each(CASES)('openssl verifies the signature of $name', (one) => {
    const content = join(work, `${one.name}.content`)
    const args = ['cms', '-verify', '-in', fileOf(one), '-CAfile', CA_FILE, '-purpose', 'any', '-no_check_time']
    execFileSync(judgePath('openssl'), [...args, '-out', content], { stdio: 'pipe' })
    expect(equalBytes(readFileSync(content), ropeBytes(one.draft.entity, one.contents))).toBe(true)
  })

  it.skipIf(needs('openssl'))('openssl refuses a message with one byte changed', () => {
    const one = CASES[0]!
    const changed = messageOf(one).slice()
    changed[toLatin1(changed).indexOf('Ricevuta di accettazione')]! ^= 0x20
    const file = join(work, 'changed.eml')
    writeFileSync(file, changed)
    const args = ['cms', '-verify', '-in', file, '-CAfile', CA_FILE, '-purpose', 'any', '-no_check_time']
    expect(() => execFileSync(judgePath('openssl'), [...args, '-out', join(work, 'x')], { stdio: 'pipe' })).toThrow()
  })

  // RFC 6109 §4.4
  it.skipIf(needs('xmllint'))('xmllint validates every daticert.xml', () => {
    const files = CASES.filter((one) => one.kind !== 'anomalyEnvelope').map((one) => {
      const bytes = messageOf(one)
      const part = parseMime(bytes).root.children[0]!.children[1]!
      const file = join(work, `${one.name}.xml`)
      writeFileSync(file, bodyOf(bytes, part))
      return file
    })
    expect(files.length).toBe((CASES.length / 14) * 13)
    execFileSync(judgePath('xmllint'), ['--nonet', '--noout', '--dtdvalid', DTD, ...files], { stdio: 'pipe' })
  })
})

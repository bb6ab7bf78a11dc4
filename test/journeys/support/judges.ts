// Foreign judges of whole mailboxes: openssl for signature and chain, xmllint for the certification data.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeTransfer } from '../../../src/core/mail/encoding.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import type { MimePart } from '../../../src/core/mail/structure.ts'
import type { Pair } from './pair.ts'

const run = promisify(execFile)
let count = 0

/** Throws where openssl or xmllint object to a message that a provider signed. */
export const judge = async (pair: Pair, bytes: Uint8Array): Promise<void> => {
  const file = join(pair.directory, `judged-${count++}.eml`)
  await writeFile(file, bytes)
  await run('openssl', [
    'cms',
    '-verify',
    '-in',
    file,
    '-CAfile',
    pair.caFile,
    '-purpose',
    'any',
    '-out',
    `${file}.signed`,
  ])
  const daticert = find(parseMime(bytes).root, (part) => part.parameters.name === 'daticert.xml')
  if (!daticert) return
  const xml = `${file}.xml`
  await writeFile(xml, decodeTransfer(daticert.encoding, bytes.subarray(daticert.bodyStart, daticert.bodyEnd)))
  await run('xmllint', [
    '--noout',
    '--nonet',
    '--dtdvalid',
    join(import.meta.dirname, '../../../spec/daticert.dtd'),
    xml,
  ])
}

const find = (part: MimePart, wanted: (part: MimePart) => boolean): MimePart | undefined => {
  if (wanted(part)) return part
  // The messages inside are other messages: their parts are judged with them.
  if (part.type === 'message/rfc822') return undefined
  for (const child of part.children) {
    const found = find(child, wanted)
    if (found) return found
  }
  return undefined
}

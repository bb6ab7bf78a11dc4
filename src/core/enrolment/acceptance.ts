// What the applicant accepts, by its digest: the exact words, and the version that names them.
import { createHash } from 'node:crypto'
import { fromUtf8 } from '../lib/bytes.ts'
import { ACCEPTANCE_CLAUSES, ACCEPTANCE_TEXTS } from './acceptanceTexts.ts'

export * from './acceptanceTexts.ts'

/** SHA-256 of the exact words, in hex: kept with who accepted and when. */
export const acceptanceDigest = (): string =>
  createHash('sha256')
    .update(fromUtf8(ACCEPTANCE_CLAUSES.map((clause) => `${clause}\n${ACCEPTANCE_TEXTS[clause].it}\n`).join('\n')))
    .digest('hex')

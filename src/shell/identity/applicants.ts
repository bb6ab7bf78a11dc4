// Who holds the secret of a case: the applicant, on a browser in which it was begun or resumed.
import type { Instant } from '../../core/lib/instant.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import { hashToken, isToken } from './tokens.ts'

export type ApplicantCaller = {
  readonly kind: 'applicant'
  readonly enrolmentId: string
  readonly tokenHash: Uint8Array
}

/** The case that a secret opens; undefined where it opens none now. */
export const findApplicant = async (db: Queries, token: string, now: Instant): Promise<ApplicantCaller | undefined> => {
  if (!isToken('case', token)) return undefined
  const tokenHash = hashToken(token)
  const [row] = await db.query<{ enrolment_id: string }>(
    'applicant-find',
    `select enrolment_id from enrolment_key where token_hash = $1 and purpose = 'session' and expires_at > $2`,
    [tokenHash, timestamp(now)],
  )
  return row && { kind: 'applicant', enrolmentId: row.enrolment_id, tokenHash }
}

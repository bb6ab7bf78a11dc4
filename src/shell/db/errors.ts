// Tells a database that is away or overloaded (a Fault, may pass) from a statement that is wrong (a bug).
import { Fault } from '../../core/lib/refusal.ts'

/** SQLSTATE classes and codes that may pass by themselves (PostgreSQL, appendix A). */
const PASSING_CLASSES = new Set(['08', '53', '57', '58'])
const PASSING_CODES = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '25006', // read_only_sql_transaction: a server that is being replaced
  '25P03', // idle_in_transaction_session_timeout
])

/** SQLSTATE of an error of the server; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined => {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined
}

/** Whether a statement broke a unique constraint (of that name, where given). */
export const isDuplicate = (error: unknown, constraint?: string): boolean =>
  sqlState(error) === '23505' &&
  (constraint === undefined || (error as { constraint?: string }).constraint === constraint)

/** A Fault('database') where the world failed; the error as it is where we did. */
export const asFault = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof Fault) return error
  const state = sqlState(error)
  if (state !== undefined) {
    const passing = PASSING_CODES.has(state) || PASSING_CLASSES.has(state.slice(0, 2))
    return passing ? new Fault('database', error.message, { cause: error }) : error
  }
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return error
  return new Fault('database', error.message || 'connection lost', { cause: error })
}

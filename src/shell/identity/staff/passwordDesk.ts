// Checks passwords of people in the browser: the same work for names that exist and for those that do not, slowed after failures.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { networkOf } from '../../../core/mail/sasl/backoff.ts'
import { limiter } from '../../adapters/limiter.ts'
import type { Office } from '../../office.ts'
import { makeSeats } from '../../servers/wire/seats.ts'
import { hashPassword, verifyPassword } from '../passwords.ts'
import { createLoginThrottle } from '../throttle.ts'
import type { StaffRecord } from './store.ts'

/** Checks at one time: what else runs needs threads too. */
const CHECKS = 2
const WAITING_EACH = 16
const WAITING_MOST = 512

const openDesk = (office: Office) => ({
  throttle: createLoginThrottle(office.clock),
  inTurn: limiter(CHECKS),
  waiting: makeSeats<string>(WAITING_EACH, WAITING_MOST),
  decoy: hashPassword(randomBytes(16).toString('hex')),
})

const desks = new WeakMap<Office, ReturnType<typeof openDesk>>()

/** One desk for each office of this process: it knows who has failed. */
const deskOf = (office: Office): ReturnType<typeof openDesk> => {
  const desk = desks.get(office) ?? openDesk(office)
  desks.set(office, desk)
  return desk
}

export type PasswordVerdict = 'right' | 'wrong' | 'throttled'

/**
 * Whether a password is that of whoever has the account; `account` is the key of an e-mail, `record` what is known of
 * it, if anything. The answer takes as long where there is no such account.
 */
export const checkPassword = async (
  office: Office,
  account: string,
  record: Pick<StaffRecord, 'state' | 'passwordHash'> | undefined,
  password: string,
  remoteAddress: string,
): Promise<PasswordVerdict> => {
  const { throttle, inTurn, waiting, decoy } = deskOf(office)
  const verdict = throttle.judge(account, remoteAddress)
  if (verdict.kind === 'refuse') return 'throttled'
  const leave = waiting.take(networkOf(remoteAddress))
  if (!leave) return 'throttled'
  try {
    if (verdict.kind === 'slow') await sleep(verdict.ms)
    return await inTurn(async () => {
      // Others may have failed while this one waited.
      if (throttle.judge(account, remoteAddress).kind === 'refuse') return 'throttled'
      const hash = record?.state === 'active' ? record.passwordHash : null
      const right = await verifyPassword(hash ?? (await decoy), password)
      if (right && hash !== null) {
        throttle.succeeded(account, remoteAddress)
        return 'right'
      }
      throttle.failed(account, remoteAddress)
      return 'wrong'
    })
  } finally {
    leave()
  }
}

// A new password of staff: who knows the present one sets it, and every other session ends.
import type { Refusal } from '../../../core/api/problems.ts'
import { accessChangeText } from '../../../core/identity/staffTexts.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { writeAudit } from '../../audit/write.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashPassword } from '../passwords.ts'
import { weakPassword } from './invitations.ts'
import { checkPassword } from './passwordDesk.ts'
import { endSessionsOf, type StaffCaller } from './sessions.ts'
import { findStaff, setStaffPassword } from './store.ts'

/** Changes the caller's password. */
export const changePassword = async (
  office: Office,
  caller: StaffCaller,
  { current, next }: { readonly current: string; readonly next: string },
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const record = await findStaff(office.db, caller.staffId)
  const verdict = await checkPassword(office, addressKey(caller.email), record, current, remoteAddress)
  if (verdict === 'throttled') return { refusal: 'tooManyAttempts' }
  if (verdict === 'wrong') return { refusal: 'signInWrong' }
  const weak = weakPassword(next, caller)
  if (weak) return { ...weak, fields: weak.fields?.map((one) => ({ ...one, field: 'next' })) }
  const passwordHash = await hashPassword(next)
  await office.db.tx(async (tx) => {
    const at = office.clock.now()
    setStaffPassword(tx, caller.staffId, passwordHash)
    endSessionsOf(tx, caller.staffId, caller.sessionId)
    writeAudit(tx, [
      {
        at,
        actor: { kind: 'staff', staffId: caller.staffId, remoteAddress },
        action: 'password.changed',
        subjectKind: 'staff',
        subjectId: caller.staffId,
      },
    ])
    const { subject, text } = accessChangeText('passwordChanged', caller.name)
    await writeNotice(tx, office, { kind: 'staffAccess', to: caller.email, subject, text })
  })
  return undefined
}

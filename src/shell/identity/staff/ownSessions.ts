// Ends one of the caller's own sessions, with its trace.
import { writeAudit } from '../../audit/write.ts'
import type { Office } from '../../office.ts'
import { endSession, type StaffCaller } from './sessions.ts'

/** Whether there was such a session of the caller. */
export const endOwnSession = (
  office: Office,
  caller: StaffCaller,
  sessionId: string,
  remoteAddress: string,
): Promise<boolean> =>
  office.db.tx(async (tx) => {
    if (!(await endSession(tx, caller.staffId, sessionId))) return false
    const actor = { kind: 'staff', staffId: caller.staffId, remoteAddress } as const
    const at = office.clock.now()
    writeAudit(tx, [{ at, actor, action: 'session.ended', subjectKind: 'staff', subjectId: caller.staffId }])
    return true
  })

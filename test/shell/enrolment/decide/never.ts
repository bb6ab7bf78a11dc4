// What must never be in the office's tables, whatever happens.
import { expect } from 'vitest'
import type { Database } from '../../../../src/shell/db/pool.ts'

/** What must never be: each query finds nothing. */
const NEVER: Readonly<Record<string, string>> = {
  'a box without a holder': `
    select b.address from mailbox b left join mailbox_term t on t.mailbox_id = b.id
      left join address_holder h on h.address_key = b.address_key
    where (t.mailbox_id is null or h.fiscal_key is distinct from t.fiscal_key)`,
  'a holder with two living boxes of one convention': `
    select fiscal_key from mailbox_term where state in ('active', 'suspended', 'expired')
    group by convention_id, fiscal_key having count(*) > 1`,
  'an active case without its box, or a box of a case that is not active': `
    select e.case_number from enrolment e left join mailbox_term t on t.enrolment_id = e.id
    where (e.state in ('active', 'ended')) <> (t.mailbox_id is not null) or e.mailbox_id is distinct from t.mailbox_id`,
  'a box with some of its folders': `
    select b.address from mailbox b join folder f on f.mailbox_id = b.id group by b.address having count(*) <> 6`,
  'an approved case that nobody will provision': `
    select e.case_number from enrolment e where e.state = 'approved' and not exists (select from outbox j where j.id = e.id)`,
  'a password kept where a box has it or none will': `
    select case_number from enrolment where state in ('active', 'ended', 'refused', 'withdrawn') and password_hash is not null`,
  'two first messages or none': `
    select b.address from mailbox b where (select count(*) from outbox j where j.payload ->> 'duty' = 'deskMail' and j.payload #>> '{to,address}' = b.address
           and j.payload ->> 'subject' like 'Benvenuto%') <> 1`,
}

/** Looks for all of it; every mailbox of the database is taken for a holder's. */
export const expectNothingWrong = async (db: Database): Promise<void> => {
  for (const [what, text] of Object.entries(NEVER)) {
    expect(await db.query(`test ${what}`.slice(0, 63), text), what).toEqual([])
  }
}

// The password of who uses a box: its rules, and a change by who has proved to be the one.
import type { Refusal } from '../../../core/api/problems.ts'
import type { PasswordPolicy } from '../../../core/convention/convention.ts'
import { ownerOf, PLAIN_PASSWORD_POLICY } from '../../../core/identity/accountRecovery.ts'
import { passwordChangedText } from '../../../core/identity/accountTextsRecovery.ts'
import { brokenRules, type PasswordOwner } from '../../../core/identity/passwordPolicy.ts'
import { writeAudit } from '../../audit/write.ts'
import type { Tx } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashPassword, makePassword, putPassword } from '../passwords.ts'
import { revokeAppPasswordsOf } from './appPasswords.ts'
import { countCollaborators } from './collaboratorStore.ts'
import { findHolder, lockHolder, policyOf, tellHolder } from './holder.ts'
import { type AccountCaller, endAccountSessionsOf } from './sessions.ts'

export type PasswordRules = { readonly policy: PasswordPolicy; readonly owner: PasswordOwner }

/** The page on which a new password is asked for. */
export const resetPage = (office: Pick<Office, 'publicUrl'>): string => `${office.publicUrl}/nuova-password`

/** The rules that a password breaks, as a refusal. */
export const weakAccountPassword = ({ policy, owner }: PasswordRules, password: string): Refusal | undefined => {
  const broken = brokenRules(policy, password, owner)
  if (broken.length === 0) return undefined
  return {
    refusal: 'passwordWeak',
    fields: broken.map(({ rule, label }) => ({ field: 'password', code: rule.kind, ...label })),
  }
}

/** What a new password of the caller must keep to. */
export const passwordRules = async (office: Office, caller: AccountCaller): Promise<PasswordRules> => {
  const holder = caller.accountKind === 'holder' ? await findHolder(office.db, caller.accountId) : undefined
  return holder
    ? { policy: policyOf(holder), owner: ownerOf(holder) }
    : { policy: PLAIN_PASSWORD_POLICY, owner: { names: [caller.name], addresses: [caller.signInName] } }
}

/** `endAppPasswords`: the passwords of the person's programs end too. */
export type NewPassword = { readonly password: string; readonly endAppPasswords: boolean }

/** Sets the caller's password: every other session ends, and they are told. */
export const changeAccountPassword = async (
  office: Office,
  caller: AccountCaller,
  given: NewPassword,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const weak = weakAccountPassword(await passwordRules(office, caller), given.password)
  if (weak) return weak
  const isHolder = caller.accountKind === 'holder'
  const made = isHolder ? await makePassword(office.db, caller.mailbox.address, given.password) : undefined
  const passwordHash = made?.passwordHash ?? (await hashPassword(given.password))
  await office.db.tx(async (tx) => {
    const at = office.clock.now()
    const holder = isHolder ? await lockHolder(tx, caller.accountId) : undefined
    if (made) await putPassword(tx, caller.mailbox.address, made)
    else setOwnPassword(tx, caller.accountId, passwordHash)
    endAccountSessionsOf(tx, caller.accountId, caller.sessionId)
    if (given.endAppPasswords) revokeAppPasswordsOf(tx, caller.accountId, undefined, at)
    writeAudit(tx, [
      {
        at,
        actor: { kind: 'account', accountId: caller.accountId, remoteAddress },
        action: 'password.changed',
        subjectKind: 'account',
        subjectId: caller.accountId,
      },
    ])
    const { name, signInName } = caller
    const others = holder ? await countCollaborators(tx, holder.mailboxId) : 0
    const whose = { collaborator: !isHolder, others }
    const text = passwordChangedText(name, signInName, 'changed', at, resetPage(office), whose)
    if (holder) await tellHolder(tx, office, holder, { kind: 'accountPassword', ...text })
    else await writeNotice(tx, office, { kind: 'accountPassword', to: caller.signInName, ...text })
  })
  return undefined
}

/** A collaborator's own. */
export const setOwnPassword = (tx: Tx, accountId: number, passwordHash: string): void => {
  tx.send('account-password-set', `update account set password_hash = $2 where id = $1 and kind = 'delegate'`, [
    accountId,
    passwordHash,
  ])
}

// Endpoints of the account's second factor, passkeys, devices and history.
import { mayDropFactor } from '../../../../core/identity/accountPolicy.ts'
import { forgetDevice, listDevices, listSignIns } from '../../../identity/account/devices.ts'
import {
  accountCodesLeft,
  beginAccountFactor,
  confirmAccountFactor,
  dropAccountFactor,
  giveAccountCode,
  proveByCode,
  renewAccountCodes,
} from '../../../identity/account/factor.ts'
import {
  addPasskey,
  beginAssertion,
  beginPasskey,
  listPasskeys,
  proveByPasskey,
  removePasskey,
  signInByPasskey,
} from '../../../identity/account/passkeys.ts'
import { accountSessionView } from '../../../identity/account/signIn.ts'
import { accountArrivalOf, shownAccount } from './account.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

export const accountSecurityHandlers = {
  giveAccountCode: handler<'giveAccountCode'>(async (call) => {
    const outcome = await giveAccountCode(call.office, call.body, accountArrivalOf(call))
    return 'refusal' in outcome ? outcome : shownAccount(call, outcome)
  }),
  beginPasskeySignIn: handler<'beginPasskeySignIn'>(({ office }) => beginAssertion(office, { purpose: 'enter' })),
  signInByPasskey: handler<'signInByPasskey'>(async (call) => {
    const outcome = await signInByPasskey(call.office, call.body.credential, accountArrivalOf(call))
    return 'refusal' in outcome ? outcome : shownAccount(call, outcome)
  }),
  proveByCode: handler<'proveByCode'>(async ({ office, caller, body, client }) => {
    const refused = await proveByCode(office, caller, body.code, client.remoteAddress)
    return refused ?? accountSessionView(office, { ...caller, provedAt: office.clock.now() })
  }),
  beginPasskeyProof: handler<'beginPasskeyProof'>(({ office, caller }) =>
    beginAssertion(office, { purpose: 'prove', sessionId: caller.sessionId }),
  ),
  proveByPasskey: handler<'proveByPasskey'>(async ({ office, caller, body }) => {
    const refused = await proveByPasskey(office, caller, body.credential)
    return refused ?? accountSessionView(office, { ...caller, provedAt: office.clock.now() })
  }),
  getAccountSecurity: handler<'getAccountSecurity'>(async ({ office, caller: { accountId, factors } }) => ({
    secondFactorSet: factors.code,
    required: !mayDropFactor(0, office.accountPolicy, office.clock.now()),
    recoveryCodesLeft: await accountCodesLeft(office, accountId),
    passkeys: (await listPasskeys(office.db, accountId)).map(({ id, name, createdAt, usedAt }) => ({
      id,
      name,
      createdAt: iso(createdAt),
      ...(usedAt === null ? {} : { usedAt: iso(usedAt) }),
    })),
    devices: (await listDevices(office.db, accountId)).map(({ trustedUntil, seenAt, ...row }) => ({
      ...row,
      seenAt: iso(seenAt),
      ...(trustedUntil !== null && trustedUntil > office.clock.now() ? { trustedUntil: iso(trustedUntil) } : {}),
    })),
  })),
  listSignIns: handler<'listSignIns'>(async ({ office, caller }) => ({
    items: (await listSignIns(office.db, caller.accountId)).map(({ service, at, ...row }) => ({
      ...row,
      at: iso(at),
      ...(service ? { service } : {}),
    })),
  })),
  beginAccountFactor: handler<'beginAccountFactor'>(({ office, caller }) => beginAccountFactor(office, caller)),
  confirmAccountFactor: handler<'confirmAccountFactor'>(async ({ office, caller, body, client }) => {
    const outcome = await confirmAccountFactor(office, caller, body.code, client.remoteAddress)
    return 'refusal' in outcome ? outcome : { recoveryCodes: [...outcome.recoveryCodes] }
  }),
  dropAccountFactor: handler<'dropAccountFactor'>(({ office, caller, client }) =>
    dropAccountFactor(office, caller, client.remoteAddress),
  ),
  renewAccountCodes: handler<'renewAccountCodes'>(async ({ office, caller, client }) => {
    const outcome = await renewAccountCodes(office, caller, client.remoteAddress)
    return 'refusal' in outcome ? outcome : { recoveryCodes: [...outcome.recoveryCodes] }
  }),
  beginPasskey: handler<'beginPasskey'>(({ office, caller }) => beginPasskey(office, caller)),
  addPasskey: handler<'addPasskey'>(async ({ office, caller, body, client }) => {
    const added = await addPasskey(office, caller, body, client.remoteAddress)
    if ('refusal' in added) return added
    return added.recoveryCodes ? { recoveryCodes: [...added.recoveryCodes] } : {}
  }),
  removePasskey: handler<'removePasskey'>(({ office, caller, params, client }) =>
    removePasskey(office, caller, params.passkey, client.remoteAddress),
  ),
  forgetDevice: handler<'forgetDevice'>(async ({ office, caller, params }) =>
    (await forgetDevice(office.db, caller.accountId, params.device)) ? undefined : { refusal: 'notFound' },
  ),
}

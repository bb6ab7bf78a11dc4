// Identity/get, /changes and /set (RFC 8621 §6): who a box sends as. The address is always its own.
import { CHANGES_ARGS, GET_ARGS, isRecord, isString, SET_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, SUBMISSION } from '../../../core/jmap/capabilities.ts'
import { changesOf, parseState, portionOf } from '../../../core/jmap/changes.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import { applyPatch } from '../../../core/jmap/patch.ts'
import { sameAddress } from '../../../core/mail/address.ts'
import type { AddressValue, IdentityRow, IdentityValues } from '../../mailstore/outgoing.ts'
import { type Call, type ChangesArgs, type GetArgs, method, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'

const PROPERTIES = ['id', 'name', 'email', 'replyTo', 'bcc', 'textSignature', 'htmlSignature', 'mayDelete']

export const identityId = (id: number): string => `I${id}`
const MOST_IDENTITIES = 50
const MOST_CHARACTERS = 100_000

const shown = ({ id, name, replyTo, bcc, textSignature, htmlSignature, isStandard }: IdentityRow, address: string) => ({
  id: identityId(id),
  name,
  email: address,
  replyTo,
  bcc,
  textSignature,
  htmlSignature,
  mayDelete: !isStandard,
})

/** The identities that there are. */
export const identitiesOf = async ({ options, login }: Call): Promise<readonly IdentityRow[]> =>
  (await options.outgoing.identities(login.mailboxId)).filter(({ gone }) => gone === null)

const stateOf = async ({ options, login }: Call): Promise<string> =>
  String((await options.mailstore.states(login.mailboxId)).identities)

const get = method<GetArgs>('Identity/get', SUBMISSION, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  if (ids && ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const rows = await identitiesOf(call)
  const all = new Map(rows.map((row) => [identityId(row.id), shown(row, call.login.address)]))
  const asked = ids ? [...new Set(ids)] : [...all.keys()]
  return {
    accountId: call.accountId,
    state: await stateOf(call),
    list: asked.flatMap((id) => (all.has(id) ? [picked(all.get(id)!, wanted)] : [])),
    notFound: asked.filter((id) => !all.has(id)),
  }
})

const changes = method<ChangesArgs>(
  'Identity/changes',
  SUBMISSION,
  CHANGES_ARGS,
  async (call, { sinceState, maxChanges }) => {
    const since = parseState(sinceState)
    const rows = await call.options.outgoing.identities(call.login.mailboxId)
    const now = Number(await stateOf(call))
    if (!since || since.modseq > now) return methodError('cannotCalculateChanges')
    const all = rows.flatMap(({ id, born, changed, gone }) =>
      changesOf(
        identityId(id),
        [{ born, changed: Math.max(changed, gone ?? 0), gone: gone ?? undefined }],
        since.modseq,
      ),
    )
    return { accountId: call.accountId, oldState: sinceState, ...portionOf(all, since, now, maxChanges ?? undefined) }
  },
)

const isAddresses = (value: unknown): value is readonly AddressValue[] | null =>
  value === null ||
  (Array.isArray(value) &&
    value.length <= 100 &&
    value.every(
      (one) =>
        isRecord(one) &&
        isString(one.email) &&
        /^[^\s<>]{1,254}$/.test(one.email) &&
        (one.name === null || one.name === undefined || isString(one.name)),
    ))
const isText = (value: unknown): value is string =>
  isString(value) && value.length <= MOST_CHARACTERS && value.isWellFormed() && !value.includes('\0')

const KINDS: Readonly<Record<keyof IdentityValues, (value: unknown) => boolean>> = {
  name: isText,
  replyTo: isAddresses,
  bcc: isAddresses,
  textSignature: isText,
  htmlSignature: isText,
}
const DEFAULTS: IdentityValues = { name: '', replyTo: null, bcc: null, textSignature: '', htmlSignature: '' }

/** The values of an object that may be set; or which are wrong. */
const valuesOf = (object: Readonly<Record<string, unknown>>): IdentityValues | Done => {
  const names = Object.keys(KINDS) as (keyof IdentityValues)[]
  const wrong = names.filter((name) => !KINDS[name](object[name] ?? DEFAULTS[name]))
  if (wrong.length > 0) return invalidProperties(wrong)
  return Object.fromEntries(names.map((name) => [name, object[name] ?? DEFAULTS[name]])) as unknown as IdentityValues
}
const isValues = (values: IdentityValues | Done): values is IdentityValues => 'textSignature' in values

const create = async (call: Call, object: Readonly<Record<string, unknown>>): Promise<Done> => {
  const { email, ...others } = object
  if (!isString(email)) return invalidProperties(['email'])
  if (!sameAddress(email, call.login.address)) return { type: 'forbiddenFrom' }
  const unknown = Object.keys(others).filter((name) => !(name in KINDS))
  if (unknown.length > 0) return invalidProperties(unknown)
  const values = valuesOf(others)
  if (!isValues(values)) return values
  if ((await identitiesOf(call)).length >= MOST_IDENTITIES) return { type: 'overQuota' }
  const id = await call.options.outgoing.createIdentity(call.login.mailboxId, values)
  const told = { id: identityId(id), mayDelete: true, ...values, email: call.login.address }
  // RFC 8620 §5.3: what the client has not said, or not in this way.
  return { done: Object.fromEntries(Object.entries(told).filter(([name, value]) => object[name] !== value)) }
}

const update = async (
  call: Call,
  row: IdentityRow | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<Done> => {
  if (!row) return NOT_FOUND
  const before = shown(row, call.login.address)
  const patched = applyPatch(before, patch)
  if ('type' in patched) return patched
  const fixed = Object.keys({ ...before, ...patched.value }).filter(
    (name) => !(name in KINDS) && (before as Record<string, unknown>)[name] !== patched.value[name],
  )
  if (fixed.length > 0) return invalidProperties(fixed)
  const values = valuesOf(patched.value)
  if (!isValues(values)) return values
  await call.options.outgoing.changeIdentity(call.login.mailboxId, row.id, values)
  return DONE
}

const set = method<SetArgs>('Identity/set', SUBMISSION, SET_ARGS, async (call, args) => {
  const find = async (id: string): Promise<IdentityRow | undefined> =>
    (await identitiesOf(call)).find((row) => identityId(row.id) === id)
  return runSet(call, args, {
    state: () => stateOf(call),
    create: (object) => create(call, object),
    update: async (patches) => {
      const out = new Map<string, Done>()
      for (const [id, patch] of patches) out.set(id, await update(call, await find(id), patch))
      return out
    },
    destroy: async (ids) => {
      const out = new Map<string, Done>()
      for (const id of ids) {
        const row = await find(id)
        if (row && !row.isStandard) await call.options.outgoing.removeIdentity(call.login.mailboxId, row.id)
        out.set(id, !row ? NOT_FOUND : row.isStandard ? { type: 'forbidden' } : DONE)
      }
      return out
    },
  })
})

export const identityMethods = [get, changes, set]

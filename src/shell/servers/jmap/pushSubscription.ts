// PushSubscription/get and /set (RFC 8620 §7.2): addresses to which changes are posted; each is of the sign-in that made it.
import { GET_ARGS, isString, SET_ARGS } from '../../../core/jmap/args.ts'
import { CORE, LIMITS } from '../../../core/jmap/capabilities.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { utcDate } from '../../../core/jmap/date.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError, type SetError } from '../../../core/jmap/errors.ts'
import { pushSubscriptionId as pushId } from '../../../core/jmap/ids.ts'
import {
  readSubscription,
  readSubscriptionPatch,
  SECRET_PROPERTIES,
  TOLD_PROPERTIES,
} from '../../../core/jmap/pushSubscription.ts'
import type { Subscription } from '../../alerts/subscriptionStore.ts'
import { type Call, type GetArgs, method, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'

const shown = (one: Subscription) => ({
  id: pushId(one.id),
  deviceClientId: one.deviceClientId,
  // Told to who has told it.
  verificationCode: one.verifiedAt === null ? null : one.verificationCode,
  expires: utcDate(one.expiresAt),
  types: one.types,
})

const mine = async ({ options: { push }, login }: Call): Promise<ReadonlyMap<string, Subscription>> => {
  const rows = push ? await push.list(login.mailboxId, login.opener) : []
  return new Map(rows.map((one) => [pushId(one.id), one]))
}

const { 'accountId!': _, ...GET } = GET_ARGS
const { 'accountId!': __, ifInState: ___, ...SET } = SET_ARGS

const get = method<GetArgs>('PushSubscription/get', CORE, GET, async (call, { ids, properties }) => {
  // RFC 8620 §7.2.1
  if (properties?.some((name) => (SECRET_PROPERTIES as readonly string[]).includes(name)))
    return methodError('forbidden', 'url and keys are not told')
  const wanted = pickProperties(TOLD_PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  const all = await mine(call)
  const asked = ids ? [...new Set(ids)] : [...all.keys()]
  if (asked.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  return {
    list: asked.flatMap((id) => (all.has(id) ? [picked(shown(all.get(id)!), wanted)] : [])),
    notFound: asked.filter((id) => !all.has(id)),
  }
})

const REFUSALS: Readonly<Record<string, SetError>> = {
  url: invalidProperties(['url'], 'it must be https, and of the open network'),
  keys: invalidProperties(['keys'], 'p256dh is a point of P-256 and auth 16 bytes, in base64url'),
  tooMany: { type: 'overQuota', description: 'this sign-in has as many as it may' },
  tooOften: { type: 'rateLimit', description: 'too many were made within an hour' },
  unavailable: { type: 'forbidden', description: 'nothing is posted from here' },
}

const create = async ({ options, login }: Call, object: Readonly<Record<string, unknown>>): Promise<Done> => {
  const wanted = readSubscription(object, options.now())
  if ('type' in wanted) return wanted
  if (!options.push) return REFUSALS.unavailable!
  const made = await options.push.create(login.mailboxId, login.opener, wanted)
  if ('refusal' in made) return REFUSALS[made.refusal]!
  const expires = utcDate(made.expiresAt)
  const told = isString(object.expires) && Date.parse(object.expires) === made.expiresAt ? {} : { expires }
  return { done: { id: pushId(made.id), ...told } }
}

const update = async (
  { options }: Call,
  one: Subscription | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<Done> => {
  if (!one || !options.push) return NOT_FOUND
  const changes = readSubscriptionPatch(patch, options.now())
  if ('type' in changes) return changes
  if (!(await options.push.change(one, changes))) return invalidProperties(['verificationCode'], 'it is another one')
  const { expiresAt } = changes
  const asAsked = expiresAt === undefined || (isString(patch.expires) && Date.parse(patch.expires) === expiresAt)
  return asAsked ? DONE : { done: { expires: utcDate(expiresAt) } }
}

const set = method<SetArgs>('PushSubscription/set', CORE, SET, async (call, args) => {
  const all = await mine(call)
  const done = await runSet(call, args, {
    reads: true,
    state: async () => '',
    create: (object) => create(call, object),
    update: async (patches) => {
      const out = new Map<string, Done>()
      for (const [id, patch] of patches) out.set(id, await update(call, all.get(id), patch))
      return out
    },
    destroy: async (ids) => {
      const out = new Map<string, Done>()
      for (const id of ids) {
        const one = all.get(id)
        if (one) await call.options.push?.end(one)
        out.set(id, one ? DONE : NOT_FOUND)
      }
      return out
    },
  })
  if (isMethodError(done)) return done
  // RFC 8620 §7.2.2: they are of no account, and have no states.
  const { accountId: _, oldState: __, newState: ___, ...told } = done
  return told
})

export const pushSubscriptionMethods = [get, set]

// PecSettings/get and /set: a singleton (docs/flows/jmap-pec.md).
import { GET_ARGS, SET_ARGS } from '../../../core/jmap/args.ts'
import { PEC } from '../../../core/jmap/capabilities.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type SetError } from '../../../core/jmap/errors.ts'
import { DEFAULT_SETTINGS, patchSettings, SETTINGS_ID, settingsOf } from '../../../core/jmap/pecSettings.ts'
import { type Call, type GetArgs, method, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'

const stateOf = async ({ options, login }: Call): Promise<string> =>
  String((await options.mailstore.states(login.mailboxId)).settings)

const get = method<GetArgs>('PecSettings/get', PEC, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(Object.keys(DEFAULT_SETTINGS), properties)
  if (isMethodError(wanted)) return wanted
  const state = await stateOf(call)
  const settings = settingsOf(await call.options.webSettings.read(call.login.mailboxId))
  return {
    accountId: call.accountId,
    state,
    list: ids && !ids.includes(SETTINGS_ID) ? [] : [picked(settings, wanted)],
    notFound: [...new Set(ids ?? [])].filter((id) => id !== SETTINGS_ID),
  }
})

const update = async (call: Call, patch: Readonly<Record<string, unknown>>): Promise<Done> => {
  let refused: SetError | undefined
  await call.options.webSettings.change(call.login.mailboxId, (value) => {
    const patched = patchSettings(settingsOf(value), patch)
    if (!('type' in patched)) return patched
    refused = patched
    return undefined
  })
  return refused ?? DONE
}

/** RFC 8620 §5.3: there is one, and there always is. */
const SINGLETON: SetError = { type: 'singleton' }

const set = method<SetArgs>('PecSettings/set', PEC, SET_ARGS, (call, args) =>
  runSet(call, args, {
    state: () => stateOf(call),
    create: async () => SINGLETON,
    update: async (patches) => {
      const out = new Map<string, Done>()
      for (const [id, patch] of patches) out.set(id, id === SETTINGS_ID ? await update(call, patch) : NOT_FOUND)
      return out
    },
    destroy: async (ids) => new Map(ids.map((id) => [id, id === SETTINGS_ID ? SINGLETON : NOT_FOUND])),
  }),
)

export const pecSettingsMethods = [get, set]

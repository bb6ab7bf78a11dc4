// What a person keeps of the webmail on every device: templates, the kind of receipt, the seconds to call back, the theme.
import type { PecSettings } from '../../../src/core/jmap/pec.ts'
import { Problem } from '../../ui/api.ts'
import { call, capability, mayWrite, request } from '../jmap/client.ts'
import type { Done, Got } from '../jmap/types.ts'
import { onChange, tellChange } from '../store/live.ts'
import { signal, useSignal } from '../store/signal.ts'
import { keptTheme, showTheme } from './theme.ts'

const DEFAULTS: PecSettings = {
  id: 'singleton',
  savedSearches: [],
  templates: [],
  receiptType: 'complete',
  undoSeconds: 10,
  theme: 'system',
}

const settings = signal<PecSettings>(DEFAULTS)
let loading: Promise<void> | undefined

const load = async (): Promise<void> => {
  try {
    const [{ list }] = await request<[Got<PecSettings>]>([['PecSettings/get', { ids: null }]])
    if (list[0]) settings.set({ ...DEFAULTS, ...list[0] })
    showTheme(settings.get().theme)
  } catch (error) {
    // a server that does not keep them: those of this device
    settings.set({ ...DEFAULTS, theme: keptTheme() })
    if (!(error instanceof Problem) || error.code === 'offline') loading = undefined
  }
}

/** Loads them once. */
export const prepareSettings = (): Promise<void> => {
  loading ??= load()
  return loading
}

/** Keeps them up to date until it is ended. */
export const followSettings = (): (() => void) => {
  void prepareSettings()
  return onChange(['PecSettings'], () => {
    loading = load()
  })
}

export const useSettings = (): PecSettings => useSignal(settings)
export const settingsNow = (): PecSettings => settings.get()

/** Changes them, shown at once. Throws Problem, and then they are as before. */
export const changeSettings = async (patch: Partial<Omit<PecSettings, 'id'>>): Promise<void> => {
  const before = settings.get()
  settings.set({ ...before, ...patch })
  if (patch.theme) showTheme(patch.theme)
  try {
    const { notUpdated } = await call<Done>('PecSettings/set', { update: { singleton: patch } })
    const wrong = notUpdated?.singleton
    if (wrong) throw new Problem(0, { code: `jmap:${wrong.type}` })
    tellChange(['PecSettings'])
  } catch (error) {
    if (error instanceof Problem && error.code === 'jmap:unknownMethod' && patch.theme) return
    settings.set(before)
    showTheme(before.theme)
    throw error
  }
}

/** Whether they may be changed: by who may change anything. */
export const mayChangeSettings = mayWrite

const numberOf = (name: string, otherwise: number): number => {
  const value = capability('urn:ceralacca:pec')[name]
  return typeof value === 'number' ? value : otherwise
}

/** Size times recipients of a message (DM 2 Nov 2005 art. 12: no less than 30 MB). */
export const sizeLimit = (): number => numberOf('maxSizeTimesRecipients', 30 * 1024 * 1024)
export const recipientsLimit = (): number => numberOf('maxRecipients', 50)
/** How far the server puts off; 0 where it does not. */
export const mostDelaySeconds = (): number => {
  const value = capability('urn:ietf:params:jmap:submission').maxDelayedSend
  return typeof value === 'number' ? value : 0
}

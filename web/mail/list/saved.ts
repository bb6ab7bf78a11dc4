// Searches that a person keeps, on every device.
import type { PecSettings } from '../../../src/core/jmap/pec.ts'
import { Problem } from '../../ui/api.ts'
import { call } from '../jmap/client.ts'
import type { Done, Got } from '../jmap/types.ts'
import { onChange } from '../store/live.ts'
import { signal, useSignal } from '../store/signal.ts'

export type SavedSearch = PecSettings['savedSearches'][number]

const saved = signal<readonly SavedSearch[] | undefined>(undefined)

/** Undefined where they are not known. */
export const useSaved = (): readonly SavedSearch[] | undefined => useSignal(saved)

const load = async (): Promise<void> => {
  const { list } = await call<Got<PecSettings>>('PecSettings/get', { ids: null })
  saved.set(list[0]?.savedSearches ?? [])
}

/** Keeps them up to date until it is ended. */
export const followSaved = (): (() => void) => {
  void load().catch(() => {})
  return onChange(['PecSettings'], () => void load().catch(() => {}))
}

/** Changes what is kept; throws Problem, and all is as before. */
export const changeSaved = async (
  change: (before: readonly SavedSearch[]) => readonly SavedSearch[],
): Promise<void> => {
  const before = saved.get() ?? []
  const savedSearches = change(before)
  saved.set(savedSearches)
  try {
    const { notUpdated } = await call<Done>('PecSettings/set', { update: { singleton: { savedSearches } } })
    const wrong = notUpdated?.singleton
    if (wrong) throw new Problem(0, { code: `jmap:${wrong.type}` })
  } catch (error) {
    saved.set(before)
    throw error
  }
}

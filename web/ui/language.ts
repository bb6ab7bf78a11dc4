// The two languages: Italian first, English by choice, which this device remembers. English travels when it is asked for.
import { useSyncExternalStore } from 'react'

export type Language = 'it' | 'en'

type Dictionary = { load: () => Promise<void> }

const KEY = 'ceralacca.language'
const dictionaries: Dictionary[] = []
const listeners = new Set<() => void>()
let current: Language = 'it'
/** Changes with each change of the language or of what is loaded. */
let version = 0

const tell = (): void => {
  version += 1
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const remembered = (): Language => {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'it'
  } catch {
    return 'it' // storage is forbidden here
  }
}

/** The language of the moment, outside of components. */
export const language = (): Language => current

/** The language of the moment; the component is drawn again when it changes. */
export const useLanguage = (): Language => {
  useSyncExternalStore(subscribe, () => version)
  return current
}

/** Changes the language of all that is shown, once its words are here. */
export const setLanguage = async (wanted: Language): Promise<void> => {
  if (wanted === 'en') await Promise.all(dictionaries.map((one) => one.load()))
  current = wanted
  document.documentElement.lang = wanted
  try {
    localStorage.setItem(KEY, wanted)
  } catch {
    // it will be Italian again the next time
  }
  tell()
}

/** Before the first drawing: the language that was chosen on this device, or by `?lang=` in the address. */
export const prepareLanguage = async (): Promise<void> => {
  const asked = new URLSearchParams(location.search).get('lang')
  const wanted = asked === 'en' || asked === 'it' ? asked : remembered()
  if (wanted === 'en' || asked !== null) await setLanguage(wanted).catch(() => {})
}

/** A dictionary: Italian at hand, English fetched when it is wanted. Gives the hook that reads it. */
export const defineTexts = <T extends object>(
  italian: T,
  english: () => Promise<{ readonly default: T }>,
): (() => T) => {
  let loaded: T | undefined
  const load = async (): Promise<void> => {
    loaded ??= (await english()).default
  }
  dictionaries.push({ load })
  // A part of the pages that comes later, while English is spoken.
  if (current === 'en') void load().then(tell)
  return () => (useLanguage() === 'en' ? (loaded ?? italian) : italian)
}

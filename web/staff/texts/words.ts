// The hook of the names of states and events.
import { defineTexts } from '../../ui/language.ts'
import italian from './words.it.ts'

export const useWords = defineTexts(italian, () => import('./words.en.ts'))

/** A word of a list; what is not in it stays as it is. */
export const wordOf = (words: Readonly<Record<string, string>>, key: string): string => words[key] ?? key

// The hook of the texts of the list, the folders and the search.
import { defineTexts } from '../../ui/language.ts'
import italian from './list.it.ts'

export type ListTexts = typeof italian
export const useListTexts = defineTexts(italian, () => import('./list.en.ts'))

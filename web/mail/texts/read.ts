// The hook of the texts of reading.
import { defineTexts } from '../../ui/language.ts'
import italian from './read.it.ts'

export type ReadTexts = typeof italian
export const useReadTexts = defineTexts(italian, () => import('./read.en.ts'))

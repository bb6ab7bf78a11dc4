// The hook of the texts of what comes later while reading.
import { defineTexts } from '../../ui/language.ts'
import italian from './readMore.it.ts'

export type ReadMoreTexts = typeof italian
export const useReadMoreTexts = defineTexts(italian, () => import('./readMore.en.ts'))

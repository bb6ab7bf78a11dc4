// The hook of the texts of writing.
import { defineTexts } from '../../ui/language.ts'
import italian from './write.it.ts'

export type WriteTexts = typeof italian
export const useWriteTexts = defineTexts(italian, () => import('./write.en.ts'))

// The hook of the texts of the box: the first page, certificates, taking out, giving up.
import { defineTexts } from '../../ui/language.ts'
import italian from './box.it.ts'

export type BoxTexts = typeof italian
export const useBoxTexts = defineTexts(italian, () => import('./box.en.ts'))

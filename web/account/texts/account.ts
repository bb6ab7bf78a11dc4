// The hook of the texts of the account.
import { defineTexts } from '../../ui/language.ts'
import italian from './account.it.ts'

export type AccountTexts = typeof italian
export const useAccountTexts = defineTexts(italian, () => import('./account.en.ts'))

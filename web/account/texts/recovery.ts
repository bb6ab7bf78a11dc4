// The hook of the texts of password and reference e-mail.
import { defineTexts } from '../../ui/language.ts'
import italian from './recovery.it.ts'

export const useRecoveryTexts = defineTexts(italian, () => import('./recovery.en.ts'))

// The hook of the texts of phones and programs.
import { defineTexts } from '../../ui/language.ts'
import italian from './programs.it.ts'

export const useProgramTexts = defineTexts(italian, () => import('./programs.en.ts'))

// The hook of the help's texts.
import { defineTexts } from '../../ui/language.ts'
import italian from './help.it.ts'

export const useHelpTexts = defineTexts(italian, () => import('./help.en.ts'))

// The hook of the texts of help pages in the consoles.
import { defineTexts } from '../../ui/language.ts'
import italian from './help.it.ts'

export const useHelpPageTexts = defineTexts(italian, () => import('./help.en.ts'))

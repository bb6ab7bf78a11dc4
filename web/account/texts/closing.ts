// The hook of the texts of giving up the box.
import { defineTexts } from '../../ui/language.ts'
import italian from './closing.it.ts'

export const useClosingTexts = defineTexts(italian, () => import('./closing.en.ts'))

// The hooks of the texts of the Order's console.
import { defineTexts } from '../../ui/language.ts'
import deskItalian from './desk.it.ts'
import italian from './order.it.ts'

export const useOrderTexts = defineTexts(italian, () => import('./order.en.ts'))
export const useDeskTexts = defineTexts(deskItalian, () => import('./desk.en.ts'))

// The hook of the texts that sign-in and consoles share.
import { defineTexts } from '../../ui/language.ts'
import italian from './staff.it.ts'

export const useStaffTexts = defineTexts(italian, () => import('./staff.en.ts'))

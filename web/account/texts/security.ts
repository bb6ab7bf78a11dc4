// The hook of the texts of second factor, passkeys, devices and history.
import { defineTexts } from '../../ui/language.ts'
import italian from './security.it.ts'

export const useSecurityTexts = defineTexts(italian, () => import('./security.en.ts'))

// The hook of the texts of the request to change a dead reference e-mail.
import { defineTexts } from '../../ui/language.ts'
import italian from './request.it.ts'

export const useRequestTexts = defineTexts(italian, () => import('./request.en.ts'))

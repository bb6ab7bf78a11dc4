// The hook of the texts of the webmail's frame. Each part (list, read, write) has a file of its own beside it.
import { defineTexts } from '../../ui/language.ts'
import italian from './mail.it.ts'

export type MailTexts = typeof italian
export const useMailTexts = defineTexts(italian, () => import('./mail.en.ts'))

// The hook of the texts of the help desk.
import { defineTexts } from '../language.ts'
import italian from './tickets.it.ts'

export const useTicketTexts = defineTexts(italian, () => import('./tickets.en.ts'))

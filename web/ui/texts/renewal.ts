// The hook of the texts of the page of a renewal.
import { defineTexts } from '../language.ts'
import italian from './renewal.it.ts'

export const useRenewal = defineTexts(italian, () => import('./renewal.en.ts'))

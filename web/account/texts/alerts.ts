// The hook of the texts of alerts.
import { defineTexts } from '../../ui/language.ts'
import italian from './alerts.it.ts'

export const useAlertTexts = defineTexts(italian, () => import('./alerts.en.ts'))

// The hooks of the texts of the operator's console.
import { defineTexts } from '../../ui/language.ts'
import billingItalian from './billing.it.ts'
import officeItalian from './office.it.ts'
import italian from './operator.it.ts'
import recoveryItalian from './recovery.it.ts'
import deskItalian from './tickets.it.ts'

export const useOperatorTexts = defineTexts(italian, () => import('./operator.en.ts'))
export const useRecoveryTexts = defineTexts(recoveryItalian, () => import('./recovery.en.ts'))
export const useOfficeTexts = defineTexts(officeItalian, () => import('./office.en.ts'))
export const useBillingTexts = defineTexts(billingItalian, () => import('./billing.en.ts'))
export const useDeskTexts = defineTexts(deskItalian, () => import('./tickets.en.ts'))

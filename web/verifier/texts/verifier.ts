// The hook of the texts of the verifier.
import { defineTexts } from '../../ui/language.ts'
import italian from './verifier.it.ts'

export type VerifierTexts = typeof italian
export const useVerifierTexts = defineTexts(italian, () => import('./verifier.en.ts'))

// The hook of the texts that all applications share.
import { defineTexts } from '../language.ts'
import italian from './common.it.ts'

export const useCommon = defineTexts(italian, () => import('./common.en.ts'))

// The hook of the texts of the portal.
import { defineTexts } from '../language.ts'
import italian from './portal.it.ts'

export const usePortal = defineTexts(italian, () => import('./portal.en.ts'))

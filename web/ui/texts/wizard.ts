// The hook of the texts of the wizard.
import { defineTexts } from '../language.ts'
import italian from './wizard.it.ts'

export const useWizard = defineTexts(italian, () => import('./wizard.en.ts'))

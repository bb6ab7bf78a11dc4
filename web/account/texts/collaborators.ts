// The hook of the texts of collaborators.
import { defineTexts } from '../../ui/language.ts'
import italian from './collaborators.it.ts'

export const useCollaboratorTexts = defineTexts(italian, () => import('./collaborators.en.ts'))

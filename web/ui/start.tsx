// Starts an application in its page: the language first, then the first drawing.
import './styles/main.scss'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { prepareLanguage } from './language.ts'

export const start = async (application: ReactNode): Promise<void> => {
  await prepareLanguage()
  createRoot(document.getElementById('app')!).render(application)
}

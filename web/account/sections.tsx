// The pages of the account, a row each: address below /casella, words, what is shown. The frame and the first page are made of it.
import type { ReactNode } from 'react'
import { SessionsPage } from './SessionsPage.tsx'
import type { AccountTexts } from './texts/account.ts'

export type Section = {
  readonly href: string
  readonly label: (t: AccountTexts) => string
  readonly about: (t: AccountTexts) => string
  readonly page: ReactNode
  /** Collaborators have it too. */
  readonly delegates?: true
}

export const SECTIONS: readonly Section[] = [
  {
    href: '/accessi',
    label: (t) => t.sessions.title,
    about: (t) => t.sessions.about,
    page: <SessionsPage />,
    delegates: true,
  },
]

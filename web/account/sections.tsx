// The pages of the account, a row each: address below /casella, words, what is shown. The frame and the first page are made of it.
import type { ReactNode } from 'react'
import { AlertsPage } from './AlertsPage.tsx'
import { BoxesPage } from './BoxesPage.tsx'
import { ClosingPage } from './ClosingPage.tsx'
import { CollaboratorsPage } from './CollaboratorsPage.tsx'
import { PapersPage } from './PapersPage.tsx'
import { PasswordPage } from './PasswordPage.tsx'
import { ProgramsPage } from './ProgramsPage.tsx'
import { ReferencePage } from './ReferencePage.tsx'
import { SecurityPage } from './SecurityPage.tsx'
import { SessionsPage } from './SessionsPage.tsx'
import { TicketsPage } from './TicketsPage.tsx'
import type { AccountTexts } from './texts/account.ts'

export type Section = {
  readonly href: string
  readonly label: (t: AccountTexts) => string
  readonly about: (t: AccountTexts) => string
  readonly page: ReactNode
  /** Collaborators have it too, or they alone. */
  readonly delegates?: true | 'alone'
  /** On the first page only, not in the bar. */
  readonly rare?: true
}

/** The pages of who has a right: a holder's, or a collaborator's. */
export const sectionsOf = (rights: 'own' | 'send' | 'read'): readonly Section[] =>
  SECTIONS.filter(({ delegates }) => (rights === 'own' ? delegates !== 'alone' : delegates !== undefined))

const SECTIONS: readonly Section[] = [
  {
    href: '/password',
    label: (t) => t.password.title,
    about: (t) => t.password.about,
    page: <PasswordPage />,
    delegates: true,
  },
  {
    href: '/riferimento',
    label: (t) => t.reference.title,
    about: (t) => t.reference.about,
    page: <ReferencePage />,
  },
  {
    href: '/avvisi',
    label: (t) => t.alerts.title,
    about: (t) => t.alerts.about,
    page: <AlertsPage />,
  },
  {
    href: '/caselle',
    label: (t) => t.boxes.title,
    about: (t) => t.boxes.about,
    page: <BoxesPage />,
    delegates: 'alone',
  },
  {
    href: '/collaboratori',
    label: (t) => t.collaborators.title,
    about: (t) => t.collaborators.about,
    page: <CollaboratorsPage />,
  },
  {
    href: '/programmi',
    label: (t) => t.programs.title,
    about: (t) => t.programs.about,
    page: <ProgramsPage />,
    delegates: true,
  },
  {
    href: '/sicurezza',
    label: (t) => t.security.title,
    about: (t) => t.security.about,
    page: <SecurityPage />,
    delegates: true,
  },
  {
    href: '/attestazione',
    label: (t) => t.papers.title,
    about: (t) => t.papers.about,
    page: <PapersPage />,
  },
  {
    href: '/accessi',
    label: (t) => t.sessions.title,
    about: (t) => t.sessions.about,
    page: <SessionsPage />,
    delegates: true,
  },
  {
    href: '/richieste',
    label: (t) => t.tickets.title,
    about: (t) => t.tickets.about,
    page: <TicketsPage />,
    delegates: true,
  },
  {
    href: '/chiusura',
    label: (t) => t.closing.title,
    about: (t) => t.closing.about,
    page: <ClosingPage />,
    rare: true,
  },
]

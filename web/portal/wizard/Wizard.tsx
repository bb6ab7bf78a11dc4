// The wizard: which step an address shows, and what is shown where there is no case, or nothing more to write.
import { Redirect, useParams } from 'wouter'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { Loading } from '../../ui/Parts.tsx'
import { useCommon } from '../../ui/texts/common.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { isEditable, loadCase, useCase } from '../case.ts'
import { NotFoundPage } from '../FrontPage.tsx'
import { PortalFrame } from '../PortalFrame.tsx'
import { AddressStep } from './AddressStep.tsx'
import { CheckStep } from './CheckStep.tsx'
import { DocumentStep } from './DocumentStep.tsx'
import { EmailStep } from './EmailStep.tsx'
import { ModuleStep } from './ModuleStep.tsx'
import { PersonStep } from './PersonStep.tsx'
import { stepAt } from './places.ts'
import { NoCase } from './Reopen.tsx'
import { SummaryStep } from './SummaryStep.tsx'

const PAGES = {
  address: AddressStep,
  person: PersonStep,
  email: EmailStep,
  document: DocumentStep,
  module: ModuleStep,
  summary: SummaryStep,
} as const

export const Wizard = () => {
  const common = useCommon()
  const t = useWizard()
  const place = useParams<{ step?: string }>().step
  const { view, status, problem } = useCase()
  const step = stepAt(place)
  if (place === undefined) return <CheckStep />
  if (step === undefined) return <NotFoundPage {...common.notFound} />
  if (!view) {
    if (status === 'none') return <NoCase title={t.steps[step]} />
    return (
      <PortalFrame>
        {problem ? <ProblemAlert problem={problem} onRetry={() => void loadCase()} /> : <Loading />}
      </PortalFrame>
    )
  }
  if (!isEditable(view)) return <Redirect to="/pratica" replace />
  const Page = PAGES[step]
  return <Page view={view} key={`${view.caseNumber} ${step}`} />
}

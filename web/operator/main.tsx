// The pages of the provider's operators.
import { start } from '../ui/start.tsx'
import { OperatorApplication } from './OperatorApplication.tsx'
import '../ui/styles/signedIn.scss'
import '../staff/consoles.scss'
import '../staff/helpPages.scss'

await start(<OperatorApplication />)

// The pages of an Order's secretariat, and the sign-in of all staff.
import { start } from '../ui/start.tsx'
import { OrderApplication } from './OrderApplication.tsx'
import '../ui/styles/signedIn.scss'
import '../staff/consoles.scss'
import '../staff/helpPages.scss'

await start(<OrderApplication />)

// The pages of who uses a box: sign-in, account, help.
import { start } from '../ui/start.tsx'
import { AccountApplication } from './AccountApplication.tsx'
import '../ui/styles/signedIn.scss'
import './account.scss'

await start(<AccountApplication />)

// The pages of who uses a box: sign-in, account, help.
import { start } from '../ui/start.tsx'
import { AccountApplication } from './AccountApplication.tsx'

await start(<AccountApplication />)

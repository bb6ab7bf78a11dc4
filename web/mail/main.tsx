// The webmail: certified mail made plain.
import { start } from '../ui/start.tsx'
import { MailApplication } from './MailApplication.tsx'
import './mail.scss'

await start(<MailApplication />)

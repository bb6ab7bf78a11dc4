// The webmail: certified mail made plain.
import { start } from '../ui/start.tsx'
import { registerWorker } from '../ui/worker.ts'
import { MailApplication } from './MailApplication.tsx'
import './mail.scss'

// A part of the pages that is no longer there: the server has newer ones, and drafts are kept as they are typed.
const RELOADED = 'ceralacca.reloaded'
window.addEventListener('vite:preloadError', (event) => {
  if (!navigator.onLine || sessionStorage.getItem(RELOADED) !== null) return
  sessionStorage.setItem(RELOADED, 'yes')
  event.preventDefault()
  location.reload()
})

await start(<MailApplication />)

// Without a worker all works, but not without a line.
if ('serviceWorker' in navigator) void registerWorker('/posta-worker.js').catch((error: unknown) => console.info(error))

// What writing does while nobody writes: what an earlier visit left unsent or unsaved goes on its way; the theme is shown.
import { maySend } from '../jmap/client.ts'
import { keptKeys } from '../store/kept.ts'
import { online } from '../store/live.ts'
import { followQueue, queued } from '../store/outbox.ts'
import { identities } from './identities.ts'
import { followSettings } from './settings.ts'

/** Whether the outbox holds messages. */
const hasMessages = (): boolean => queued().some(({ intent }) => intent.kind === 'send')

/** The code that sends comes when there is something to send. */
const sendLeftovers = (): void => {
  if (hasMessages()) void import('./send.ts').then(({ startSending }) => startSending()).catch(() => {})
}

const saveLeftovers = async (): Promise<void> => {
  if (!online.get() || !(await keptKeys('drafts')).some((key) => key.startsWith('d:'))) return
  const { saveDraftsHere } = await import('./leftovers.ts')
  await saveDraftsHere()
}

/** What one writes with is here before the line goes. */
const fetchAhead = (): void => {
  if (!maySend()) return
  const idle = window.requestIdleCallback ?? ((then: () => void) => window.setTimeout(then, 2_000))
  idle(() => void Promise.all([import('./WritePage.tsx'), identities()]).catch(() => {}))
}

/** Begins, once the outbox is loaded; gives what ends it. */
export const startWriting = (): (() => void) => {
  sendLeftovers()
  fetchAhead()
  void saveLeftovers().catch(() => {})
  const ends = [
    followSettings(),
    followQueue(sendLeftovers),
    online.subscribe(() => online.get() && void saveLeftovers().catch(() => {})),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** How many messages and drafts are on this device and nowhere else. */
export const unsentCount = async (): Promise<number> => {
  const sends = queued().filter(({ intent }) => intent.kind === 'send').length
  const { draftsAhead } = await import('./leftovers.ts')
  return sends + (await draftsAhead()).length
}

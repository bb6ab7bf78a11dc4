// What follows when a person sends: the message goes to the outbox, and the edge of the page tells what becomes of it.
import { navigate } from 'wouter/use-browser-location'
import { writeAddress } from '../addresses.ts'
import { isKeeping } from '../store/kept.ts'
import { online } from '../store/live.ts'
import { closeNotice, noticeNow, Told, tell, tellFailure } from '../store/notices.ts'
import type { WriteTexts } from '../texts/write.ts'
import type { Desk } from './desk.ts'
import { whenText } from './ScheduleFields.tsx'
import { callBack, type Fate, fates, send } from './send.ts'
import { mostDelaySeconds, settingsNow } from './settings.ts'

const openDraft = (emailId: string): void => navigate(`/posta${writeAddress({ kind: 'draft', emailId })}`)

const refusalText = (code: string, t: WriteTexts): string => {
  const type = code.replace(/^jmap:/, '') as keyof WriteTexts['told']['refused']
  return Object.hasOwn(t.told.refused, type) ? t.told.refused[type] : t.told.refused.other
}

/** Sends what is on a desk, at once or at a time; the page may be left when it resolves. */
export const dispatch = async (desk: Desk, at: number | null, t: WriteTexts): Promise<void> => {
  const draft = await desk.take()
  const undoSeconds = mostDelaySeconds() > 0 ? settingsNow().undoSeconds : 0
  const { key } = draft
  const undo = async (): Promise<void> => {
    const outcome = await callBack(key)
    if (outcome === 'left') throw new Told(t.told.tooLate)
    openDraft(outcome.open)
  }
  const offline = (await isKeeping()) ? t.told.offline : t.told.notKept
  let mine = tell(online.get() ? t.told.sending : offline, undo, t.told.undo)
  const say = (text: string, undoing?: () => Promise<void>): void => {
    // what was told of something else since then stays
    if (noticeNow()?.id === mine) mine = tell(text, undoing, t.told.undo)
  }
  const onFate = (fate: Fate | undefined): void => {
    if (fate?.kind === 'refused') tellFailure(refusalText(fate.code, t))
    else if (fate?.kind === 'left') say(t.told.left)
    else if (fate?.kind === 'held') {
      if (at !== null) say(t.told.scheduled(whenText(at, Date.now(), t)), undo)
      else {
        say(t.told.leaves(undoSeconds), undo)
        setTimeout(() => say(t.told.left), undoSeconds * 1_000)
      }
    }
    if (fate && fate.kind !== 'waiting') stop()
  }
  const stop = fates.subscribe(() => onFate(fates.get().get(key)))
  const offLine = online.subscribe(() => {
    if (fates.get().get(key)?.kind !== 'waiting') offLine()
    else if (!online.get()) say(offline, undo)
  })
  void send({ draft, at, undoSeconds }).catch(() => closeNotice())
}

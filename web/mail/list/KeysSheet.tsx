// The sheet that says what single keys do, and switches them off; and the keys that work everywhere.
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Parts.tsx'
import { listAddress, writeAddress } from '../addresses.ts'
import { maySend } from '../jmap/client.ts'
import { useConversationActions } from '../read/conversationActions.ts'
import { undoNotice } from '../store/notices.ts'
import { signal, useSignal } from '../store/signal.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { KEYS, type KeyName, listenToKeys, setKeysOn, useKeys, useKeysOn } from './keys.ts'

const shown = signal(false)

/** Opens the sheet; the sheet itself stands where it is seen while the folders are not. */
export const KeysButton = () => {
  const t = useListTexts().keys
  return (
    <button type="button" aria-haspopup="dialog" onClick={() => shown.set(true)}>
      {t.open}
    </button>
  )
}

export const KeysSheet = () => {
  const t = useListTexts().keys
  const m = useMailTexts()
  const on = useKeysOn()
  const open = useSignal(shown)
  const setOpen = shown.set
  const [, navigate] = useLocation()
  const actions = useConversationActions()
  const to = (slug: string) => () => navigate(listAddress({ kind: 'folder', slug }))
  useEffect(listenToKeys, [])
  useKeys({
    help: () => setOpen(true),
    inbox: to('arrivo'),
    sent: to('inviata'),
    drafts: to('bozze'),
    undo: () => undoNotice(m),
    ...(actions?.reply ? { reply: actions.reply } : {}),
    ...(actions?.replyAll ? { replyAll: actions.replyAll } : {}),
    ...(actions?.forward ? { forward: actions.forward } : {}),
    ...(maySend() ? { write: () => navigate(writeAddress()) } : {}),
  })
  return (
    <Dialog open={open} title={t.title} onClose={() => setOpen(false)}>
      <p>{t.lead}</p>
      <label className="cm-tick">
        <input type="checkbox" checked={on} onChange={(event) => setKeysOn(event.target.checked)} />
        <span>{t.on}</span>
      </label>
      <dl className="cm-keys">
        {(Object.keys(KEYS) as KeyName[]).map((name) => (
          <div key={name}>
            <dt>
              {KEYS[name].map((key, at) => (
                <span key={key}>
                  {at > 0 && <span> {t.andThen} </span>}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{t.names[name]}</dd>
          </div>
        ))}
      </dl>
      <div className="cl-actions">
        <Button look="outline-primary" onClick={() => setOpen(false)}>
          {m.close}
        </Button>
      </div>
    </Dialog>
  )
}

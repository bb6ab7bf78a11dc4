// Of a message that waits to leave: when it will, and the way to call it back.
import clock from 'icon:clock'
import { type ReactNode, useEffect } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../ui/Button.tsx'
import { useAction, useResource } from '../../ui/hooks.ts'
import { Icon } from '../../ui/Icon.tsx'
import { writeAddress } from '../addresses.ts'
import { from, maySend, requestFresh } from '../jmap/client.ts'
import type { Got, Queried } from '../jmap/types.ts'
import { onChange } from '../store/live.ts'
import { tellFailure } from '../store/notices.ts'
import { useWriteTexts } from '../texts/write.ts'
import { whenText } from './ScheduleFields.tsx'
import { cancelHeld } from './send.ts'

type Held = { readonly id: string; readonly sendAt: string }

const load = async (emailId: string): Promise<{ readonly held: Held | undefined }> => {
  const [, { list }] = await requestFresh<[Queried, Got<Held>]>([
    ['EmailSubmission/query', { filter: { emailIds: [emailId], undoStatus: 'pending' } }, 'q'],
    ['EmailSubmission/get', { '#ids': from('q', 'EmailSubmission/query', '/ids'), properties: ['id', 'sendAt'] }, 's'],
  ])
  return { held: list[0] }
}

/** `otherwise`: what is said of an Email that waits for nothing. */
const PendingSend = ({ emailId, otherwise }: { readonly emailId: string; readonly otherwise: ReactNode }) => {
  const t = useWriteTexts()
  const [, navigate] = useLocation()
  const { data, problem, reload } = useResource(emailId, () => load(emailId))
  useEffect(() => onChange(['EmailSubmission'], reload), [reload])
  const callBack = useAction(async (id: string) => {
    if ((await cancelHeld(id)) === 'left') tellFailure(t.told.tooLate)
    else navigate(writeAddress({ kind: 'draft', emailId }))
  })
  if (problem) return otherwise
  if (!data) return null
  const { held } = data
  if (!held) return otherwise
  return (
    <div className="cw-pending" role="status">
      <Icon of={clock} />
      <div>
        <p>
          <strong>{t.pending.title(whenText(Date.parse(held.sendAt), Date.now(), t))}</strong>
        </p>
        <p>{t.pending.means}</p>
        {maySend() && (
          <Button look="outline-primary" small busy={callBack.busy} onClick={() => void callBack.run(held.id)}>
            {t.told.undo}
          </Button>
        )}
      </div>
    </div>
  )
}
export default PendingSend

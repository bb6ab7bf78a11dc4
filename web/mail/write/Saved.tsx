// Where what is written is saved, in words; and that it was changed elsewhere.
import { Link } from 'wouter'
import { Alert } from '../../ui/Alert.tsx'
import { writeAddress } from '../addresses.ts'
import { useSignal } from '../store/signal.ts'
import { useWriteTexts } from '../texts/write.ts'
import type { Desk } from './desk.ts'

const hourOf = (at: number): string =>
  new Intl.DateTimeFormat('it-IT', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Rome' }).format(at)

export const Saved = ({ desk }: { readonly desk: Desk }) => {
  const t = useWriteTexts()
  const saved = useSignal(desk.saved)
  const refused = saved.kind === 'refused' ? saved.code.replace(/^jmap:/, '') : ''
  return (
    <p role="status" className="cw-saved">
      {saved.kind === 'saved' && t.saved(hourOf(saved.at))}
      {saved.kind === 'here' && t.savedHere}
      {saved.kind === 'refused' &&
        (refused === 'overQuota' || refused === 'tooLarge' ? t.refusedSave[refused] : t.refusedSave.other)}
    </p>
  )
}

export const Elsewhere = ({ desk }: { readonly desk: Desk }) => {
  const t = useWriteTexts()
  const elsewhere = useSignal(desk.elsewhere)
  if (!elsewhere) return null
  return (
    <Alert kind="warning" title={t.elsewhere.title} live>
      <p>{elsewhere.emailId ? t.elsewhere.kept : t.elsewhere.gone}</p>
      {elsewhere.emailId && (
        <p>
          <Link href={writeAddress({ kind: 'draft', emailId: elsewhere.emailId })}>{t.elsewhere.open}</Link>
        </p>
      )}
    </Alert>
  )
}

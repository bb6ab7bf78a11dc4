// What only paper needs: whose print it is, and when it was made.
import { useEffect, useState } from 'react'
import { useAccount } from '../../account/area.tsx'
import { PROVIDER } from '../../ui/facts.ts'
import { showInstant } from '../../ui/format.ts'
import { useReadTexts } from '../texts/read.ts'

export const PrintHead = () => {
  const t = useReadTexts()
  const { mailbox } = useAccount()
  const [at, setAt] = useState(() => new Date().toISOString())
  useEffect(() => {
    const now = (): void => setAt(new Date().toISOString())
    window.addEventListener('beforeprint', now)
    return () => window.removeEventListener('beforeprint', now)
  }, [])
  return (
    <p className="cr-print-only">
      {PROVIDER} · {mailbox.address} · {t.printedAt(showInstant(at))}
    </p>
  )
}

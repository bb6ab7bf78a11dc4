// The frame of the portal's pages: the number to call and the case's, as far as they are known.
import logout from 'icon:logout'
import { type ReactNode, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { leave, useCase } from './case.ts'

/** The help desk of the last convention that was shown: pages without one keep it. */
let last: { readonly phone: string; readonly hours?: string | undefined } | undefined

export const PortalFrame = ({
  phone,
  hours,
  children,
}: {
  readonly phone?: string | undefined
  readonly hours?: string | undefined
  readonly children: ReactNode
}) => {
  const t = usePortal()
  const { view } = useCase()
  const [, navigate] = useLocation()
  const [leaving, setLeaving] = useState(false)
  const known = phone ?? view?.convention.helpDeskPhone
  const open = phone === undefined ? view?.convention.helpDeskHours : hours
  useEffect(() => {
    if (known) last = { phone: known, hours: open }
  }, [known, open])
  const go = async (): Promise<void> => {
    setLeaving(true)
    await leave().catch(() => {})
    navigate('/riprendi?uscita')
  }
  return (
    <Frame
      home="/"
      tagline={view?.convention.order.name ?? t.tagline}
      phone={known ?? last?.phone}
      hours={known === undefined ? last?.hours : open}
      caseNumber={view?.caseNumber}
      account={
        view && (
          <span className="cl-account">
            <Button look="link" small icon={logout} busy={leaving} onClick={() => void go()}>
              {t.leave}
            </Button>
          </span>
        )
      }
    >
      {children}
    </Frame>
  )
}

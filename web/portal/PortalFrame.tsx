// The frame of the portal's pages: the number to call and the case's, as far as they are known.
import logout from 'icon:logout'
import { type ReactNode, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { leave, useCase } from './case.ts'

/** The help desk of the last convention that was shown: pages without one keep it. */
let lastPhone: string | undefined

export const PortalFrame = ({
  phone,
  children,
}: {
  readonly phone?: string | undefined
  readonly children: ReactNode
}) => {
  const t = usePortal()
  const { view } = useCase()
  const [, navigate] = useLocation()
  const [leaving, setLeaving] = useState(false)
  const known = phone ?? view?.convention.helpDeskPhone
  useEffect(() => {
    if (known) lastPhone = known
  }, [known])
  const go = async (): Promise<void> => {
    setLeaving(true)
    await leave().catch(() => {})
    navigate('/riprendi?uscita')
  }
  return (
    <Frame
      home="/"
      tagline={view?.convention.order.name ?? t.tagline}
      phone={known ?? lastPhone}
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

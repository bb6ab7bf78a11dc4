// The way to help from every page: a button in the frame, and the dialog, which is loaded when it is opened.
import { lazy, Suspense } from 'react'
import { Dialog, Loading } from '../Parts.tsx'
import { useTicketTexts } from '../texts/tickets.ts'

const HelpDialog = lazy(() => import('./HelpDialog.tsx'))

export const HelpButton = ({ onClick }: { readonly onClick: () => void }) => {
  const t = useTicketTexts()
  return (
    <button type="button" className="cl-help" aria-haspopup="dialog" onClick={onClick}>
      {t.button}
    </button>
  )
}

export const HelpDesk = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) => {
  const t = useTicketTexts()
  return (
    <Dialog open={open} title={t.title} onClose={onClose}>
      <Suspense fallback={<Loading />}>
        <HelpDialog onClose={onClose} />
      </Suspense>
    </Dialog>
  )
}

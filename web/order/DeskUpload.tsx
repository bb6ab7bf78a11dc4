// Papers of a member who stands at the desk: by camera or file, into the member's case.
import { useState } from 'react'
import { sendFile } from '../staff/ask.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { FileField } from '../ui/FileField.tsx'
import type { MemberRow } from './contract.ts'
import { useDeskTexts } from './texts/order.ts'

const KINDS = ['front', 'back', 'module'] as const
const LIMIT_BYTES = 15 * 1024 * 1024
type Received = { readonly caseNumber: string }

export const DeskUpload = ({
  order,
  member,
  onDone,
}: {
  readonly order: string
  readonly member: MemberRow
  readonly onDone: () => void
}) => {
  const t = useDeskTexts().member
  const why = useMay(order)('members.upload')
  const [open, setOpen] = useState(false)
  const [received, setReceived] = useState<Readonly<Record<string, string>>>({})
  return (
    <section aria-labelledby="upload-title">
      <h2 id="upload-title">{t.upload}</h2>
      <p>{t.uploadLead}</p>
      {!open && (
        <ActionButton why={why} look="outline-primary" small onClick={() => setOpen(true)}>
          {t.upload}
        </ActionButton>
      )}
      {open &&
        KINDS.map((kind) => {
          const label = t.papers[kind] ?? kind
          const kept = received[kind]
          return (
            <FileField
              key={kind}
              label={label}
              limitBytes={LIMIT_BYTES}
              kept={kept ? { description: t.uploaded(label, kept), warnings: [] } : undefined}
              send={(blob, onProgress) => {
                const upload = sendFile<Received>(
                  '/orders/:order/members/:member/documents/:kind',
                  { order, member: member.id, kind },
                  blob,
                  onProgress,
                )
                upload.done.then(
                  ({ caseNumber }) => {
                    setReceived((old) => ({ ...old, [kind]: caseNumber }))
                    onDone()
                  },
                  () => {}, // the field tells
                )
                return upload
              }}
            />
          )
        })}
    </section>
  )
}

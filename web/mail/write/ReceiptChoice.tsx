// The kind of delivery receipt, with what each proves (RFC 6109 §3.3.2).
import type { ReceiptType } from '../../../src/core/pec/model.ts'
import { RadioGroup } from '../../ui/Field.tsx'
import { useWriteTexts } from '../texts/write.ts'

const TYPES: readonly ReceiptType[] = ['complete', 'brief', 'concise']

export const ReceiptChoice = ({
  name,
  value,
  legend,
  isTitled,
  hint,
  onChange,
}: {
  readonly name: string
  readonly value: ReceiptType
  readonly legend?: string
  /** The title is seen elsewhere. */
  readonly isTitled?: boolean
  readonly hint?: string
  readonly onChange: (value: ReceiptType) => void
}) => {
  const t = useWriteTexts()
  const means = { complete: t.receipt.completeMeans, brief: t.receipt.briefMeans, concise: t.receipt.conciseMeans }
  return (
    <RadioGroup
      legend={<span className={isTitled ? 'visually-hidden' : undefined}>{legend ?? t.receipt.title}</span>}
      hint={hint}
      name={name}
      value={value}
      choices={TYPES.map((type) => ({
        value: type,
        label: (
          <>
            <strong>{t.receipt[type]}</strong>
            <span className="cw-means">{means[type]}</span>
          </>
        ),
      }))}
      onChange={(type) => onChange(type as ReceiptType)}
    />
  )
}

// How a received certified message is forwarded: whole, so that its signature still proves, or only what it says.
import { useState } from 'react'
import { ownText } from '../../../src/core/jmap/writing/reply.ts'
import { RadioGroup } from '../../ui/Field.tsx'
import { useWriteTexts } from '../texts/write.ts'
import type { Desk } from './desk.ts'
import type { Forwarded } from './opening.ts'

export const ForwardChoice = ({ desk, forwarded }: { readonly desk: Desk; readonly forwarded: Forwarded }) => {
  const t = useWriteTexts()
  const [how, setHow] = useState<'whole' | 'text'>('whole')
  const [plain] = useState(() => desk.draft.get().text)
  const choose = (next: 'whole' | 'text'): void => {
    setHow(next)
    const { attachments, text } = desk.draft.get()
    const ids = new Set([...forwarded.whole, ...forwarded.attachments].map(({ id }) => id))
    const own = attachments.filter(({ id }) => !ids.has(id))
    desk.change({
      attachments: [...(next === 'whole' ? forwarded.whole : forwarded.attachments), ...own],
      text: `${ownText(how === 'whole' ? text : text.replace(forwarded.text, ''))}${next === 'whole' ? plain : forwarded.text}`,
    })
  }
  const label = (title: string, means: string) => (
    <>
      <strong>{title}</strong>
      <span className="cw-means">{means}</span>
    </>
  )
  return (
    <RadioGroup
      legend={t.forward.title}
      name="forward"
      value={how}
      choices={[
        { value: 'whole', label: label(t.forward.whole, t.forward.wholeMeans) },
        { value: 'text', label: label(t.forward.text, t.forward.textMeans) },
      ]}
      onChange={(value) => choose(value as 'whole' | 'text')}
    />
  )
}

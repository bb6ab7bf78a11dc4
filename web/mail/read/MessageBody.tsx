// What a message says: each of its parts by itself, so that none can reach into another; then what is attached.
import { lazy, Suspense, useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { showBytes } from '../../ui/format.ts'
import { useAction } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import type { BodyValue, Part } from '../jmap/types.ts'
import { useReadTexts } from '../texts/read.ts'
import { Attachments } from './Attachments.tsx'
import type { Content } from './load.ts'
import { TextBody } from './TextBody.tsx'

const HtmlBody = lazy(() => import('./html/HtmlBody.tsx'))

/** Brings what draws HTML, before it is needed. */
export const prefetchHtml = (): void => void import('./html/HtmlBody.tsx').catch(() => {})

/** More parts are listed with the attachments. */
const MOST_PARTS = 12

/** RFC 3676: what a program says of the lines that it broke. */
const flowedOf = (part: Part): { readonly deletesSpace: boolean } | undefined => {
  const field = String((part as unknown as Readonly<Record<string, unknown>>)['header:Content-Type'] ?? '')
  return /format\s*=\s*"?flowed/i.test(field) ? { deletesSpace: /delsp\s*=\s*"?yes/i.test(field) } : undefined
}

const OnePart = ({
  part,
  value,
  text,
  parts,
}: {
  readonly part: Part
  readonly value: BodyValue
  /** The same in plain text, where the sender gives it. */
  readonly text: string | undefined
  readonly parts: readonly Part[]
}) => {
  const t = useReadTexts()
  const [broken, setBroken] = useState(false)
  if (part.type !== 'text/html') return <TextBody text={value.value} flowed={flowedOf(part)} />
  if (broken)
    return (
      <>
        <p className="cr-small">{t.html.broken}</p>
        <TextBody text={text ?? ''} />
      </>
    )
  return (
    <Suspense fallback={<Loading />}>
      <HtmlBody html={value.value} parts={parts} title={t.html.frame} onBroken={() => setBroken(true)} />
    </Suspense>
  )
}

/** Images that the text shows where they belong are not listed again. */
const listed = (content: Content): readonly Part[] => {
  const html = content.htmlBody.map(({ partId }) => content.bodyValues[partId!]?.value ?? '').join('\n')
  const body = content.htmlBody.filter((part) => !part.type.startsWith('text/'))
  return [...body, ...content.attachments].filter(
    (part) => !(part.cid && part.type.startsWith('image/') && html.includes(`cid:${part.cid}`)),
  )
}

export const MessageBody = ({
  content,
  loadWhole,
}: {
  readonly content: Content
  /** Fetches what was left out of long texts. */
  readonly loadWhole?: () => Promise<Content | undefined>
}) => {
  const t = useReadTexts()
  const [whole, setWhole] = useState<Content>()
  const more = useAction(async () => setWhole(await loadWhole?.()))
  const shown = whole ?? content
  const values = shown.htmlBody.flatMap((part) => {
    const value = shown.bodyValues[part.partId!]
    return value ? [{ part, value }] : []
  })
  const text = shown.textBody.map(({ partId }) => shown.bodyValues[partId!]?.value ?? '').join('\n')
  const files = listed(shown)
  const cut = values.some(({ value }) => value.isTruncated)
  const nothing = values.every(({ value }) => value.value.trim() === '')
  return (
    <>
      <div className="cr-body">
        {values.slice(0, MOST_PARTS).map(({ part, value }) => (
          <OnePart key={part.partId} part={part} value={value} text={text} parts={shown.attachments} />
        ))}
        {values.length > MOST_PARTS && <p className="cr-small">{t.text.moreParts(values.length - MOST_PARTS)}</p>}
        {nothing && <p className="cr-muted">{t.text.empty}</p>}
        {values.some(({ value }) => value.isEncodingProblem && !nothing) && (
          <p className="cr-small">{t.text.charset}</p>
        )}
        {cut && loadWhole && (
          <Button look="outline-primary" small busy={more.busy} onClick={() => void more.run()}>
            {t.text.all(
              showBytes(values.reduce((sum, { part, value }) => sum + Math.max(0, part.size - value.value.length), 0)),
            )}
          </Button>
        )}
      </div>
      {files.length > 0 && <Attachments parts={files} />}
    </>
  )
}

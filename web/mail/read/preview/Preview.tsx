// What is attached, looked at in place: by what its bytes are, never by what its sender says of them.
import { lazy, Suspense } from 'react'
import { type AttachedKind, attachedKind, typeOfBytes } from '../../../../src/core/mail/shown/attached.ts'
import { ProblemAlert } from '../../../ui/Alert.tsx'
import { useResource } from '../../../ui/hooks.ts'
import { Loading } from '../../../ui/Parts.tsx'
import { download } from '../../jmap/client.ts'
import { useReadTexts } from '../../texts/read.ts'
import { loadInside } from '../load.ts'
import { MessageBody } from '../MessageBody.tsx'
import { ArchiveView, ImageView, PdfView, TextView } from './views.tsx'

const SignedView = lazy(() => import('./SignedView.tsx'))
const InvoiceView = lazy(() => import('./InvoiceView.tsx'))

const MOST_BYTES = 30 * 1024 * 1024

/** A content that is here already: an attachment, or what a signed document holds. */
export const BytesView = ({
  bytes,
  name,
  kind,
}: {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly name: string
  readonly kind: AttachedKind
}) => {
  const t = useReadTexts().attachments
  const type = typeOfBytes(bytes)
  if (kind === 'image')
    return type?.startsWith('image/') ? <ImageView bytes={bytes} type={type} name={name} /> : <p>{t.notWhatItSays}</p>
  if (kind === 'pdf')
    return type === 'application/pdf' ? <PdfView bytes={bytes} name={name} /> : <p>{t.notWhatItSays}</p>
  if (kind === 'text') return <TextView bytes={bytes} />
  if (kind === 'archive') return <ArchiveView bytes={bytes} />
  if (kind === 'signed')
    return (
      <Suspense fallback={<Loading />}>
        <SignedView bytes={bytes} name={name} />
      </Suspense>
    )
  if (kind === 'invoice' || kind === 'xml')
    return (
      <Suspense fallback={<Loading />}>
        <InvoiceView bytes={bytes} />
      </Suspense>
    )
  return <p>{t.cannotShow}</p>
}

const InsideView = ({ blobId }: { readonly blobId: string }) => {
  const t = useReadTexts()
  const { data, problem, reload } = useResource(blobId, async () => ({ content: await loadInside(blobId) }))
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  const { content } = data
  if (!content) return <p>{t.attachments.cannotShow}</p>
  const people = (list: typeof content.from): string => (list ?? []).map(({ name, email }) => name || email).join(', ')
  return (
    <article className="cr-inside">
      <h4>{content.subject ?? t.noSubject}</h4>
      <p className="cr-people">
        <span className="cr-muted">{t.from}: </span>
        {people(content.from)}
      </p>
      <p className="cr-people">
        <span className="cr-muted">{t.toLabel}: </span>
        {people(content.to)}
      </p>
      <MessageBody content={content} />
    </article>
  )
}

const Preview = ({
  blobId,
  name,
  kind,
  sizeBytes,
}: {
  readonly blobId: string
  readonly name: string
  readonly kind: AttachedKind
  readonly sizeBytes: number
}) => {
  const t = useReadTexts().attachments
  const tooLarge = sizeBytes > MOST_BYTES
  const { data, problem, reload } = useResource(blobId, async (signal) => {
    if (kind === 'message' || tooLarge) return undefined
    return new Uint8Array(await (await download(blobId, signal)).arrayBuffer())
  })
  if (kind === 'message') return <InsideView blobId={blobId} />
  if (tooLarge) return <p>{t.tooLarge}</p>
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <p role="status">{t.loading}</p>
  return <BytesView bytes={data} name={name} kind={kind === 'other' ? attachedKind(name, '') : kind} />
}
export default Preview

// What is attached: named, measured, marked where it can do harm; shown in place where that is safe.
import fileIcon from 'icon:file'
import archiveIcon from 'icon:file-compressed'
import imageIcon from 'icon:file-image'
import pdfIcon from 'icon:file-pdf'
import textIcon from 'icon:file-txt'
import xmlIcon from 'icon:file-xml'
import signedIcon from 'icon:key'
import mailIcon from 'icon:mail'
import warning from 'icon:warning-circle'
import { lazy, Suspense, useState } from 'react'
import { type AttachedKind, attachedKind, type Danger, dangerOf } from '../../../src/core/mail/shown/attached.ts'
import { printable } from '../../../src/core/pec/verdictText.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { showBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Loading } from '../../ui/Parts.tsx'
import { downloadUrl } from '../jmap/client.ts'
import type { Part } from '../jmap/types.ts'
import { useReadTexts } from '../texts/read.ts'

const Preview = lazy(() => import('./preview/Preview.tsx'))

const ICONS: Readonly<Record<AttachedKind, string>> = {
  image: imageIcon,
  pdf: pdfIcon,
  text: textIcon,
  signed: signedIcon,
  invoice: xmlIcon,
  xml: xmlIcon,
  message: mailIcon,
  archive: archiveIcon,
  office: fileIcon,
  media: fileIcon,
  other: fileIcon,
}

/** What can be looked at here. */
const SHOWN: ReadonlySet<AttachedKind> = new Set([
  'image',
  'pdf',
  'text',
  'signed',
  'invoice',
  'xml',
  'message',
  'archive',
])
const AT_ONCE = 30

/** A file that can do harm is kept only by who was told. */
const DangerousDownload = ({
  href,
  name,
  danger,
}: {
  readonly href: string
  readonly name: string
  readonly danger: Danger
}) => {
  const t = useReadTexts().attachments
  const [told, setTold] = useState(false)
  return (
    <>
      {!told && (
        <Button look="outline-primary" small onClick={() => setTold(true)}>
          {t.download}
          <span className="visually-hidden"> {name}</span>
        </Button>
      )}
      {told && (
        <div className="cr-say cr-say-danger cr-wide" role="alert">
          <p>
            {t.dangers[danger]} {t.beforeDownload}
          </p>
          <LinkButton href={href} download look="outline-primary" small>
            {t.downloadAnyway}
            <span className="visually-hidden"> {name}</span>
          </LinkButton>
        </div>
      )}
    </>
  )
}

const Attachment = ({ part }: { readonly part: Part }) => {
  const t = useReadTexts().attachments
  const [open, setOpen] = useState(false)
  const given = part.name?.trim() || (part.type === 'message/rfc822' ? '.eml' : '')
  const technical = { 'message/delivery-status': t.parts.status, 'text/rfc822-headers': t.parts.header }[part.type]
  const name = given === '' ? (technical ?? t.unnamed) : printable(given)
  const kind = technical ? 'text' : attachedKind(given, part.type)
  const danger = dangerOf(given, part.type)
  const shown = SHOWN.has(kind) && part.blobId !== null && (danger === undefined || kind === 'signed')
  // what the browser would run or draw comes as bytes of no kind
  const href = part.blobId === null ? '' : downloadUrl(part.blobId, name)
  return (
    <li className={danger ? 'cr-file cr-dangerous' : 'cr-file'}>
      <Icon of={danger ? warning : ICONS[kind]} />
      <div className="cr-file-name">
        <strong>{name}</strong>
        <span className="cr-muted">
          {t.kinds[kind]}, {showBytes(part.size)}
        </span>
        {danger && <span className="cr-danger-word">{t.dangers[danger]}</span>}
      </div>
      <div className="cr-file-do">
        {shown && (
          <Button look="outline-primary" small aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t.hide : t.show}
            <span className="visually-hidden"> {name}</span>
          </Button>
        )}
        {danger ? (
          <DangerousDownload href={href} name={name} danger={danger} />
        ) : (
          <LinkButton href={href} download look="outline-primary" small>
            {t.download}
            <span className="visually-hidden"> {name}</span>
          </LinkButton>
        )}
      </div>
      {open && (
        <div className="cr-preview">
          <Suspense fallback={<Loading />}>
            <Preview blobId={part.blobId!} name={given} kind={kind} sizeBytes={part.size} />
          </Suspense>
        </div>
      )}
    </li>
  )
}

export const Attachments = ({ parts }: { readonly parts: readonly Part[] }) => {
  const t = useReadTexts().attachments
  const [all, setAll] = useState(false)
  const shown = all ? parts : parts.slice(0, AT_ONCE)
  return (
    <section className="cr-files" aria-label={t.title(parts.length)}>
      <h3>{t.title(parts.length)}</h3>
      <ul>
        {shown.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is attached never moves
          <Attachment key={at} part={part} />
        ))}
      </ul>
      {shown.length < parts.length && (
        <Button look="outline-primary" small onClick={() => setAll(true)}>
          {t.more(parts.length - shown.length)}
        </Button>
      )}
    </section>
  )
}

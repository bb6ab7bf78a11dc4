// Images, PDF, text and the list of what an archive holds.
import { useEffect, useState } from 'react'
import { toUtf8Strict } from '../../../../src/core/lib/bytes.ts'
import { dangerInside } from '../../../../src/core/mail/shown/attached.ts'
import { decodeCharset } from '../../../../src/core/mail/words.ts'
import { printable } from '../../../../src/core/pec/verdictText.ts'
import { showBytes } from '../../../ui/format.ts'
import { useReadTexts } from '../../texts/read.ts'
import { TextBody } from '../TextBody.tsx'
import { zipEntries } from './zip.ts'

/** An address of bytes for as long as they are shown. */
const useBlobUrl = (bytes: Uint8Array<ArrayBuffer>, type: string): string | undefined => {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes, type])
  return url
}

export const ImageView = ({
  bytes,
  type,
  name,
}: {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly name: string
}) => {
  const url = useBlobUrl(bytes, type)
  return url ? <img className="cr-image" src={url} alt={printable(name)} /> : null
}

/** The browser's own reader, in a window of its own: nothing of it can reach these pages. */
export const PdfView = ({ bytes, name }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }) => {
  const t = useReadTexts().attachments
  const url = useBlobUrl(bytes, 'application/pdf')
  return url ? (
    <a className="btn btn-primary btn-small" href={url} target="_blank" rel="noopener noreferrer">
      {t.openPdf}
      <span className="visually-hidden"> {name}</span>
    </a>
  ) : null
}

const MOST_TEXT = 1_000_000

export const TextView = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const some = bytes.subarray(0, MOST_TEXT)
  return <TextBody text={toUtf8Strict(some) ?? decodeCharset('windows-1252', some) ?? ''} />
}

const MOST_ENTRIES = 200

export const ArchiveView = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const t = useReadTexts().attachments
  const entries = zipEntries(bytes)
  if (!entries) return <p>{t.cannotShow}</p>
  const danger = dangerInside(entries)
  return (
    <>
      {danger && (
        <div className="cr-say cr-say-danger" role="note">
          <p>
            <strong>{danger === 'locked' ? t.dangers.locked : t.insideDanger}</strong> {t.beforeDownload}
          </p>
        </div>
      )}
      <h4>
        {t.archiveHolds}, {t.files(entries.length)}
      </h4>
      <ul className="cr-entries">
        {entries.slice(0, MOST_ENTRIES).map(({ name, sizeBytes }) => (
          <li key={name}>
            {printable(name)} <span className="cr-muted">{showBytes(sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

// Files to send with words: chosen, listed, taken back, before anything leaves.
import bin from 'icon:delete'
import clip from 'icon:upload'
import { useId, useRef } from 'react'
import { Button } from '../Button.tsx'
import { showBytes } from '../format.ts'
import { useTicketTexts } from '../texts/tickets.ts'
import { FILE_LIMIT_BYTES, MOST_FILES } from './tickets.ts'

/** What is wrong with the files that were chosen. */
export const useFileMistake = (): ((files: readonly File[]) => string | undefined) => {
  const t = useTicketTexts()
  return (files) => {
    const large = files.find(({ size }) => size > FILE_LIMIT_BYTES)
    if (large) return t.fileTooLarge(large.name)
    return files.length > MOST_FILES ? t.tooManyFiles : undefined
  }
}

export const Files = ({
  files,
  onChange,
}: {
  readonly files: readonly File[]
  readonly onChange: (files: readonly File[]) => void
}) => {
  const t = useTicketTexts()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const mistake = useFileMistake()(files)
  return (
    // biome-ignore lint/a11y/useSemanticElements: one thing with its label, no set of fields
    <div className="cl-field" role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-hint`}>
      <span className="cl-label" id={`${id}-label`}>
        {t.files}
      </span>
      <p className="cl-hint" id={`${id}-hint`}>
        {t.filesHint}
      </p>
      {files.length > 0 && (
        <ul className="cl-files">
          {files.map((file, index) => (
            <li key={`${file.name} ${file.size} ${file.lastModified}`}>
              <span>
                {file.name} <span className="cl-muted">({showBytes(file.size)})</span>
              </span>
              <Button
                look="link"
                small
                icon={bin}
                aria-label={t.removeFile(file.name)}
                onClick={() => onChange(files.filter((_, i) => i !== index))}
              >
                {t.removeFile('').trim()}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">{mistake && <p className="cl-error">{mistake}</p>}</div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t.addFile}
        onChange={(event) => {
          onChange([...files, ...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Button look="outline-primary" small icon={clip} onClick={() => input.current?.click()}>
        {t.addFile}
      </Button>
    </div>
  )
}

// Files that are dropped anywhere on the page, and pictures that are pasted.
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useWriteTexts } from '../texts/write.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Pictures from the clipboard are all called alike: the hour tells them apart. */
const named = (file: File): File => {
  if (!/^image\.\w+$/.test(file.name)) return file
  const hour = new Date().toTimeString().slice(0, 8).replaceAll(':', '.')
  return new File([file], file.name.replace('image', `immagine ${hour}`), { type: file.type })
}

export const DropZone = ({
  onFiles,
  children,
}: {
  readonly onFiles: (files: readonly File[]) => void
  readonly children: ReactNode
}) => {
  const t = useWriteTexts()
  const [isOver, setOver] = useState(false)
  const take = useEffectEvent(onFiles)
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const out = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      // folders come as files of no type and size 4096, and cannot be read
      const items = [...(event.dataTransfer?.items ?? [])]
      const files = items.flatMap((item) => {
        const file = item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile()
        return file ? [file] : []
      })
      if (files.length > 0) take(files)
    }
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      // where there is text too (a sheet's cells come as a picture as well) the text is meant
      if (files.length === 0 || event.clipboardData?.types.includes('text/plain')) return
      event.preventDefault()
      take(files.map(named))
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', out)
    window.addEventListener('drop', drop)
    window.addEventListener('paste', paste)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', out)
      window.removeEventListener('drop', drop)
      window.removeEventListener('paste', paste)
    }
  }, [])
  return (
    <>
      {children}
      {isOver && (
        <div className="cw-drop" aria-hidden="true">
          <p>{t.drop}</p>
        </div>
      )}
    </>
  )
}

// Uploads with progress, which fetch cannot tell of; photos are made smaller first, where the browser can.
import { addressOf, commonHeaders, Problem, problemOf } from './api.ts'

export type Upload<T> = { readonly done: Promise<T>; readonly stop: () => void }

/** Sends bytes by PUT; `onProgress` gets 0 to 1. A stopped upload rejects with an AbortError. */
export const upload = <T>(
  path: string,
  params: Readonly<Record<string, string | number>>,
  blob: Blob,
  onProgress: (part: number) => void,
  method = 'PUT',
): Upload<T> => {
  const request = new XMLHttpRequest()
  const done = new Promise<T>((resolve, reject) => {
    request.open(method, addressOf(path, params))
    for (const [name, value] of Object.entries(commonHeaders())) request.setRequestHeader(name, value)
    request.setRequestHeader('content-type', blob.type || 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText || 'null') as T)
      else reject(problemOf(request.status, request.responseText))
    })
    request.addEventListener('error', () => reject(new Problem(0, { code: 'offline' })))
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
    request.send(blob)
  })
  return { done, stop: () => request.abort() }
}

/** Enough to read the small print of a document. */
const LONG_SIDE_PIXELS = 2_600
/** Files under this travel as they are. */
const SMALL_BYTES = 900_000
const JPEG_QUALITY = 0.86

/** A photo turned upright and no larger than is useful; what the browser cannot draw comes back as it is. */
export const shrink = async (file: File): Promise<Blob> => {
  if (!file.type.startsWith('image/') || file.size <= SMALL_BYTES || typeof createImageBitmap !== 'function')
    return file
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, LONG_SIDE_PIXELS / Math.max(image.width, image.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(image.width * scale)
    canvas.height = Math.round(image.height * scale)
    const context = canvas.getContext('2d')
    if (!context) return file
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    image.close()
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY))
    return made && made.size < file.size ? made : file
  } catch {
    return file
  }
}

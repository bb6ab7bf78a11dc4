// The HTML of a message, drawn in a frame in which nothing runs and from which nothing is asked (docs/decisions: mail-frame).
import { useEffect, useRef, useState } from 'react'
import { typeOfBytes } from '../../../../src/core/mail/shown/attached.ts'
import { download } from '../../jmap/client.ts'
import type { Part } from '../../jmap/types.ts'
import { useReadTexts } from '../../texts/read.ts'
import { type Built, rebuild } from './rebuild.ts'
import { sanitise } from './sanitise.ts'

const FRAME = '/posta/cornice'
/** Taller ones scroll by themselves. */
const MOST_PIXELS = 30_000
/** Narrower than this nothing can be read: then it scrolls sideways. */
const LEAST_ZOOM = 0.5

const bare = (cid: string): string => {
  try {
    return decodeURIComponent(cid).replace(/^<|>$/g, '')
  } catch {
    return cid
  }
}

/** Fills in the images that the message brings along. Gives what forgets them. */
const fillImages = (images: Built['images'], parts: readonly Part[]): (() => void) => {
  const stop = new AbortController()
  const made: string[] = []
  const one = async (blobId: string, elements: readonly HTMLImageElement[]): Promise<void> => {
    const blob = await download(blobId, stop.signal)
    const type = typeOfBytes(new Uint8Array(await blob.slice(0, 32).arrayBuffer()))
    if (stop.signal.aborted || !type?.startsWith('image/')) return
    const url = URL.createObjectURL(new Blob([blob], { type }))
    made.push(url)
    for (const element of elements) element.src = url
  }
  const wanted = new Map<string, HTMLImageElement[]>()
  for (const { element, cid } of images) {
    const blobId = parts.find((part) => part.cid !== null && part.cid === bare(cid))?.blobId
    if (blobId) wanted.set(blobId, [...(wanted.get(blobId) ?? []), element])
  }
  for (const [blobId, elements] of wanted) void one(blobId, elements).catch(() => {})
  return () => {
    stop.abort()
    for (const url of made) URL.revokeObjectURL(url)
  }
}

/** Keeps the frame as tall as what is in it, and what is too wide small enough to be read. Gives what ends it. */
const followSize = (frame: HTMLIFrameElement, doc: Document): (() => void) => {
  const body = doc.querySelector('body')!
  let width = 0
  const fit = (): void => {
    if (frame.clientWidth !== width) {
      width = frame.clientWidth
      body.style.setProperty('zoom', '1')
      const zoom = Math.max(LEAST_ZOOM, Math.min(1, width / body.scrollWidth))
      body.style.setProperty('zoom', String(zoom))
    }
    const wide = doc.documentElement.scrollWidth > width + 1
    const height = Math.ceil(body.getBoundingClientRect().height) + (wide ? 18 : 2)
    frame.style.height = `${Math.min(MOST_PIXELS, Math.max(40, height))}px`
  }
  const observer = new ResizeObserver(fit)
  observer.observe(body)
  observer.observe(frame)
  fit()
  return () => observer.disconnect()
}

const HtmlBody = ({
  html,
  parts,
  title,
  onBroken,
}: {
  readonly html: string
  /** All parts of the message: images are looked for among them. */
  readonly parts: readonly Part[]
  readonly title: string
  /** The frame could not be drawn: the text is shown instead. */
  readonly onBroken: () => void
}) => {
  const t = useReadTexts()
  const frame = useRef<HTMLIFrameElement>(null)
  const [loaded, setLoaded] = useState(0)
  const [found, setFound] = useState<Pick<Built, 'blocked' | 'cut' | 'links'>>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each load of the frame is filled anew
  useEffect(() => {
    if (loaded === 0) return undefined
    const doc = frame.current?.contentDocument
    if (!doc?.querySelector('body') || !doc.URL.endsWith(FRAME)) {
      onBroken()
      return undefined
    }
    doc.documentElement.lang = ''
    const built = rebuild(sanitise(html, doc.defaultView!), doc, t.html)
    setFound({ blocked: built.blocked, cut: built.cut, links: built.links })
    const ends = [fillImages(built.images, parts), followSize(frame.current!, doc)]
    return () => {
      for (const end of ends) end()
    }
  }, [loaded, html])
  const deceits = found?.links.filter((link) => link.deceit) ?? []
  return (
    <>
      {deceits.length > 0 && (
        <div className="cr-say cr-say-danger" role="note">
          <p>{t.html.deceitful(deceits.length)}</p>
          <ul>
            {[...new Set(deceits.map(({ host }) => host))].slice(0, 10).map((host) => (
              <li key={host} className="cl-code">
                {host}
              </li>
            ))}
          </ul>
        </div>
      )}
      <iframe
        ref={frame}
        className="cr-paper"
        src={FRAME}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        title={title}
        onLoad={() => setLoaded((turn) => turn + 1)}
      />
      {found && found.blocked > 0 && <p className="cr-small">{t.html.blocked(found.blocked)}</p>}
      {found?.cut && <p className="cr-small">{t.html.cut}</p>}
    </>
  )
}
export default HtmlBody

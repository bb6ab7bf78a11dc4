// Pages of papers as images: zoom, rotation and movement by keyboard. Each page is asked for once: each look is written down.

import turnRight from 'icon:refresh'
import turnLeft from 'icon:restore'
import zoomIn from 'icon:zoom-in'
import zoomOut from 'icon:zoom-out'
import { useEffect, useRef, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Problem } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { asProblem } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useShortcuts } from './shortcuts.tsx'
import { useOperatorTexts } from './texts/operator.ts'

export type Paper = { readonly id: string; readonly name: string; readonly pages: number }

type Image = { readonly url: string; readonly width: number; readonly height: number }

const STEP = 1.25
const ZOOM = { least: 0.5, most: 6 } as const
const TURN = 90
const FULL_TURN = 360

const measure = async (blob: Blob): Promise<Image> => {
  const url = URL.createObjectURL(blob)
  const image = document.createElement('img')
  image.src = url
  await image.decode()
  return { url, width: image.naturalWidth, height: image.naturalHeight }
}

/** Images by paper and page, for as long as the page is open. */
const useImages = (load: (paper: string, page: number) => Promise<Blob>) => {
  const kept = useRef(new Map<string, Promise<Image>>())
  useEffect(() => {
    const images = kept.current
    return () => {
      for (const image of images.values()) void image.then(({ url }) => URL.revokeObjectURL(url)).catch(() => {})
      images.clear()
    }
  }, [])
  return (paper: string, page: number): Promise<Image> => {
    const key = `${paper} ${page}`
    const known = kept.current.get(key)
    if (known) return known
    const image = load(paper, page).then(measure)
    kept.current.set(key, image)
    image.catch(() => kept.current.delete(key))
    return image
  }
}

export const DocumentViewer = ({
  papers,
  load,
}: {
  readonly papers: readonly Paper[]
  readonly load: (paper: string, page: number) => Promise<Blob>
}) => {
  const t = useOperatorTexts().case
  const [chosen, setChosen] = useState(0)
  const [page, setPage] = useState(1)
  const [zoom, setZoom] = useState(1)
  const [angle, setAngle] = useState(0)
  const [image, setImage] = useState<Image>()
  const [problem, setProblem] = useState<Problem>()
  const [turn, setTurn] = useState(0)
  const imageOf = useImages(load)
  const paper = papers[Math.min(chosen, papers.length - 1)]
  const choose = (index: number): void => {
    if (!papers[index]) return
    setChosen(index)
    setPage(1)
    setAngle(0)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for it again
  useEffect(() => {
    let here = true
    setImage(undefined)
    setProblem(undefined)
    if (paper) {
      imageOf(paper.id, page).then(
        (loaded) => here && setImage(loaded),
        (error: unknown) => here && setProblem(asProblem(error)),
      )
    }
    return () => {
      here = false
    }
  }, [paper?.id, page, turn])
  const enlarge = (by: number): void => setZoom((old) => Math.min(ZOOM.most, Math.max(ZOOM.least, old * by)))
  const rotate = (by: number): void => setAngle((old) => (old + by + FULL_TURN) % FULL_TURN)
  const fit = (): void => setZoom(1)
  useShortcuts({
    ...Object.fromEntries(papers.map((_, index) => [String(index + 1), () => choose(index)])),
    '+': () => enlarge(STEP),
    '=': () => enlarge(STEP),
    '-': () => enlarge(1 / STEP),
    '0': fit,
    '[': () => rotate(-TURN),
    ']': () => rotate(TURN),
  })
  if (!paper) return <p>{t.noDocuments}</p>
  return (
    <div className="cl-viewer">
      <fieldset className="cl-row cl-tight" aria-label={t.documents}>
        {papers.map((one, index) => (
          <button
            key={one.id}
            type="button"
            className={`btn btn-small ${one.id === paper.id ? 'btn-primary' : 'btn-outline-primary'}`}
            aria-pressed={one.id === paper.id}
            aria-keyshortcuts={String(index + 1)}
            onClick={() => choose(index)}
          >
            {index + 1}. {one.name}
          </button>
        ))}
      </fieldset>
      <div className="cl-row cl-tight">
        <Button look="outline-primary" small icon={zoomIn} aria-keyshortcuts="+" onClick={() => enlarge(STEP)}>
          {t.zoomIn}
        </Button>
        <Button look="outline-primary" small icon={zoomOut} aria-keyshortcuts="-" onClick={() => enlarge(1 / STEP)}>
          {t.zoomOut}
        </Button>
        <Button look="outline-primary" small aria-keyshortcuts="0" onClick={fit}>
          {t.fit}
        </Button>
        <Button look="outline-primary" small icon={turnLeft} aria-keyshortcuts="[" onClick={() => rotate(-TURN)}>
          {t.left}
        </Button>
        <Button look="outline-primary" small icon={turnRight} aria-keyshortcuts="]" onClick={() => rotate(TURN)}>
          {t.right}
        </Button>
      </div>
      {paper.pages > 1 && (
        <div className="cl-row cl-tight">
          <Button look="outline-primary" small onClick={() => setPage((old) => Math.max(1, old - 1))}>
            {t.previousPage}
          </Button>
          <span role="status">{t.page(page, paper.pages)}</span>
          <Button look="outline-primary" small onClick={() => setPage((old) => Math.min(paper.pages, old + 1))}>
            {t.nextPage}
          </Button>
        </div>
      )}
      <ProblemAlert problem={problem} onRetry={() => setTurn((old) => old + 1)} />
      {!image && !problem && <Loading />}
      {image && <Sheet image={image} zoom={zoom} angle={angle} name={t.pageOf(paper.name, page, paper.pages)} />}
      <p className="cl-muted">{t.logged}</p>
    </div>
  )
}

/** The image in a box that scrolls: so the arrows move it, once it has the focus. */
const Sheet = ({
  image,
  zoom,
  angle,
  name,
}: {
  readonly image: Image
  readonly zoom: number
  readonly angle: number
  readonly name: string
}) => {
  const t = useOperatorTexts().case
  const lies = angle % 180 !== 0
  const [width, height] = lies ? [image.height, image.width] : [image.width, image.height]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard, WCAG 2.1.1
    <section className="cl-sheet" aria-label={t.viewer} tabIndex={0}>
      <div style={{ width: `${zoom * 100}%`, aspectRatio: `${width} / ${height}` }}>
        <img
          src={image.url}
          alt={name}
          style={{
            width: lies ? `${(image.width / image.height) * 100}%` : '100%',
            transform: `translate(-50%, -50%) rotate(${angle}deg)`,
          }}
        />
      </div>
    </section>
  )
}

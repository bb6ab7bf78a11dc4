// A file is chosen or dropped, verified on this device, and told about: verdict first, technical proof behind it.
import clip from 'icon:upload'
import { type DragEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Alert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Frame } from '../ui/Frame.tsx'
import { usePage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Loading } from '../ui/Parts.tsx'
import type { Outcome, Snapshot } from './engine.ts'
import { useVerifierTexts } from './texts/verifier.ts'

const Result = lazy(() => import('./Result.tsx'))

/** As in `engine.ts`, which comes only with the first file. */
const LIMIT_BYTES = 256 * 1024 * 1024

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly name: string }
  | { readonly kind: 'failed'; readonly why: 'tooLarge' | 'unreadable' }
  | {
      readonly kind: 'done'
      readonly name: string
      readonly bytes: Uint8Array
      readonly outcome: Outcome
      readonly turn: number
    }

let snapshot: Promise<Snapshot | undefined> | undefined

/** Authorities and directory, fetched once; without them the check goes on, and says so. */
const snapshotOnce = (): Promise<Snapshot | undefined> => {
  snapshot ??= call('GET /verifier/snapshot').catch(() => {
    snapshot = undefined
    return undefined
  })
  return snapshot
}

let turns = 0

const verifyFile = async (file: File): Promise<State> => {
  if (file.size > LIMIT_BYTES) return { kind: 'failed', why: 'tooLarge' }
  try {
    const [{ verify }, given, buffer] = await Promise.all([import('./engine.ts'), snapshotOnce(), file.arrayBuffer()])
    const bytes = new Uint8Array(buffer)
    const outcome = await verify(file.name, bytes, given)
    turns += 1
    return { kind: 'done', name: file.name, bytes, outcome, turn: turns }
  } catch (error) {
    console.warn(error)
    return { kind: 'failed', why: 'unreadable' }
  }
}

export const VerifierPage = () => {
  const t = useVerifierTexts()
  const heading = usePage(t.title)
  const [state, setState] = useState<State>({ kind: 'idle' })
  const latest = useRef<File>(undefined)
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    latest.current = file
    setState({ kind: 'working', name: file.name })
    const next = await verifyFile(file)
    if (latest.current === file) setState(next)
  }
  return (
    <Frame tagline={t.tagline} home="/">
      <div className="cl-column cl-verifier">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <p>{t.lead}</p>
        <Picker busy={state.kind === 'working'} again={state.kind === 'done'} take={(file) => void take(file)} />
        <div aria-live="polite">
          {state.kind === 'working' && (
            <>
              <p className="visually-hidden">{t.working(state.name)}</p>
              <Loading />
            </>
          )}
          {state.kind === 'failed' && (
            <Alert kind="danger" title={t[state.why].title}>
              <p>{t[state.why].detail}</p>
            </Alert>
          )}
        </div>
        {state.kind === 'done' && (
          <Suspense fallback={<Loading />}>
            <Focused key={state.turn}>
              <Result name={state.name} bytes={state.bytes} outcome={state.outcome} />
            </Focused>
          </Suspense>
        )}
        {state.kind === 'idle' && (
          <section>
            <h2>{t.how.title}</h2>
            <ul className="cl-list">
              {t.how.items.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Frame>
  )
}

/** What came of it takes the focus: it is read out, and keyboards go on from there. */
const Focused = ({ children }: { readonly children: React.ReactNode }) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus({ preventScroll: true })
    box.current?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    <div ref={box} tabIndex={-1} className="cl-result">
      {children}
    </div>
  )
}

const Picker = ({
  busy,
  again,
  take,
}: {
  readonly busy: boolean
  readonly again: boolean
  readonly take: (file: File | undefined) => void
}) => {
  const t = useVerifierTexts()
  const [dragged, setDragged] = useState(false)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setDragged(false)
    take(event.dataTransfer?.files[0])
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be dropped on everywhere
    <div className="cl-field" role="group" aria-labelledby="file-label" aria-describedby="file-hint">
      <span className="cl-label" id="file-label">
        {t.field}
      </span>
      <div className="cl-hint" id="file-hint">
        {t.hint}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the button */}
      <div
        className={`cl-file${dragged ? ' cl-dragged' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setDragged(true)
        }}
        onDragLeave={() => setDragged(false)}
        onDrop={drop}
      >
        <div className="cl-buttons">
          <input
            type="file"
            id="file"
            accept=".eml,.zip,.p7m,message/rfc822,application/zip,application/pkcs7-mime"
            disabled={busy}
            onChange={(event) => {
              take(event.target.files?.[0])
              event.target.value = '' // the same file may be chosen again
            }}
          />
          <label className="btn btn-primary" htmlFor="file">
            <Icon of={clip} />
            {again ? t.another : t.choose}
          </label>
          <span className="cl-drop-words">{t.drop}</span>
        </div>
      </div>
      <p className="cl-private">{t.private}</p>
    </div>
  )
}

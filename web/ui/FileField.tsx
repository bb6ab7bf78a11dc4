// A photo or a PDF: taken with the camera or chosen, made smaller, sent with progress; it can be stopped, sent again, replaced.
import camera from 'icon:camera'
import tick from 'icon:check-circle'
import bin from 'icon:delete'
import errorIcon from 'icon:error'
import clip from 'icon:upload'
import warningIcon from 'icon:warning-circle'
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useProblemText } from './Alert.tsx'
import { Button } from './Button.tsx'
import { showBytes } from './format.ts'
import { asProblem, useFieldIds } from './hooks.ts'
import { Icon } from './Icon.tsx'
import { useCommon } from './texts/common.ts'
import { shrink, type Upload } from './upload.ts'

/** Without HEIC: so iPhones turn their photos into JPEG by themselves. */
const IMAGES = 'image/jpeg,image/png,image/webp'

export type KeptFile = {
  /** Address of the first page as an image. */
  readonly preview?: string | undefined
  readonly description: ReactNode
  /** What the server saw in it: too dark, blurred. */
  readonly warnings: readonly string[]
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'preparing' }
  | { readonly kind: 'sending'; readonly part: number }
  | { readonly kind: 'failed'; readonly message: string; readonly file?: File | undefined }

type Props = {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly id?: string
  /** Only PDF and images otherwise. */
  readonly camera?: boolean
  readonly limitBytes: number
  /** What the server has. */
  readonly kept: KeptFile | undefined
  readonly send: (blob: Blob, onProgress: (part: number) => void) => Upload<unknown>
  readonly remove?: (() => void) | undefined
  readonly extraTypes?: string
}

/** The files that are worth sending; the server looks at their bytes. */
const looksRight = (file: File): boolean =>
  file.type === '' || file.type.startsWith('image/') || file.type === 'application/pdf'

export const FileField = (props: Props) => {
  const { label, hint, error, id: given, kept, limitBytes, send, remove } = props
  const t = useCommon()
  const texts = useProblemText()
  const ids = useFieldIds(given)
  const [state, setState] = useState<State>({ kind: 'idle' })
  const [local, setLocal] = useState<string>()
  const [dragged, setDragged] = useState(false)
  const running = useRef<Upload<unknown>>(undefined)
  useEffect(() => () => (local ? URL.revokeObjectURL(local) : undefined), [local])
  useEffect(() => () => running.current?.stop(), [])

  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    running.current?.stop()
    if (!looksRight(file)) return setState({ kind: 'failed', message: t.file.wrongKind })
    setState({ kind: 'preparing' })
    const blob = await shrink(file)
    if (blob.size > limitBytes) return setState({ kind: 'failed', message: t.file.tooLarge(showBytes(limitBytes)) })
    setLocal(blob.type.startsWith('image/') ? URL.createObjectURL(blob) : undefined)
    setState({ kind: 'sending', part: 0 })
    const upload = send(blob, (part) => setState((old) => (old.kind === 'sending' ? { kind: 'sending', part } : old)))
    running.current = upload
    try {
      await upload.done
      setState({ kind: 'idle' })
    } catch (failure) {
      if (running.current !== upload) return // another file took its place
      const stopped = failure instanceof DOMException && failure.name === 'AbortError'
      const { title, detail } = stopped ? { title: t.file.stopped, detail: '' } : texts(asProblem(failure))
      setState({
        kind: 'failed',
        message: [title, detail].filter(Boolean).join('. '),
        file: stopped ? undefined : file,
      })
    } finally {
      setLocal(undefined)
    }
  }

  const busy = state.kind === 'preparing' || state.kind === 'sending'
  const failure = state.kind === 'failed' ? state.message : error
  const preview = local ?? (busy ? undefined : kept?.preview)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setDragged(false)
    void take(event.dataTransfer.files[0])
  }
  const classes = `cl-file${failure ? ' cl-has-error' : ''}${dragged ? ' cl-dragged' : ''}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be dropped on everywhere
    <div className="cl-field" role="group" aria-labelledby={`${ids.id}-label`} aria-describedby={ids.hint}>
      <span className="cl-label" id={`${ids.id}-label`}>
        {label}
      </span>
      <div className="cl-hint" id={ids.hint}>
        {hint}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the buttons */}
      <div
        className={classes}
        onDragOver={(event) => {
          event.preventDefault()
          setDragged(true)
        }}
        onDragLeave={() => setDragged(false)}
        onDrop={drop}
      >
        {preview && <img src={preview} alt={label} />}
        <div aria-live="polite">
          {state.kind === 'preparing' && <p>{t.file.preparing}</p>}
          {state.kind === 'sending' && (
            <>
              <p>{state.part < 1 ? t.file.sending(Math.floor(state.part * 100)) : t.file.checking}</p>
              <progress value={state.part} max={1} aria-label={label} />
            </>
          )}
          {!busy && kept && !failure && (
            <p className="cl-good mt-0 mb-3">
              <Icon of={tick} />
              <span>
                {t.file.sent}: {kept.description}
              </span>
            </p>
          )}
          {!busy &&
            !failure &&
            kept?.warnings.map((warning) => (
              <p className="cl-note mt-0 mb-3" key={warning}>
                <Icon of={warningIcon} />
                <span>{warning}</span>
              </p>
            ))}
        </div>
        <div className="cl-buttons">
          {busy ? (
            <Button look="outline-primary" small onClick={() => running.current?.stop()}>
              {t.file.stop}
            </Button>
          ) : (
            <Pickers {...props} id={ids.id} take={(file) => void take(file)} />
          )}
          {!busy && state.kind === 'failed' && state.file && (
            <Button small onClick={() => void take(state.file)}>
              {t.retry}
            </Button>
          )}
          {!busy && kept && remove && (
            <Button look="link" small icon={bin} onClick={remove} aria-label={`${t.file.remove}: ${label}`}>
              {t.file.remove}
            </Button>
          )}
        </div>
      </div>
      <div id={ids.error} aria-live="assertive">
        {!busy && failure && (
          <p className="cl-error">
            <Icon of={errorIcon} />
            <span>
              <span className="visually-hidden">{t.errorMark} </span>
              {failure}
            </span>
          </p>
        )}
      </div>
    </div>
  )
}

/** The native inputs, each with a label that looks like a button. */
const Pickers = ({
  id,
  label,
  kept,
  camera: withCamera = true,
  extraTypes = 'application/pdf',
  take,
}: Props & { readonly id: string; readonly take: (file: File | undefined) => void }) => {
  const t = useCommon()
  const input = (key: string, accept: string, capture: boolean) => (
    <input
      type="file"
      id={key}
      accept={accept}
      capture={capture ? 'environment' : undefined}
      onChange={(event) => {
        take(event.target.files?.[0])
        event.target.value = '' // the same file may be chosen again
      }}
    />
  )
  return (
    <>
      {withCamera && (
        <span className="cl-camera">
          {input(`${id}-camera`, IMAGES, true)}
          <label className="btn btn-primary btn-small" htmlFor={`${id}-camera`}>
            <Icon of={camera} />
            {t.file.take}
            <span className="visually-hidden">: {label}</span>
          </label>
        </span>
      )}
      {input(id, `${IMAGES},${extraTypes}`, false)}
      <label className="btn btn-outline-primary btn-small" htmlFor={id}>
        <Icon of={clip} />
        {kept ? t.file.replace : t.file.choose}
        <span className="visually-hidden">: {label}</span>
      </label>
    </>
  )
}

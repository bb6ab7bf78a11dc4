// What happened, what it means, what to do: in one box, read out when it appears.
import { type ReactNode, useEffect, useRef } from 'react'
import type { FieldProblem, Problem } from './api.ts'
import { Button } from './Button.tsx'
import { useCommon } from './texts/common.ts'

type Kind = 'info' | 'success' | 'warning' | 'danger'

export const Alert = ({
  kind,
  title,
  live,
  children,
}: {
  readonly kind: Kind
  readonly title?: ReactNode
  /** Appears while one is on the page: it is read out. */
  readonly live?: boolean
  readonly children?: ReactNode
}) => (
  <div className={`alert alert-${kind}`} role={live ? (kind === 'danger' ? 'alert' : 'status') : undefined}>
    {title && <h2>{title}</h2>}
    {children}
  </div>
)

/** Title and detail of a problem, in the language of the page where the server did not give them. */
export const useProblemText = (): ((problem: Problem) => { readonly title: string; readonly detail: string }) => {
  const t = useCommon()
  return (problem) => {
    if (problem.code === 'offline') return t.offline
    if (problem.title) return { title: problem.title, detail: problem.detail }
    return { title: t.unexpected.title, detail: t.unexpected.detail }
  }
}

/** A problem of the server or of the way to it, with what to do now. */
export const ProblemAlert = ({
  problem,
  onRetry,
  children,
}: {
  readonly problem: Problem | undefined
  readonly onRetry?: (() => void) | undefined
  readonly children?: ReactNode
}) => {
  const t = useCommon()
  const texts = useProblemText()
  if (!problem) return null
  const { title, detail } = texts(problem)
  return (
    <Alert kind="danger" title={title} live>
      {detail && <p>{detail}</p>}
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.map((one) => (
            <li key={one.field + one.code}>{one.message}</li>
          ))}
        </ul>
      )}
      {problem.reference && <p className="cl-code">{t.unexpected.reference(problem.reference)}</p>}
      {children}
      {onRetry && (
        <p>
          <Button look="outline-primary" small onClick={onRetry}>
            {t.retry}
          </Button>
        </p>
      )}
    </Alert>
  )
}

/** `label`: the field's name, where the message does not say it. */
export type Mistake = Pick<FieldProblem, 'field' | 'message'> & { readonly label?: string | undefined }

/**
 * What is to be mended, above the form, each with a link to its field; it takes the focus each time it is shown anew
 * (`turn` counts the tries).
 */
export const ErrorSummary = ({ mistakes, turn }: { readonly mistakes: readonly Mistake[]; readonly turn: number }) => {
  const t = useCommon()
  const box = useRef<HTMLDivElement>(null)
  const count = mistakes.length
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try moves the focus here again
  useEffect(() => {
    if (count > 0 && turn > 0) box.current?.focus()
  }, [turn])
  if (count === 0) return null
  return (
    <div className="alert alert-danger" ref={box} tabIndex={-1}>
      <h2>{t.errorSummary(count)}</h2>
      <ul>
        {mistakes.map(({ field, message, label }) => (
          <li key={field + message}>
            <a
              href={`#${field}`}
              onClick={(event) => {
                event.preventDefault()
                const target = document.getElementById(field)
                target?.focus()
                target?.scrollIntoView({ block: 'center' })
              }}
            >
              {label ? `${label}: ${message}` : message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

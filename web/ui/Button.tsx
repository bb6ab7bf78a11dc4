// Buttons: 44 pixels high, and while something is under way they say so and take no second press.
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon } from './Icon.tsx'
import { useCommon } from './texts/common.ts'

export type Look = 'primary' | 'outline-primary' | 'danger' | 'link'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: Look
  readonly small?: boolean
  readonly busy?: boolean
  readonly icon?: string
}

export const Button = ({ look = 'primary', small, busy = false, icon, children, onClick, ...rest }: ButtonProps) => {
  const t = useCommon()
  return (
    <button
      type="button"
      {...rest}
      className={`btn btn-${look}${small ? ' btn-small' : ''}`}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {busy ? <span className="cl-spinner" aria-hidden="true" /> : icon && <Icon of={icon} />}
      <span>{children}</span>
      {busy && <span className="visually-hidden">{t.loading}</span>}
    </button>
  )
}

type LinkButtonProps = {
  readonly href: string
  readonly look?: Look
  readonly small?: boolean
  readonly icon?: string
  /** Leaves these pages: a file, another application, another server. */
  readonly outside?: boolean
  readonly download?: boolean | string
  readonly children: ReactNode
}

/** A link that looks like a button, for what leads somewhere. */
export const LinkButton = ({ href, look = 'primary', small, icon, outside, download, children }: LinkButtonProps) => {
  const className = `btn btn-${look}${small ? ' btn-small' : ''}`
  const content = (
    <>
      {icon && <Icon of={icon} />}
      <span>{children}</span>
    </>
  )
  if (outside || download !== undefined) {
    return (
      <a className={className} href={href} download={download}>
        {content}
      </a>
    )
  }
  return (
    <Link className={className} href={href}>
      {content}
    </Link>
  )
}

// What one may not do is shown and says why: disabled with a reason, never hidden.
import lock from 'icon:locked'
import { type ReactNode, useId } from 'react'
import { Alert } from '../ui/Alert.tsx'
import { Button, LinkButton, type Look } from '../ui/Button.tsx'
import { usePage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { useStaffTexts } from './texts/staff.ts'

type Props = {
  /** Why not; undefined where it may be done. */
  readonly why: string | undefined
  readonly look?: Look
  readonly small?: boolean
  readonly icon?: string
  readonly busy?: boolean
  /** Whether the reason is written beside it; else it stands elsewhere, under this id. */
  readonly reasonId?: string
  readonly label?: string
  readonly shortcut?: string
  readonly onClick: () => void
  readonly children: ReactNode
}

/** A button that stays in the order of Tab when it may not be pressed, so that everybody can learn why. */
export const ActionButton = ({
  why,
  look = 'primary',
  small,
  icon,
  busy,
  reasonId,
  label,
  shortcut,
  onClick,
  children,
}: Props) => {
  const made = useId()
  if (why === undefined) {
    return (
      <Button
        look={look}
        small={small}
        icon={icon}
        busy={busy}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        onClick={onClick}
      >
        {children}
      </Button>
    )
  }
  const id = reasonId ?? made
  return (
    <span className="cl-off">
      <button
        type="button"
        className={`btn btn-off${small ? ' btn-small' : ''}`}
        aria-disabled="true"
        aria-label={label}
        aria-describedby={id}
      >
        <Icon of={lock} />
        <span>{children}</span>
      </button>
      {reasonId === undefined && (
        <span className="cl-why" id={made}>
          {why}
        </span>
      )}
    </span>
  )
}

/** The same for what leads to a page. */
export const ActionLink = ({
  why,
  href,
  look,
  small,
  icon,
  children,
}: Omit<Props, 'onClick' | 'busy' | 'reasonId'> & { readonly href: string }) =>
  why === undefined ? (
    <LinkButton href={href} {...(look ? { look } : {})} {...(small ? { small } : {})} {...(icon ? { icon } : {})}>
      {children}
    </LinkButton>
  ) : (
    <ActionButton why={why} small={small} onClick={() => {}}>
      {children}
    </ActionButton>
  )

/** In place of a page that the role does not open. */
export const Forbidden = ({ why }: { readonly why: string }) => {
  const t = useStaffTexts()
  const heading = usePage(t.forbidden.title)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.forbidden.title}
      </h1>
      <Alert kind="warning">
        <p>{why}</p>
      </Alert>
    </>
  )
}

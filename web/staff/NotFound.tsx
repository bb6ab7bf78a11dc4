// An address that leads nowhere.

import { LinkButton } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { usePage } from '../ui/hooks.ts'
import { useCommon } from '../ui/texts/common.ts'

/** `inside` of a console: its frame is there already. */
export const NotFound = ({ home, inside }: { readonly home: string; readonly inside?: boolean }) => {
  const t = useCommon()
  const heading = usePage(t.notFound.title)
  const content = (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.notFound.title}
      </h1>
      <p className="lead">{t.notFound.detail}</p>
      <LinkButton href={home}>{t.notFound.home}</LinkButton>
    </>
  )
  return inside ? (
    content
  ) : (
    <Frame provider={t.certifiedMail} home={home}>
      {content}
    </Frame>
  )
}

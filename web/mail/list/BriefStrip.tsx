// The three questions of a holder, in one line above the inbox: is there something new that counts in law, is my box in
// order, whom do I call.
import check from 'icon:check-circle'
import close from 'icon:close'
import mailIcon from 'icon:mail'
import phoneIcon from 'icon:telephone'
import warning from 'icon:warning-circle'
import { useEffect, useState } from 'react'
import { Problem } from '../../ui/api.ts'
import { PHONE } from '../../ui/facts.ts'
import { Icon } from '../../ui/Icon.tsx'
import { call } from '../jmap/client.ts'
import type { Queried } from '../jmap/types.ts'
import { useUsedPercent } from '../store/counts.ts'
import { onChange } from '../store/live.ts'
import { useListTexts } from '../texts/list.ts'
import { HIGH_PERCENT } from './QuotaBar.tsx'

/** Certified messages of a folder that were not read. */
const useCertified = (folderId: string): number | undefined => {
  const [count, setCount] = useState<number>()
  useEffect(() => {
    let ended = false
    const load = (): void => {
      const filter = { inMailbox: folderId, pecKinds: ['transportEnvelope'], notKeyword: '$seen' }
      call<Queried>('Email/query', { filter, calculateTotal: true, limit: 0 }).then(
        ({ total }) => !ended && setCount(total),
        (error: unknown) => {
          if (!(error instanceof Problem)) throw error
        },
      )
    }
    load()
    const end = onChange(['Email'], load)
    return () => {
      ended = true
      end()
    }
  }, [folderId])
  return count
}

let closed = false

export const BriefStrip = ({ folderId }: { readonly folderId: string }) => {
  const t = useListTexts().strip
  const certified = useCertified(folderId)
  const percent = useUsedPercent()
  const [gone, setGone] = useState(closed)
  if (gone || certified === undefined) return null
  const space = percent !== undefined && percent >= HIGH_PERCENT
  return (
    <section className="cm-brief" aria-label={t.title}>
      <ul>
        <li className={certified > 0 ? 'cm-brief-new' : undefined}>
          <Icon of={mailIcon} />
          <span>{t.certified(certified)}</span>
        </li>
        <li className={space ? 'cm-brief-warn' : undefined}>
          <Icon of={space ? warning : check} />
          <a href="/casella">{space ? t.space(percent) : t.fine}</a>
        </li>
        <li>
          <Icon of={phoneIcon} />
          {PHONE ? <a href={`tel:${PHONE.replace(/\s/g, '')}`}>{t.call(PHONE)}</a> : <a href="/aiuto">{t.help}</a>}
        </li>
      </ul>
      <button
        type="button"
        className="cm-icon"
        onClick={() => {
          closed = true
          setGone(true)
        }}
      >
        <Icon of={close} />
        <span className="visually-hidden">{t.close}</span>
      </button>
    </section>
  )
}

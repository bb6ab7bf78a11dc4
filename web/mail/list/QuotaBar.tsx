// How full the box is, with words before it is too late (experience.md, rule 9).
import { useUsedPercent } from '../store/counts.ts'
import { useListTexts } from '../texts/list.ts'

/** From here on a person is told. */
export const WARN_PERCENT = 70
export const HIGH_PERCENT = 85
export const FULL_PERCENT = 95

export const QuotaBar = () => {
  const t = useListTexts().quota
  const percent = useUsedPercent()
  if (percent === undefined) return null
  const words =
    percent >= FULL_PERCENT ? t.full : percent >= HIGH_PERCENT ? t.high : percent >= WARN_PERCENT ? t.warn : undefined
  return (
    <div className={`cm-quota${words ? ' cm-quota-high' : ''}`}>
      <progress max={100} value={percent} aria-label={t.title}>
        {percent}%
      </progress>
      <p>{t.used(percent)}</p>
      {words && <p>{words}</p>}
    </div>
  )
}

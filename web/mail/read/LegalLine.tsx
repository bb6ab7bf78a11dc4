// What a message is worth in law, in one line; where something is wrong with it, what that means and what to do.
import tick from 'icon:check-circle'
import info from 'icon:info-circle'
import warning from 'icon:warning-circle'
import { lazy, Suspense } from 'react'
import { MEANING } from '../../../src/core/evidence/meaning.ts'
import type { PecVerification } from '../../../src/core/jmap/pec.ts'
import type { PecKind } from '../../../src/core/pec/model.ts'
import { printable } from '../../../src/core/pec/verdictText.ts'
import { useResource } from '../../ui/hooks.ts'
import { Icon } from '../../ui/Icon.tsx'
import { useLanguage } from '../../ui/language.ts'
import { useReadTexts } from '../texts/read.ts'
import { type Letter, loadVerdict } from './load.ts'
import { dayAndHour } from './times.ts'

/** It comes with a message that may wait to be sent. */
const PendingSend = lazy(() => import('../write/PendingSend.tsx'))

type Level = 'good' | 'plain' | 'warn' | 'danger'
const ICONS: Readonly<Record<Level, string>> = { good: tick, plain: info, warn: warning, danger: warning }

/** Kinds that tell of harm or of failure. */
const BAD: ReadonlySet<string> = new Set<PecKind>([
  'nonAcceptance',
  'virusNonAcceptance',
  'nonDelivery',
  'timeoutFinal',
  'virusDetection',
  'virusNonDelivery',
])

const Say = ({ level, children }: { readonly level: Level; readonly children: React.ReactNode }) => (
  <div className={`cr-say cr-say-${level}`}>
    <Icon of={ICONS[level]} />
    <div>{children}</div>
  </div>
)

/** A certified message: its signature is asked about while one reads already. */
const Certified = ({ letter }: { readonly letter: Letter }) => {
  const t = useReadTexts()
  const { data, problem } = useResource(letter.id, async () => ({ verdict: await loadVerdict(letter.id) }))
  const who = printable(letter.message.data?.sender ?? letter.message.from[0]?.email ?? '?')
  const [day, hour] = dayAndHour(letter.email.receivedAt)
  if (!data) return <Say level="plain">{problem ? t.notVerified : t.verifying}</Say>
  const level = levelOf(data.verdict)
  const said = { good: 'certified', plain: 'partly', warn: 'partly' } as const
  return (
    <>
      <Say level={level}>{level === 'danger' ? t.legal.broken(who) : t.legal[said[level]](day, hour, who)}</Say>
      <OnPaper identifier={letter.message.identifier} verdict={data.verdict} />
    </>
  )
}

/** What paper says besides: by it the message is found again. */
const OnPaper = ({
  identifier,
  verdict,
}: {
  readonly identifier: string | null
  readonly verdict: PecVerification | undefined
}) => {
  const t = useReadTexts().printed
  const lines = [
    [t.identifier, identifier],
    [t.raw, verdict?.sha256.raw],
    [t.original, verdict?.sha256.original],
  ] as const
  return (
    <div className="cr-print-only">
      {lines.map(
        ([label, value]) =>
          value && (
            <p key={label} className="cl-code">
              {label}: {value}
            </p>
          ),
      )}
    </div>
  )
}

const levelOf = (verdict: PecVerification | undefined): Level => {
  if (verdict?.verdict !== 'holds') return 'danger'
  return verdict.complete ? 'good' : 'warn'
}

export const LegalLine = ({ letter }: { readonly letter: Letter }) => {
  const t = useReadTexts()
  const language = useLanguage()
  const { kind } = letter.message
  const when = dayAndHour(letter.email.receivedAt)
  if (kind === 'transportEnvelope') return <Certified letter={letter} />
  if (kind === 'draft') return <Say level="plain">{t.legal.draft}</Say>
  if (kind === 'ordinary') return <Say level="warn">{t.legal.plain(...when)}</Say>
  if (kind === 'sent' && letter.submission) return null
  if (kind === 'sent')
    return (
      <Suspense fallback={null}>
        <PendingSend emailId={letter.id} otherwise={<Say level="plain">{t.legal.copy}</Say>} />
      </Suspense>
    )
  if (kind === 'anomalyEnvelope')
    return (
      <Say level="warn">
        <p>
          <strong>{t.legal.ordinary(...when)}</strong>
        </p>
        <p>{t.kinds.anomalyEnvelope.next}</p>
      </Say>
    )
  const { title, next } = t.kinds[kind]
  const reason = letter.message.data?.extendedError
  return (
    <Say level={BAD.has(kind) ? 'danger' : kind === 'timeoutWarning' ? 'warn' : 'good'}>
      <p>
        <strong>{title}.</strong> {MEANING[kind][language]}
      </p>
      {reason && (
        <p>
          <strong>{t.reasonGiven}:</strong> {printable(reason)}
        </p>
      )}
      <p>{next}</p>
    </Say>
  )
}

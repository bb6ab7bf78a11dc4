// How the box stands, at the top of the first page: in order or what to do, then space, term, reference e-mail, domicile.
import { Link } from 'wouter'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { showBytes, showDay } from '../ui/format.ts'
import { useResource } from '../ui/hooks.ts'
import { type Fact, Facts, Loading } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { ReferencePrompt } from './ReferencePage.tsx'
import { type BoxTexts, useBoxTexts } from './texts/box.ts'

type View = Reply<'GET /account/overview'>
type Told = keyof BoxTexts['concerns']

export const Overview = ({ own }: { readonly own: boolean }) => {
  const { data, problem, reload } = useResource('overview', (signal) => ask('GET /account/overview', { signal }))
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  return (
    <>
      <Standing view={data} own={own} />
      {own && <ReferencePrompt />}
      <Space space={data.space} />
      <InBrief view={data} />
    </>
  )
}

/** The day of an instant. */
const day = (at: string | undefined): string => (at === undefined ? '' : showDay(at))

const dayOf = (concern: Told, term: View['term']): string => {
  if (concern === 'closed') return day(term?.purgeAfter)
  if (concern === 'expired') return day(term?.graceUntil)
  return day(concern === 'closing' ? term?.closeAt : term?.expiresAt)
}

/** One plain sentence for each thing there is to see to; of the reference e-mail the prompt below speaks. */
const Standing = ({ view: { level, concerns, term }, own }: { readonly view: View; readonly own: boolean }) => {
  const t = useBoxTexts()
  const told = concerns.filter((one): one is Told => one in t.concerns)
  if (told.length === 0) {
    return (
      <Alert kind="success" title={t.ok.title}>
        <p>{t.ok.detail}</p>
      </Alert>
    )
  }
  return told.map((one, i) => (
    <Alert key={one} kind={level === 'urgent' && i === 0 ? 'danger' : 'warning'} title={t.concerns[one].title}>
      <p>{t.concerns[one].detail(dayOf(one, term))}</p>
      {one === 'closing' && own && term?.closesByHolder && (
        <p>
          {t.closingByYou} <Link href="/chiusura">{t.closingGo}</Link>
        </p>
      )}
    </Alert>
  ))
}

const Space = ({ space }: { readonly space: View['space'] }) => {
  const t = useBoxTexts().space
  const { usedBytes, quotaBytes, percent, daysToFull } = space
  return (
    <section className="cl-card cl-space" aria-labelledby="space-title">
      <h2 id="space-title">{t.title}</h2>
      <progress aria-label={t.bar} max={100} value={percent}>
        {percent}%
      </progress>
      <p>{t.used(showBytes(usedBytes), showBytes(quotaBytes), percent)}</p>
      <p className="cl-muted">{percent >= 100 ? t.full : daysToFull === undefined ? t.long : t.days(daysToFull)}</p>
    </section>
  )
}

const termFacts = (t: BoxTexts, term: NonNullable<View['term']>, own: boolean): readonly Fact[] => {
  const isOver = term.state === 'expired' || term.state === 'closed' || term.state === 'purged'
  const next = isOver || term.closeAt !== undefined ? '' : t.term.next(term.order)[term.nextPayer]
  return [
    {
      label: t.term.label,
      value: isOver ? t.term.ended(day(term.expiresAt)) : t.term.until(day(term.expiresAt)),
    },
    ...(own
      ? [
          {
            label: t.term.paidBy,
            value: (
              <>
                {t.term.payer(term.order)[term.payer]}
                {next && <div className="cl-muted">{next}</div>}
              </>
            ),
          },
        ]
      : []),
  ]
}

const InBrief = ({ view: { term, reference, domicile, secondFactor } }: { readonly view: View }) => {
  const t = useBoxTexts()
  const facts: Fact[] = [
    ...(term ? termFacts(t, term, reference !== undefined) : [{ label: t.term.label, value: t.term.none }]),
  ]
  if (reference) {
    const { email, knownAt, checkDue } = reference
    facts.push({
      label: t.reference.label,
      value: email ? (
        <>
          {email}
          <div className="cl-muted">{(checkDue ? t.reference.old : t.reference.known)(day(knownAt))}</div>
        </>
      ) : (
        t.reference.none
      ),
      action: <Link href="/riferimento">{email ? t.reference.change : t.reference.add}</Link>,
    })
  }
  if (domicile && term) {
    const { standing, since, address = '' } = domicile
    const said = t.domicile[standing]
    facts.push({
      label: t.domicile.label,
      value: said(term.order, standing === 'confirmed' ? day(since) : address),
    })
  }
  if (secondFactor !== undefined) {
    facts.push({ label: t.factor.label, value: secondFactor ? t.factor.on : t.factor.off })
  }
  return (
    <section aria-labelledby="brief-title">
      <h2 id="brief-title">{t.facts}</h2>
      <Facts items={facts} />
    </section>
  )
}

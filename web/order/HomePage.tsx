// The first page of the Order's console: what there is to do, then the conventions with their seats.
import copyIcon from 'icon:copy'
import { useState } from 'react'
import { Link } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ActionLink } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { showDay, showEuro, showInstant, showNumber } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Badge, Facts, Loading } from '../ui/Parts.tsx'
import { type ConventionSummary, EXCEPTION_ORDER, type OrderView } from './contract.ts'
import { useOrderTexts } from './texts/order.ts'

export const HomePage = ({ order }: { readonly order: string }) => {
  const t = useOrderTexts()
  const heading = usePage(t.home.title)
  const { data, problem, reload } = useResource(`order ${order}`, (signal) =>
    ask('GET /orders/:order', { params: { order }, signal }),
  )
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.home.title}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <p className="lead">{t.home.counts(showNumber(data.members), showNumber(data.boxes))}</p>
          <Exceptions view={data} />
          <LastImport order={order} view={data} />
          <h2>{t.home.conventions}</h2>
          {data.conventions.length === 0 && <p>{t.home.noConventions}</p>}
          {data.conventions.map((one) => (
            <ConventionCard key={one.code} convention={one} />
          ))}
        </>
      )}
    </>
  )
}

const PERCENT = 100

const Exceptions = ({ view }: { readonly view: OrderView }) => {
  const t = useOrderTexts()
  const counted = EXCEPTION_ORDER.map((kind) => ({ kind, count: view.exceptions[kind] ?? 0 }))
  const some = counted.filter(({ count }) => count > 0)
  const none = counted.filter(({ count }) => count === 0)
  if (view.members === 0) return null
  return (
    <>
      {some.length === 0 && <Alert kind="success">{t.home.allWell}</Alert>}
      <ul className="cl-exceptions">
        {some.map(({ kind, count }) => {
          const { name, means, act } = t.exceptions[kind]!
          const share = `${Math.round((count / view.members) * PERCENT)} %`
          return (
            <li key={kind} className="cl-card">
              <p className="cl-count">{showNumber(count)}</p>
              <div>
                <h2>{name}</h2>
                <p className="cl-muted">{means}</p>
                <Link href={`/iscritti?exception=${kind}`}>
                  {act}
                  <span className="visually-hidden">
                    : {name}, {t.home.ofMembers(showNumber(count), share)}
                  </span>
                </Link>
              </div>
            </li>
          )
        })}
      </ul>
      {some.length > 0 && none.length > 0 && (
        <p className="cl-muted">
          {t.home.inOrder}: {none.map(({ kind }) => t.exceptions[kind]!.name.toLowerCase()).join(', ')}.
        </p>
      )}
    </>
  )
}

const LastImport = ({ order, view }: { readonly order: string; readonly view: OrderView }) => {
  const t = useOrderTexts()
  const why = useMay(order)('roll.import')
  return (
    <section className="cl-card cl-soft cl-split" aria-label={t.home.lastImport}>
      <p>
        {view.lastImportAt ? (
          <>
            {t.home.lastImport}: <strong>{showInstant(view.lastImportAt)}</strong>
          </>
        ) : (
          t.home.neverImported
        )}
      </p>
      <ActionLink why={why} href="/albo" look={view.lastImportAt ? 'outline-primary' : 'primary'} small>
        {t.home.import}
      </ActionLink>
    </section>
  )
}

const ConventionCard = ({ convention }: { readonly convention: ConventionSummary }) => {
  const t = useOrderTexts()
  const words = useWords()
  const { code, standing, seats, taken, payer, priceCents, termMonths, domain, startsOn, endsOn } = convention
  return (
    <section className="cl-card" aria-label={code}>
      <h3 className="cl-code">{code}</h3>
      <Facts
        items={[
          {
            label: t.home.standing,
            value: (
              <Badge kind={standing === 'open' ? 'ok' : standing === 'notYet' ? 'wait' : 'bad'}>
                {wordOf(words.standings, standing)}
              </Badge>
            ),
          },
          {
            label: t.home.seats,
            value: (
              <>
                {seats === undefined
                  ? t.home.seatsFree(showNumber(taken))
                  : t.home.seatsOf(showNumber(taken), showNumber(seats))}
                {seats !== undefined && (
                  <meter
                    className="cl-meter"
                    min={0}
                    max={seats}
                    high={seats * 0.9}
                    value={taken}
                    aria-label={t.home.seats}
                  />
                )}
              </>
            ),
          },
          { label: t.home.payer, value: wordOf(words.payers, payer) },
          { label: t.home.price, value: showEuro(priceCents) },
          { label: t.home.term, value: t.home.months(termMonths) },
          { label: t.home.dates, value: t.home.datesOf(showDay(startsOn), showDay(endsOn)) },
          { label: t.home.domain, value: domain },
        ]}
      />
      <PageLink code={code} />
    </section>
  )
}

/** The link that secretariats put into their letters. */
const PageLink = ({ code }: { readonly code: string }) => {
  const t = useOrderTexts()
  const [copied, setCopied] = useState(false)
  const url = `${location.origin}/convenzioni/${encodeURIComponent(code)}`
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(url)
    setCopied(true)
  }
  return (
    <>
      <p>
        {t.home.page}: <a href={url}>{url}</a>
        <br />
        <span className="cl-muted">{t.home.pageHint}</span>
      </p>
      {/* Without TLS browsers give no clipboard: the link can still be copied by hand. */}
      {'clipboard' in navigator && (
        <div className="cl-row">
          <Button look="outline-primary" small icon={copyIcon} onClick={() => void copy().catch(() => {})}>
            {t.home.copy}
          </Button>
          <span role="status">{copied && t.home.copied}</span>
        </div>
      )}
    </>
  )
}

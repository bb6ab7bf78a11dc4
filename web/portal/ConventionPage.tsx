// The page of a convention: who pays and until when, what one needs, how long it takes, whom to call.
import { useParams } from 'wouter'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { LinkButton } from '../ui/Button.tsx'
import type { PublicConvention } from '../ui/contract.ts'
import { showBytes, showDay, showEuro } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { beginPath, tidyCode } from './codes.ts'
import { PortalFrame } from './PortalFrame.tsx'

/** Who pays, in one sentence. */
export const usePayer = (): ((convention: PublicConvention) => string) => {
  const t = usePortal().convention.payer
  return ({ payer, termMonths, priceCents }) =>
    payer === 'order' ? t.order(termMonths) : t[payer](showEuro(priceCents), termMonths)
}

export const ConventionPage = () => {
  const t = usePortal()
  const code = tidyCode(decodeURIComponent(useParams<{ code: string }>().code ?? ''))
  const { data, problem, reload } = useResource(`convention ${code}`, (signal) =>
    call('GET /conventions/:code', { params: { code }, signal }),
  )
  const title = data ? t.convention.title(data.order.name) : code
  const heading = usePage(t.title(title), `convention ${code}`)
  return (
    <PortalFrame phone={data?.helpDeskPhone} hours={data?.helpDeskHours}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {data ? (
        <Convention convention={data} />
      ) : problem ? (
        <ProblemAlert problem={problem} onRetry={problem.status === 404 ? undefined : reload}>
          <p>
            <LinkButton href="/" look="outline-primary" small>
              {t.front.codeLabel}
            </LinkButton>
          </p>
        </ProblemAlert>
      ) : (
        <Loading />
      )}
    </PortalFrame>
  )
}

const Closed = ({ convention }: { readonly convention: PublicConvention }) => {
  const t = usePortal().convention.standing
  const { standing, startsOn, endsOn } = convention
  if (standing === 'open') return null
  return (
    <Alert kind="warning" title={t[standing].title}>
      <p>{t[standing].detail(showDay(standing === 'notYet' ? startsOn : endsOn))}</p>
    </Alert>
  )
}

const Convention = ({ convention }: { readonly convention: PublicConvention }) => {
  const t = usePortal().convention
  const payer = usePayer()
  const { secretariat } = convention
  return (
    <div className="cl-columns">
      <div>
        <Closed convention={convention} />
        <p className="lead">{payer(convention)}</p>
        <div className="cl-actions mt-0 mb-4">
          {convention.standing === 'open' && <LinkButton href={beginPath(convention.code)}>{t.open}</LinkButton>}
          <LinkButton href={`/riprendi?codice=${encodeURIComponent(convention.code)}`} look="outline-primary">
            {t.resume}
          </LinkButton>
        </div>
        <h2>{t.needTitle}</h2>
        <ul className="cl-list">
          {t.need.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <h2>{t.time}</h2>
        <p>{t.timeDetail(convention.reviewDays)}</p>
        <h2>{t.factsTitle}</h2>
        <Facts
          items={[
            { label: t.order, value: convention.order.name },
            { label: t.code, value: <span className="cl-code">{convention.code}</span> },
            ...(convention.framework ? [{ label: t.framework, value: convention.framework }] : []),
            { label: t.until, value: t.untilDay(showDay(convention.startsOn), showDay(convention.endsOn)) },
            { label: t.domain, value: t.domainExample(convention.domain) },
            { label: t.size, value: showBytes(convention.quotaBytes) },
            { label: t.end, value: t.endDetail(convention.graceDays, convention.receivesWhenExpired) },
            { label: t.privacy, value: convention.orderSeesUnread ? t.privacyUnread : t.privacyPlain },
          ]}
        />
      </div>
      <aside>
        <div className="cl-card cl-soft">
          <h2>{t.helpTitle}</h2>
          <h3>{t.helpDesk}</h3>
          <p>
            <a href={`tel:${convention.helpDeskPhone.replace(/[^\d+]/g, '')}`}>{convention.helpDeskPhone}</a>
            {convention.helpDeskHours && (
              <>
                <br />
                {convention.helpDeskHours}
              </>
            )}
          </p>
          <h3>{t.secretariat}</h3>
          <p>
            {convention.order.name}
            <br />
            <a href={`tel:${secretariat.phone.replace(/[^\d+]/g, '')}`}>{secretariat.phone}</a>
            <br />
            <a href={`mailto:${secretariat.email}`}>{secretariat.email}</a>
            {secretariat.hours && (
              <>
                <br />
                {secretariat.hours}
              </>
            )}
          </p>
        </div>
      </aside>
    </div>
  )
}

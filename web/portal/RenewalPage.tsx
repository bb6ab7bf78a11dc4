// The page to which the expiry notice leads a holder who pays: what it costs, what happens otherwise, the order.
import { useEffect } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { keepFile } from '../ui/file.ts'
import { showDay, showEuro } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { useRenewal } from '../ui/texts/renewal.ts'
import { useToken } from '../ui/token.ts'
import { PortalFrame } from './PortalFrame.tsx'

type Offer = Reply<'POST /renewals/look'>

/** The name under which this tab keeps the secret: a reload finds the page as it was. */
const KEPT = 'ceralacca.renewal'

const RenewalPage = () => {
  const t = useRenewal()
  const portal = usePortal()
  const token = useToken(KEPT)
  const { data, problem, reload, set } = useResource(`renewal ${token}`, async (signal) =>
    token ? call('POST /renewals/look', { body: { token }, signal }) : undefined,
  )
  const title = data?.renewed ? t.doneTitle : t.title
  const heading = usePage(portal.title(title), `renewal ${data?.renewed}`)
  return (
    <PortalFrame phone={data?.helpDeskPhone}>
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {data ? (
          <Shown offer={data} token={token} onOrdered={set} />
        ) : problem?.code === 'linkInvalid' || problem?.code === 'badRequest' ? (
          <Alert kind="danger" title={t.invalidTitle} live>
            <p>{t.invalid}</p>
          </Alert>
        ) : problem ? (
          <ProblemAlert problem={problem} onRetry={reload} />
        ) : token ? (
          <Loading />
        ) : (
          <Alert kind="warning" title={t.noneTitle}>
            <p>{t.none}</p>
          </Alert>
        )}
      </div>
    </PortalFrame>
  )
}
export default RenewalPage

type Given = { readonly offer: Offer; readonly token: string }

const Shown = ({ onOrdered, ...given }: Given & { readonly onOrdered: (offer: Offer) => void }) => {
  const t = useRenewal()
  const { renewed, open, payer, order, expiresAt } = given.offer
  if (renewed) return <Ordered {...given} />
  if (open) return <Order {...given} onOrdered={onOrdered} />
  if (payer === 'order') {
    return (
      <Alert kind="success" title={t.orderTitle}>
        <p>{t.orderPays(order, showDay(expiresAt))}</p>
      </Alert>
    )
  }
  return (
    <Alert kind="warning" title={t.closedTitle}>
      <p>{t.closed}</p>
    </Alert>
  )
}

const Order = ({ offer, token, onOrdered }: Given & { readonly onOrdered: (offer: Offer) => void }) => {
  const t = useRenewal()
  const total = showEuro(offer.totalCents)
  // A second order by the same link changes nothing: nobody pays twice for pressing twice.
  const order = useAction(async () => onOrdered(await call('POST /renewals', { body: { token } })))
  return (
    <>
      <p className="lead">{t.lead(offer.name, offer.address, showDay(offer.expiresAt), offer.expired)}</p>
      <h2>{t.factsTitle}</h2>
      <Facts
        items={[
          { label: t.box, value: offer.address },
          { label: t.order, value: offer.order },
          { label: offer.expired ? t.ended : t.ends, value: showDay(offer.expiresAt) },
          { label: t.next, value: t.nextDetail(showDay(offer.nextExpiresAt), offer.termMonths) },
          { label: t.price, value: t.priceDetail(total, showEuro(offer.priceCents)) },
          { label: t.who, value: t.whoDetail },
        ]}
      />
      <p>{t.same}</p>
      <ProblemAlert problem={order.problem} />
      <div className="cl-actions">
        <Button busy={order.busy} onClick={() => void order.run()}>
          {t.go(total)}
        </Button>
      </div>
      <h2>{t.nothingTitle}</h2>
      <ul className="cl-list">
        {!offer.expired && <li>{t.nothing.ends(showDay(offer.expiresAt))}</li>}
        <li>{t.nothing[offer.receivesWhenExpired ? 'receives' : 'reads'](showDay(offer.graceUntil))}</li>
        <li>{t.nothing.closes(offer.takeOutDays)}</li>
        <li>{t.nothing.duty}</li>
      </ul>
    </>
  )
}

const Ordered = ({ offer, token }: Given) => {
  const t = useRenewal()
  const invoice = useAction(async () =>
    keepFile(await call('POST /renewals/invoice', { body: { token } }), t.invoiceFile),
  )
  useEffect(() => window.scrollTo(0, 0), [])
  return (
    <>
      <Alert kind="success" title={t.doneLead(offer.address, showDay(offer.expiresAt))} live />
      <h2>{t.afterTitle}</h2>
      <ul className="cl-list">
        {t.after.map((one) => (
          <li key={one}>{one}</li>
        ))}
        <li>{offer.invoiced ? t.invoiced : t.withheld}</li>
      </ul>
      <ProblemAlert problem={invoice.problem} />
      {offer.invoiced && (
        <div className="cl-actions">
          <Button look="outline-primary" busy={invoice.busy} onClick={() => void invoice.run()}>
            {t.invoice}
          </Button>
        </div>
      )}
    </>
  )
}

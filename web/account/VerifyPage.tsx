// Where the QR of a certificate leads: whose address it is, since when, and whether it still is.
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Frame } from '../ui/Frame.tsx'
import { showDay } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Facts, Loading } from '../ui/Parts.tsx'
import { useToken } from '../ui/token.ts'
import { useAccountTexts } from './texts/account.ts'
import { useBoxTexts } from './texts/box.ts'

export const VerifyPage = () => {
  const tagline = useAccountTexts().tagline
  const t = useBoxTexts().verify
  const heading = usePage(t.title)
  const token = useToken()
  return (
    <Frame tagline={tagline} home="/casella">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        {token ? (
          <Verified key={token} token={token} />
        ) : (
          <Alert kind="warning" title={t.missing}>
            <p>{t.missingDetail}</p>
          </Alert>
        )}
      </div>
    </Frame>
  )
}

const DETAILS = { active: 'activeDetail', suspended: 'suspendedDetail', ended: 'endedDetail' } as const

const Verified = ({ token }: { readonly token: string }) => {
  const t = useBoxTexts().verify
  const { data, problem, reload } = useResource(`certificate ${token}`, (signal) =>
    call('POST /certificates/verify', { body: { token }, signal }),
  )
  if (!data) {
    return problem ? (
      <ProblemAlert problem={problem} onRetry={problem.code === 'certificateUnknown' ? undefined : reload} />
    ) : (
      <Loading />
    )
  }
  const { standing, address, name, since, number, issuedAt } = data
  return (
    <>
      <Alert kind={standing === 'active' ? 'success' : 'warning'} title={t[standing]} live>
        <p>{t[DETAILS[standing]]}</p>
      </Alert>
      <Facts
        items={[
          { label: t.address, value: address },
          ...(name ? [{ label: t.name, value: name }] : []),
          { label: t.since, value: showDay(since) },
          { label: t.number, value: t.issued(number, showDay(issuedAt)) },
        ]}
      />
      <p>{t.compare}</p>
    </>
  )
}

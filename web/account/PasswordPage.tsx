// The change of the password.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { CheckField } from '../ui/Field.tsx'
import { usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useAccount } from './area.tsx'
import { ask } from './ask.ts'
import { NewPassword } from './NewPassword.tsx'
import { useRecoveryTexts } from './texts/recovery.ts'

export const PasswordPage = () => {
  const t = useRecoveryTexts().password
  const { signInName, kind } = useAccount()
  const delegate = kind === 'delegate'
  const heading = usePage(t.title)
  const [done, setDone] = useState(false)
  const [ends, setEnds] = useState(false)
  const { data, problem, reload } = useResource('password', (signal) => ask('GET /account/password', { signal }))
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {done && (
        <Alert kind="success" title={t.doneTitle} live>
          <p>{delegate ? t.doneDelegate : t.done}</p>
        </Alert>
      )}
      {data && !done && (
        <>
          <p className="lead">{delegate ? t.leadDelegate : t.lead}</p>
          <NewPassword
            given={data}
            address={signInName}
            label={t.save}
            save={async (password) => {
              await ask('POST /account/password', { body: { password, endAppPasswords: ends } })
              setDone(true)
            }}
          >
            <p>{t.others}</p>
            <CheckField label={t.programs} checked={ends} onChange={setEnds} />
          </NewPassword>
        </>
      )}
    </div>
  )
}

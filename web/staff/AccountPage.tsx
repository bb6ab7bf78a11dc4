// One's own account: where one is signed in, password, second factor, roles.
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Loading, Table } from '../ui/Parts.tsx'
import { PasswordField } from '../ui/PasswordField.tsx'
import { useStaffRules } from './AccessPages.tsx'
import { ask } from './ask.ts'
import { RecoveryCodes, SetUpFactor } from './SetUpFactor.tsx'
import { useRefreshSession, useSession } from './session.tsx'
import { useStaffTexts } from './texts/staff.ts'
import { deviceOf } from './userAgent.ts'

export const AccountPage = () => {
  const t = useStaffTexts()
  const session = useSession()
  const heading = usePage(t.account.title)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.account.title}
      </h1>
      <p className="lead">
        {session.name}, {session.email}
      </p>
      <h2>{t.account.roles}</h2>
      <ul className="cl-list">
        {session.grants.map(({ role, order }) => (
          <li key={role + (order?.code ?? '')}>
            {order?.name ?? t.choice.operator}: <strong>{t.roles[role]}</strong> ({t.roleHints[role]})
          </li>
        ))}
      </ul>
      <Sessions />
      <ChangePassword />
      <SecondFactor />
    </>
  )
}

const Sessions = () => {
  const t = useStaffTexts()
  const { data, problem, reload } = useResource('sessions', (signal) => ask('GET /sessions', { signal }))
  const [ended, setEnded] = useState(false)
  const end = useAction(async (id: string) => {
    await ask('DELETE /sessions/:session', { params: { session: id } })
    setEnded(true)
    reload()
  })
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title">{t.account.sessions}</h2>
      <p>{t.account.sessionsLead}</p>
      <ProblemAlert problem={problem ?? end.problem} onRetry={problem && reload} />
      <div role="status">{ended && !end.busy && <Alert kind="success">{t.account.ended}</Alert>}</div>
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.account.sessions}
          rows={data.items}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'device',
              label: t.account.device,
              heading: true,
              cell: (row) => (
                <>
                  {deviceOf(row.userAgent) ?? t.account.unknownDevice}{' '}
                  {row.current && <Badge kind="ok">{t.account.thisOne}</Badge>}
                </>
              ),
            },
            { key: 'from', label: t.account.from, cell: (row) => row.remoteAddress },
            { key: 'since', label: t.account.since, cell: (row) => showInstant(row.createdAt) },
            { key: 'seen', label: t.account.seen, cell: (row) => showInstant(row.seenAt) },
            {
              key: 'end',
              label: t.account.end,
              cell: (row) =>
                row.current ? (
                  '—'
                ) : (
                  <Button
                    look="outline-primary"
                    small
                    busy={end.busy}
                    aria-label={t.account.endOf(deviceOf(row.userAgent) ?? t.account.unknownDevice)}
                    onClick={() => void end.run(row.id)}
                  >
                    {t.account.end}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </section>
  )
}

const ChangePassword = () => {
  const t = useStaffTexts()
  const session = useSession()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [tried, setTried] = useState(false)
  const [done, setDone] = useState(false)
  const rules = useStaffRules(next, session.email, session.name)
  const weak = rules.some((rule) => !rule.holds)
  const change = useAction(async () => {
    await ask('PUT /session/password', { body: { current, next } })
    setCurrent('')
    setNext('')
    setTried(false)
    setDone(true)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    setDone(false)
    if (current === '') document.getElementById('password-current')?.focus()
    else if (weak) document.getElementById('password-next')?.focus()
    else void change.run()
  }
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title">{t.account.password}</h2>
      <p>{t.account.passwordLead}</p>
      <div role="status">{done && <Alert kind="success">{t.account.changed}</Alert>}</div>
      <ProblemAlert problem={change.problem} />
      <form onSubmit={submit} noValidate>
        <input type="text" hidden autoComplete="username" value={session.email} readOnly />
        <PasswordField
          id="password-current"
          label={t.account.current}
          autoComplete="current-password"
          value={current}
          error={tried && current === '' ? t.account.currentMissing : undefined}
          onChange={setCurrent}
        />
        <PasswordField
          id="password-next"
          label={t.account.next}
          autoComplete="new-password"
          value={next}
          rules={rules}
          error={tried && weak ? t.invitation.weak : undefined}
          onChange={setNext}
        />
        <Button type="submit" busy={change.busy}>
          {t.account.password}
        </Button>
      </form>
    </section>
  )
}

const SecondFactor = () => {
  const t = useStaffTexts()
  const { email, secondFactor } = useSession()
  const refresh = useRefreshSession()
  const [setting, setSetting] = useState(false)
  return (
    <section aria-labelledby="factor-title">
      <h2 id="factor-title">{t.account.second}</h2>
      <p>
        {secondFactor.set
          ? t.account.secondSet(secondFactor.recoveryCodesLeft)
          : secondFactor.required
            ? t.account.secondUnset
            : t.account.secondOff}
      </p>
      {secondFactor.set && <RenewCodes />}
      {!secondFactor.set && !setting && (
        <Button look="outline-primary" onClick={() => setSetting(true)}>
          {t.account.secondBegin}
        </Button>
      )}
      {setting && (
        <SetUpFactor
          email={email}
          onDone={() => {
            setSetting(false)
            refresh()
          }}
        />
      )}
    </section>
  )
}

const RenewCodes = () => {
  const t = useStaffTexts()
  const { email } = useSession()
  const refresh = useRefreshSession()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>()
  const renew = useAction(async () => {
    const { recoveryCodes } = await ask('POST /session/recovery-codes', { body: { code: code.replace(/\s/g, '') } })
    setCodes(recoveryCodes)
    setCode('')
    setTried(false)
  })
  if (codes) {
    return (
      <RecoveryCodes
        email={email}
        codes={codes}
        onDone={() => {
          setCodes(undefined)
          refresh()
        }}
      />
    )
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') document.getElementById('renew-code')?.focus()
    else void renew.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <h3>{t.account.codesRenew}</h3>
      <p>{t.account.codesRenewLead}</p>
      <ProblemAlert problem={renew.problem} />
      <TextField
        id="renew-code"
        label={t.second.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        short
        maxLength={20}
        value={code}
        error={tried && code.trim() === '' ? t.second.missing : undefined}
        onChange={setCode}
      />
      <Button type="submit" look="outline-primary" busy={renew.busy}>
        {t.account.codesRenew}
      </Button>
    </form>
  )
}

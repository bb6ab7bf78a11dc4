// Giving up the box: what it means, the copy of the mail first, the address typed; and keeping it after all.
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showDay } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useAccount } from './area.tsx'
import { ask } from './ask.ts'
import { useClosingTexts } from './texts/closing.ts'

type Closing = Reply<'GET /account/closing'>
type Part = { readonly data: Closing; readonly reload: () => void }

export const ClosingPage = () => {
  const t = useClosingTexts()
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource('closing', (signal) => ask('GET /account/closing', { signal }))
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (data.planned ? <Planned data={data} reload={reload} /> : <Ask data={data} reload={reload} />)}
    </div>
  )
}

const Meaning = ({ data }: { readonly data: Closing }) => {
  const t = useClosingTexts()
  return (
    <ul>
      <li>{data.isDomicile ? t.domicile(data.order) : t.notDomicile(data.order)}</li>
      <li>{t.receives(showDay(data.closeAt))}</li>
      <li>{t.mail(showDay(data.purgeAfter))}</li>
      <li>{t.journal}</li>
      <li>{t.address}</li>
    </ul>
  )
}

const Ask = ({ data, reload }: Part) => {
  const t = useClosingTexts()
  const { mailbox } = useAccount()
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  const close = useAction(async () => {
    await ask('POST /account/closing', { body: { address: typed.trim() } })
    reload()
  })
  const fits = typed.trim().toLowerCase() === mailbox.address.toLowerCase()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (fits) void close.run()
    else document.getElementById('closing-address')?.focus()
  }
  return (
    <>
      <p className="lead">{t.lead(showDay(data.closeAt))}</p>
      <Meaning data={data} />
      <section className="cl-card" aria-labelledby="copy-title">
        <h2 id="copy-title">{t.copy.title}</h2>
        <p>{t.copy.lead}</p>
        <Link href="/attestazione">{t.copy.go}</Link>
      </section>
      <section className="cl-card" aria-labelledby="close-title">
        <h2 id="close-title">{t.confirm.title}</h2>
        <p>{t.confirm.lead(showDay(data.closeAt))}</p>
        <ProblemAlert problem={close.problem} />
        <form onSubmit={submit} noValidate>
          <TextField
            id="closing-address"
            label={t.confirm.address}
            hint={mailbox.address}
            inputMode="email"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={320}
            value={typed}
            error={tried && !fits ? t.confirm.differs : undefined}
            onChange={setTyped}
          />
          <Button type="submit" look="danger" busy={close.busy}>
            {t.confirm.go(showDay(data.closeAt))}
          </Button>
        </form>
      </section>
    </>
  )
}

const Planned = ({ data, reload }: Part) => {
  const t = useClosingTexts()
  const keep = useAction(async () => {
    await ask('DELETE /account/closing')
    reload()
  })
  return (
    <>
      <Alert kind="warning" title={t.planned.title(showDay(data.closeAt))} live>
        <p>{t.planned.lead}</p>
      </Alert>
      <ProblemAlert problem={keep.problem} />
      <p>
        <Button busy={keep.busy} onClick={() => void keep.run()}>
          {t.planned.keep}
        </Button>
      </p>
      <h2>{t.planned.meaning}</h2>
      <Meaning data={data} />
      <p>
        <Link href="/attestazione">{t.copy.go}</Link>
      </p>
    </>
  )
}

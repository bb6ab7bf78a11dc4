// What the holder takes away: the certificate of the address, and a copy of all mail.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { addressOf, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { RadioGroup } from '../ui/Field.tsx'
import { keepFile } from '../ui/file.ts'
import { showBytes, showInstant, showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { ask } from './ask.ts'
import { useAccountTexts } from './texts/account.ts'
import { useBoxTexts } from './texts/box.ts'

export const PapersPage = () => {
  const { title } = useAccountTexts().papers
  const heading = usePage(title)
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <Certificate />
      <TakeOut />
    </div>
  )
}

const Certificate = () => {
  const t = useBoxTexts().papers.certificate
  const [made, setMade] = useState(false)
  const make = useAction(async () => {
    setMade(false)
    keepFile(await ask('POST /account/certificates'), 'attestazione.pdf')
    setMade(true)
  })
  return (
    <section className="cl-card" aria-labelledby="certificate-title">
      <h2 id="certificate-title">{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={make.problem} />
      {made && (
        <Alert kind="success" live>
          <p>{t.made}</p>
        </Alert>
      )}
      <Button busy={make.busy} onClick={() => void make.run()}>
        {t.make}
      </Button>
    </section>
  )
}

type Form = 'mbox' | 'eml'

/** Asks for a copy, then has the browser save it while it comes: boxes are larger than what a page can hold. */
const TakeOut = () => {
  const t = useBoxTexts().papers.takeOut
  const [form, setForm] = useState<Form>('mbox')
  const [asked, setAsked] = useState<Reply<'POST /account/takeouts'>>()
  const { data, problem, reload } = useResource('takeouts', (signal) => ask('GET /account/takeouts', { signal }))
  const begin = useAction(async () => {
    setAsked(await ask('POST /account/takeouts', { body: { form } }))
    location.assign(addressOf('/account/takeout'))
    reload()
  })
  return (
    <section className="cl-card" aria-labelledby="takeout-title">
      <h2 id="takeout-title">{t.title}</h2>
      <p>{t.lead}</p>
      <ul>
        {t.holds.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <ProblemAlert problem={begin.problem ?? problem} />
      {asked ? (
        <Alert kind="info" live>
          <p>{t.started(showNumber(asked.messages), showBytes(asked.bytes), showInstant(asked.expiresAt))}</p>
        </Alert>
      ) : (
        data?.takenAt && <p className="cl-muted">{t.last(showInstant(data.takenAt))}</p>
      )}
      <RadioGroup
        name="takeout-form"
        legend={t.form}
        value={form}
        choices={[
          { value: 'mbox', label: t.forms.mbox },
          { value: 'eml', label: t.forms.eml },
        ]}
        onChange={(value) => setForm(value as Form)}
      />
      <Button busy={begin.busy} onClick={() => void begin.run()}>
        {asked ? t.again : t.make}
      </Button>
    </section>
  )
}

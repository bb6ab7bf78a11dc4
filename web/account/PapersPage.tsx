// What the holder takes away: the certificate of the address, and a copy of all mail.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { addressOf, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { keepFile } from '../ui/file.ts'
import { showBytes, showNumber } from '../ui/format.ts'
import { useAction, usePage } from '../ui/hooks.ts'
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

const TakeOut = () => {
  const t = useBoxTexts().papers.takeOut
  const [begun, setBegun] = useState<Reply<'POST /account/takeout'>>()
  const begin = useAction(async () => {
    setBegun(await ask('POST /account/takeout'))
    // The browser itself saves it while it comes: boxes are larger than what a page can hold.
    location.assign(addressOf('/account/takeout'))
  })
  return (
    <section className="cl-card" aria-labelledby="takeout-title">
      <h2 id="takeout-title">{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={begin.problem} />
      {begun && (
        <Alert kind="info" live>
          <p>{t.started(showNumber(begun.messages), showBytes(begun.bytes))}</p>
        </Alert>
      )}
      <Button busy={begin.busy} onClick={() => void begin.run()}>
        {t.make}
      </Button>
    </section>
  )
}

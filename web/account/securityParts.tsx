// The second factor of an account as its pages set it up: the codes of an app, recovery codes, passkeys.
import { startRegistration } from '@simplewebauthn/browser'
import { type FormEvent, useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction } from '../ui/hooks.ts'
import { Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { CodeForm } from './CodeForm.tsx'
import { isCancelled } from './passkey.tsx'
import { useSecurityTexts } from './texts/security.ts'

export type Security = Reply<'GET /account/security'>
export type Part = { readonly data: Security; readonly reload: () => void }

/** The codes of an app: set up, switched off; recovery codes. `asked`: as one of the ways that a sign-in offers. */
export const Factor = ({ data, reload, asked }: Part & { readonly asked?: boolean }) => {
  const texts = useSecurityTexts()
  const t = texts.factor
  const [begun, setBegun] = useState<Reply<'POST /account/second-factor/setup'>>()
  const [codes, setCodes] = useState<readonly string[]>()
  const begin = useAction(async () => setBegun(await ask('POST /account/second-factor/setup')))
  const drop = useAction(async () => {
    await ask('DELETE /account/second-factor')
    reload()
  })
  const renew = useAction(async () => setCodes((await ask('POST /account/second-factor/recovery-codes')).recoveryCodes))
  const saved = (): void => {
    setCodes(undefined)
    setBegun(undefined)
    reload()
  }
  return (
    <section>
      {asked ? <h3>{texts.setUp.codes}</h3> : <h2>{t.title}</h2>}
      <ProblemAlert problem={begin.problem ?? drop.problem ?? renew.problem} />
      {codes ? (
        <Codes codes={codes} onSaved={saved} />
      ) : data.secondFactorSet ? (
        <>
          <p>
            {t.on} {t.left(data.recoveryCodesLeft)}
          </p>
          <div className="cl-actions">
            <Button look="outline-primary" busy={renew.busy} onClick={() => void renew.run()}>
              {t.renew}
            </Button>
            {(!data.required || data.passkeys.length > 0) && (
              <Button look="outline-primary" busy={drop.busy} onClick={() => void drop.run()}>
                {t.drop}
              </Button>
            )}
          </div>
        </>
      ) : begun ? (
        <>
          <p>{t.scan}</p>
          <img
            className="cl-qr"
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(begun.qrSvg)}`}
            alt={t.qr}
            width={220}
            height={220}
          />
          <p>
            {t.byHand} <strong className="cl-code">{begun.secret}</strong>
          </p>
          <p>{t.type}</p>
          <CodeForm
            id="first-code"
            give={async (code) =>
              setCodes(
                (await ask('POST /account/second-factor/confirmation', { body: { code: code.slice(0, 20) } }))
                  .recoveryCodes,
              )
            }
          />
        </>
      ) : asked ? (
        <Button look="outline-primary" busy={begin.busy} onClick={() => void begin.run()}>
          {texts.setUp.begin}
        </Button>
      ) : (
        <>
          <p>{data.passkeys.length > 0 ? `${t.byPasskey} ${t.left(data.recoveryCodesLeft)}` : t.off}</p>
          {data.passkeys.length === 0 && <p>{t.programs}</p>}
          <div className="cl-actions">
            <Button
              look={data.passkeys.length > 0 ? 'outline-primary' : 'primary'}
              busy={begin.busy}
              onClick={() => void begin.run()}
            >
              {data.passkeys.length > 0 ? t.addCodes : t.begin}
            </Button>
            {data.passkeys.length > 0 && (
              <Button look="outline-primary" busy={renew.busy} onClick={() => void renew.run()}>
                {t.renew}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  )
}

export const Codes = ({ codes, onSaved }: { readonly codes: readonly string[]; readonly onSaved: () => void }) => {
  const t = useSecurityTexts().factor
  return (
    <>
      <Alert kind="warning" title={t.codesTitle} live>
        <p>{t.codesLead}</p>
      </Alert>
      <ul className="cl-codes">
        {codes.map((code) => (
          <li key={code} className="cl-code">
            {code}
          </li>
        ))}
      </ul>
      <Button onClick={onSaved}>{t.saved}</Button>
    </>
  )
}

/** The passkeys there are, and the form of one more. */
export const Passkeys = ({ data, reload }: Part) => {
  const t = useSecurityTexts().passkeys
  const remove = useAction(async (passkey: string) => {
    await ask('DELETE /account/passkeys/:passkey', { params: { passkey } })
    reload()
  })
  const last = data.required && !data.secondFactorSet && data.passkeys.length === 1
  return (
    <section>
      <h2>{t.title}</h2>
      <p>{t.lead}</p>
      <ProblemAlert problem={remove.problem} />
      {data.passkeys.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <Table
          caption={t.title}
          rows={data.passkeys}
          rowKey={(row) => row.id}
          columns={[
            { key: 'name', label: t.name, heading: true, cell: (row) => row.name },
            { key: 'created', label: t.created, cell: (row) => showInstant(row.createdAt) },
            { key: 'used', label: t.used, cell: (row) => (row.usedAt ? showInstant(row.usedAt) : '–') },
            {
              key: 'remove',
              label: t.remove,
              cell: (row) =>
                last ? (
                  t.required
                ) : (
                  <Button look="outline-primary" small busy={remove.busy} onClick={() => void remove.run(row.id)}>
                    {t.remove}
                    <span className="visually-hidden"> {row.name}</span>
                  </Button>
                ),
            },
          ]}
        />
      )}
      <AddPasskey onAdded={reload} />
    </section>
  )
}

/** Makes a passkey on this device, under a name. The first second factor brings recovery codes, to be kept first. */
export const AddPasskey = ({ onAdded }: { readonly onAdded: () => void }) => {
  const texts = useSecurityTexts()
  const t = texts.passkeys
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [cancelled, setCancelled] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>()
  const add = useAction(async () => {
    setCancelled(false)
    const { options } = await ask('POST /account/passkeys/options')
    try {
      const optionsJSON = options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON']
      const credential = (await startRegistration({ optionsJSON })) as never
      const { recoveryCodes } = await ask('POST /account/passkeys', { body: { name: name.trim(), credential } })
      setName('')
      setTried(false)
      if (recoveryCodes) setCodes(recoveryCodes)
      else onAdded()
    } catch (error) {
      if (!isCancelled(error)) throw error
      setCancelled(true)
    }
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '') document.getElementById('passkey-name')?.focus()
    else void add.run()
  }
  const saved = (): void => {
    setCodes(undefined)
    onAdded()
  }
  if (codes) return <Codes codes={codes} onSaved={saved} />
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={add.problem} />
      {cancelled && <Alert kind="warning" title={texts.passkeyCancelled} live />}
      <TextField
        id="passkey-name"
        label={t.name}
        hint={t.nameHint}
        maxLength={60}
        value={name}
        error={tried && name.trim() === '' ? t.nameMissing : undefined}
        onChange={setName}
      />
      <Button type="submit" look="outline-primary" busy={add.busy}>
        {t.add}
      </Button>
    </form>
  )
}

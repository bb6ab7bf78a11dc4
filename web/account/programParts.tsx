// Parts of the pages of phones and programs: the secret shown once, the settings, waiting for the first connection.
import { useEffect, useEffectEvent, useState } from 'react'
import type { MailServer, MailServers } from '../../src/core/mailbox/mailServers.ts'
import { type DeviceKind, deviceKind } from '../../src/core/mailbox/programs/devices.ts'
import { Alert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { Facts } from '../ui/Parts.tsx'
import { useProgramTexts } from './texts/programs.ts'

/** The device at hand. */
export const thisDevice = (): DeviceKind => deviceKind(navigator.userAgent, navigator.maxTouchPoints)

const POLL_MS = 3_000

/** Asks every few seconds until the answer is yes; gives whether it is. A tab that nobody sees asks nothing. */
export const useWaitFor = (what: string | undefined, ask: () => Promise<boolean>): boolean => {
  const [done, setDone] = useState<string>()
  const askNow = useEffectEvent(ask)
  const waiting = what !== undefined && done !== what
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(() => {
      if (document.hidden) return
      askNow().then(
        (yes) => yes && setDone(what),
        () => {},
      )
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [what, waiting])
  return what !== undefined && done === what
}

/** A secret, this once. */
export const Secret = ({
  secret,
  title,
  lead,
}: {
  readonly secret: string
  /** Where it is no password of a mail program. */
  readonly title?: string
  readonly lead?: string
}) => {
  const t = useProgramTexts().made
  const [copied, setCopied] = useState(false)
  return (
    <Alert kind="success" title={title ?? t.title} live>
      <p>{lead ?? t.lead}</p>
      <p>
        <strong className="cl-code" translate="no">
          {secret}
        </strong>
      </p>
      <div className="cl-actions">
        <Button
          look="outline-primary"
          onClick={() =>
            void navigator.clipboard?.writeText(secret).then(
              () => setCopied(true),
              () => {},
            )
          }
        >
          {t.copy}
        </Button>
        <span role="status">{copied && t.copied}</span>
      </div>
    </Alert>
  )
}

/** Whether the program has connected yet. */
export const FirstLogin = ({ works }: { readonly works: boolean }) => {
  const t = useProgramTexts().made
  return works ? (
    <Alert kind="success" title={t.works} live />
  ) : (
    <p role="status" className="cl-muted">
      <span className="cl-spinner d-inline-block" aria-hidden="true" /> {t.waiting}
    </p>
  )
}

/** What to type where the program asks, and how to begin on this kind of device. */
export const Settings = ({
  address,
  servers,
  kind,
  sends,
}: {
  readonly address: string
  readonly servers: MailServers
  readonly kind: DeviceKind
  /** Whether mail may be sent. */
  readonly sends: boolean
}) => {
  const t = useProgramTexts().settings
  const shown = ({ host, port }: MailServer): string => t.value(host, port)
  return (
    <>
      <p>{kind === 'android' || kind === 'windows' ? t.how[kind] : t.how.other}</p>
      <Facts
        items={[
          { label: t.user, value: address },
          { label: t.password, value: t.passwordValue },
          { label: t.imap, value: shown(servers.imap) },
          { label: t.pop3, value: shown(servers.pop3) },
          ...(sends ? [{ label: t.smtp, value: shown(servers.smtp) }] : []),
        ]}
      />
    </>
  )
}

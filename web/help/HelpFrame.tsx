// The frame of the help: the number to call, whose help it is, and at the end of each page whom to ask.
import mail from 'icon:mail'
import type { ReactNode } from 'react'
import { telOf } from '../../src/core/help/links.ts'
import type { Reply } from '../ui/api.ts'
import { LinkButton } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { keepAudience } from './audience.ts'
import { useHelpTexts } from './texts/help.ts'

export type Contacts = Reply<'GET /help'>['contacts']

export const HelpFrame = ({
  contacts,
  children,
}: {
  readonly contacts: Contacts | undefined
  readonly children: ReactNode
}) => {
  const t = useHelpTexts()
  return (
    <Frame
      tagline={contacts?.order?.name ?? t.title}
      home={keepAudience('/aiuto')}
      phone={contacts?.helpDesk?.phone}
      hours={contacts?.helpDesk?.hours}
      account={
        <div className="cl-account">
          <a href="/casella">{t.toBox}</a>
        </div>
      }
    >
      {children}
    </Frame>
  )
}

const Phone = ({ phone, hours }: { readonly phone: string; readonly hours?: string | undefined }) => (
  <p>
    <a className="cl-phone" href={telOf(phone)}>
      {phone}
    </a>
    {hours && (
      <>
        <br />
        <span className="cl-muted">{hours}</span>
      </>
    )}
  </p>
)

/** Whom to ask where the page did not help. */
export const WhomToAsk = ({ contacts }: { readonly contacts: Contacts }) => {
  const t = useHelpTexts()
  const { helpDesk, order, secretariat } = contacts
  return (
    <section className="cl-card cl-soft cl-help-contacts" aria-labelledby="ask-title">
      <h2 id="ask-title">{t.ask.title}</h2>
      <div className="cl-help-ways">
        <div>
          <h3>{t.ask.desk}</h3>
          {helpDesk && <Phone {...helpDesk} />}
          <p>
            <LinkButton href="/aiuto/richiesta" outside icon={mail} look="outline-primary" small>
              {t.ask.write}
            </LinkButton>
          </p>
        </div>
        {order && secretariat && (
          <div>
            <h3>{t.ask.secretariat}</h3>
            <p>{order.name}</p>
            <Phone {...secretariat} />
            <p>
              <a href={`mailto:${secretariat.email}`}>{secretariat.email}</a>
            </p>
          </div>
        )}
      </div>
    </section>
  )
}

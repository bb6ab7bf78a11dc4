// CAPABILITY, ENABLE, ID and NAMESPACE: what the server is and can do.
import packageJson from '../../../../../package.json' with { type: 'json' }
import { capabilities, ENABLEABLE } from '../../../../core/mail/imap/capabilities.ts'
import { ok, type Status } from '../../../../core/mail/imap/status.ts'
import { mechanismsOf } from '../../../identity/sasl.ts'
import type { Session } from '../session.ts'

/** The capabilities as they are now. */
export const capabilityNames = ({ context, login, secure, compressed }: Session): readonly string[] => {
  const { options, limits } = context
  return capabilities({
    authenticated: login !== undefined,
    encrypted: secure,
    startTls: options.security === 'starttls',
    loginAllowed: secure,
    mechanisms: secure ? mechanismsOf(options.desk) : [],
    compressed,
    appendLimit: limits.maxMessageBytes,
  })
}

export const capability = (session: Session): Status => {
  session.say({ kind: 'capability', names: capabilityNames(session) })
  return ok('CAPABILITY done')
}

/** RFC 5161 §3.1: what is not known is passed over; what is on already is not told again. */
export const enable = (session: Session, names: readonly string[]): Status => {
  const enabled: string[] = []
  const turnOn = (name: string, isOn: boolean): boolean => {
    const news = names.includes(name) && ENABLEABLE.includes(name) && !isOn
    if (news) enabled.push(name === 'IMAP4REV2' ? 'IMAP4rev2' : name)
    return isOn || news
  }
  const rev2 = turnOn('IMAP4REV2', session.mode.rev2)
  const utf8Accept = turnOn('UTF8=ACCEPT', session.mode.utf8Accept)
  const condstore = turnOn('CONDSTORE', session.condstore)
  session.qresync = turnOn('QRESYNC', session.qresync)
  session.mode = { rev2, utf8Accept }
  session.say({ kind: 'enabled', names: enabled })
  // RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.
  if (condstore || session.qresync) session.enableCondstore()
  return ok('ENABLE done')
}

/** RFC 2971: what is told of the server is what helps a person to report trouble, nothing of the machine. */
/** As package.json has it. */
const VERSION = packageJson.version

export const identify = (session: Session): Status => {
  session.say({
    kind: 'id',
    fields: [
      ['name', 'Ceralacca'],
      ['version', VERSION],
    ],
  })
  return ok('ID done')
}

export const namespaces = (session: Session): Status => {
  session.say({ kind: 'namespace', personal: [['', '/']] })
  return ok('NAMESPACE done')
}

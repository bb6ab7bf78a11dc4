// CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE.
import type { Command } from '../../../../core/mail/imap/command.ts'
import { no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { FolderRole, StoreRefusal } from '../../../mailstore/mailstore.ts'
import { isRefusal, refused } from '../refusals.ts'
import type { Session } from '../session.ts'

type Of<K extends Command['kind']> = Extract<Command, { readonly kind: K }>

/** RFC 6154 §2 uses, by the attribute in lower case. `\All`, `\Flagged` and the others are not on offer. */
const ROLES: Readonly<Record<string, FolderRole>> = {
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\archive': 'archive',
  '\\junk': 'junk',
}

/** A delimiter at the end is no part of a name (RFC 9051 §6.3.4), here as in Dovecot. */
const withoutDelimiter = (name: string): string => (name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name)

const done = (refusal: StoreRefusal | undefined, name: string): Status =>
  refusal ? refused(refusal) : ok(`${name} done`)

export const createFolder = async (session: Session, { folder, specialUse }: Of<'create'>): Promise<Status> => {
  const role = specialUse.length === 0 ? undefined : ROLES[specialUse[0]!.toLowerCase()]
  if (specialUse.length > 1 || (specialUse.length === 1 && !role))
    return no('No folder can have this use here', { kind: 'USEATTR' })
  const made = await session.context.options.mailstore.createFolder(session.login!.id, folder, role)
  return isRefusal(made) ? refused(made) : ok('CREATE done', { kind: 'MAILBOXID', id: made.objectId })
}

export const deleteFolder = async (session: Session, folder: string): Promise<Status> =>
  done(await session.context.options.mailstore.deleteFolder(session.login!.id, folder), 'DELETE')

export const renameFolder = async (session: Session, { from, to }: Of<'rename'>): Promise<Status> => {
  const target = withoutDelimiter(to)
  return done(await session.context.options.mailstore.renameFolder(session.login!.id, from, target), 'RENAME')
}

export const subscribe = async (session: Session, folder: string, wanted: boolean): Promise<Status> =>
  done(
    await session.context.options.mailstore.subscribe(session.login!.id, withoutDelimiter(folder), wanted),
    wanted ? 'SUBSCRIBE' : 'UNSUBSCRIBE',
  )

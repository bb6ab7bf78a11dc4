// A folder's name for people.
import type { Folder } from './jmap/types.ts'
import type { MailTexts } from './texts/mail.ts'

/** Of a folder with a part of its own what it is for. */
export const folderName = (folder: Folder, t: MailTexts): string =>
  (folder.role && t.roles[folder.role as keyof MailTexts['roles']]) || folder.name

// The frame of the webmail, in English.
import type italian from './mail.it.ts'

export default {
  title: 'Certified mail',
  skip: 'Skip to messages',
  write: 'Write',
  folders: 'Folders',
  openFolders: 'Open the folders',
  closeFolders: 'Close the folders',
  roles: {
    inbox: 'Inbox',
    drafts: 'Drafts',
    sent: 'Sent',
    archive: 'Archive',
    junk: 'Junk',
    trash: 'Trash',
  },
  unread: (count: number) => `${count} unread`,
  removed: 'Recently deleted',
  scheduled: 'Scheduled',
  settings: 'Settings',
  account: 'Your mailbox',
  help: 'Help',
  leave: 'Sign out',
  language: 'Italiano',
  searchLabel: 'Search your mail',
  chooseMessage: 'Choose a message from the list to read it.',
  offline: 'No connection: what you do is kept here, and leaves as soon as the line is back.',
  waiting: (count: number) => (count === 1 ? '1 action waits for the line' : `${count} actions wait for the line`),
  unsent: (count: number) =>
    count === 1
      ? 'A message or draft has not reached the server yet: if you sign out now, it is lost. Sign out anyway?'
      : `${count} messages or drafts have not reached the server yet: if you sign out now, they are lost. Sign out anyway?`,
  undo: 'Undo',
  undone: 'Undone.',
  close: 'Close',
  sandbox: 'Test environment: nothing here has legal value',
  notFound: 'This folder is no longer there.',
  failed: 'It did not work, and nothing has changed: try again.',
} satisfies typeof italian

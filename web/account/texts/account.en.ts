// What the account says, in English.
import type italian from './account.it.ts'

const english: typeof italian = {
  openMail: 'Read and write mail',
  tagline: 'Your certified mailbox',
  home: 'The mailbox',
  leave: 'Sign out',
  mayRead: 'You are a collaborator of this mailbox: you may read.',
  maySend: 'You are a collaborator of this mailbox: you may read and send.',
  signIn: {
    title: 'Sign in to your certified mailbox',
    lead: 'Here you manage the mailbox: password, devices, alerts, help.',
    name: 'PEC address',
    nameHint: 'The whole address, such as name.surname@pec.example.it. Collaborators use their own e-mail.',
    password: 'Password',
    enter: 'Sign in',
    nameMissing: 'Type the address of your mailbox.',
    passwordMissing: 'Type the password.',
  },
  again: {
    title: 'Sign in again',
    lead: 'Your session has ended. What you typed on this page is still there.',
  },
  proof: {
    title: 'Confirm it is you',
    lead: 'Give your password again before this change, or a code or a passkey. This lasts ten minutes.',
    confirm: 'Confirm',
  },
  password: {
    title: 'Password',
    about: 'Change the password with which you sign in.',
  },
  reference: {
    title: 'Reference e-mail',
    about: 'Where alerts and the link to recover the password go.',
  },
  alerts: {
    title: 'Alerts',
    about: 'An e-mail for new messages, for unread ones and when space runs out.',
  },
  boxes: {
    title: 'Your mailboxes',
    about: 'The mailboxes in which you collaborate: go from one to another, or leave one.',
  },
  collaborators: {
    title: 'Collaborators',
    about: 'Those who work with you read the mailbox, or send too, with a sign-in of their own.',
  },
  programs: {
    title: 'Phone and programs',
    about: 'Reading certified mail on the phone, or in a program such as Mail, Outlook, Thunderbird.',
  },
  security: {
    title: 'Security',
    about: 'Second factor, passkeys, known devices and recent sign-ins.',
  },
  papers: {
    title: 'Certificate and copies',
    about: 'Show that the address is yours; download all mail.',
  },
  tickets: { title: 'Requests for help', about: 'Write to the help desk and read its answers.' },
  closing: {
    title: 'Close the mailbox',
    about: 'What happens if you no longer need it, and how it is closed.',
  },
  sessions: {
    title: 'Open sign-ins',
    about: 'The browsers in which the mailbox is open: close those that you do not know.',
    lead: 'If one of them is not yours, close it and change the password at once.',
    device: 'Device',
    unknown: 'Unknown device',
    here: 'This one',
    from: 'Network address',
    seen: 'Last used',
    end: 'Sign out',
  },
}
export default english

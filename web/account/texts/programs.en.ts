// What the pages of phones and programs say, in English.
import type italian from './programs.it.ts'

const english: typeof italian = {
  title: 'Phone and mail programs',
  lead: 'Each phone or program gets a password of its own: you can take it away whenever you like, without changing yours.',
  kinds: {
    iphone: 'iPhone',
    ipad: 'iPad',
    mac: 'Mac',
    android: 'Android phone',
    windows: 'Windows computer',
    other: 'device',
  },
  here: {
    title: (kind: string) => `Set up this ${kind}`,
    profile: 'One tap: you download a signed profile with address, servers and password inside.',
    profileGo: (kind: string) => `Set up this ${kind}`,
    after: {
      iphone:
        'Now open Settings: at the top there is “Profile Downloaded”. Tap it, then “Install”. The mailbox appears in Mail.',
      ipad: 'Now open Settings: on the left there is “Profile Downloaded”. Tap it, then “Install”. The mailbox appears in Mail.',
      mac: 'Now open System Settings, “General”, “Device Management”: double-click the profile, then “Install”.',
    },
    password: 'We make a password for the program. Address and servers it mostly finds by itself.',
    passwordGo: 'Make the password',
    name: 'What you call it',
    nameHint: 'To know it in the list, such as “Thunderbird at the practice”.',
    nameMissing: 'Type a name.',
  },
  phone: {
    title: 'Go on with the phone',
    lead: 'We show a QR code. Point the phone’s camera at it: a page opens that does the rest.',
    go: 'Show the QR code',
    alt: 'QR code to read with the phone',
    once: 'Good once, for ten minutes.',
    again: 'The code is over. Show another',
    claimed: 'The phone has read the code. Finish there: when the mailbox connects you will see it here.',
  },
  made: {
    title: 'The password is ready',
    lead: 'Copy it into the program now: it is not shown again.',
    copy: 'Copy',
    copied: 'Copied.',
    waiting: 'Waiting for the first connection. You may leave this page open.',
    works: 'It works: the program has connected to the mailbox.',
  },
  settings: {
    title: 'The data, if the program asks for them',
    user: 'User name',
    password: 'Password',
    passwordValue: 'the one made above',
    imap: 'Incoming mail (IMAP)',
    pop3: 'Incoming mail (POP3)',
    smtp: 'Outgoing mail (SMTP)',
    value: (host: string, port: number) => `${host}, port ${port}, SSL/TLS`,
    how: {
      android:
        'On Android: in Gmail open Menu, Settings, Add account, Other. Type the address, choose “Personal (IMAP)” and paste the password. In FairEmail or Thunderbird address and password are enough.',
      windows:
        'In Outlook: File, Add account, type the address and paste the password. In Thunderbird: New account, Mail; it finds the servers by itself.',
      other:
        'In the program choose “add account”, type the PEC address and the password made here. If it asks for servers, copy them from this table.',
    },
    records: 'For who manages the domain: DNS records by which programs find the servers',
  },
  list: {
    title: 'Connected phones and programs',
    none: 'None so far.',
    name: 'Name',
    made: 'Made',
    used: 'Last used',
    never: 'never',
    expires: (day: string) => `Good until ${day}`,
    expired: (day: string) => `Expired on ${day}: make a new one, then remove this one`,
    remove: 'Remove',
    removed: 'The password opens nothing any more.',
    services: { imap: 'reading (IMAP)', pop3: 'reading (POP3)', smtp: 'sending (SMTP)' },
  },
  connect: {
    title: 'Connect the certified mailbox',
    lead: (address: string) => `You are about to connect ${address} to this device.`,
    invalid:
      'This code is no longer good: it was used, or ten minutes have passed. Show another from the page “Phone and mail programs”.',
    profileGo: 'Download the profile',
    passwordGo: 'Make the password for this device',
    works: 'It works: the mailbox is connected.',
  },
}
export default english

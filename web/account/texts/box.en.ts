// What the first page of a box says, in English.
import type italian from './box.it.ts'

const english: typeof italian = {
  ok: { title: 'The mailbox is in order', detail: 'It receives and sends as it should.' },
  concerns: {
    closed: {
      title: 'The mailbox is closed',
      detail: (day) =>
        day
          ? `It neither receives nor sends any more. Download the mail by ${day}: after that day it is deleted.`
          : 'It neither receives nor sends any more.',
    },
    expired: {
      title: 'The mailbox has expired',
      detail: (day) =>
        day
          ? `You can no longer send. Unless you renew it by ${day}, it closes. The link to renew is in the notice sent to your reference e-mail.`
          : 'You can no longer send. The link to renew is in the notice sent to your reference e-mail.',
    },
    closing: {
      title: 'The mailbox is about to close',
      detail: (day) => `It closes on ${day}. Until then it still receives, and what arrives counts as delivered.`,
    },
    full: {
      title: 'The mailbox is full',
      detail: () =>
        'New messages are rejected: whoever writes gets a notice of non-delivery. Download a copy of old messages and delete them.',
    },
    almostFull: {
      title: 'The mailbox is almost full',
      detail: () => 'Once it is full, new messages are rejected. Download a copy of old messages and delete them.',
    },
    expiring: {
      title: 'The mailbox is about to expire',
      detail: (day) =>
        `It expires on ${day}. Renewal is at your cost: the link to order it is in the notice sent to your reference e-mail.`,
    },
    domicileFailed: {
      title: 'The digital domicile was not confirmed',
      detail: () => 'The Order could not confirm this address as your digital domicile. Call the secretariat.',
    },
    filling: {
      title: 'The mailbox is filling up',
      detail: () => 'Once it is full, new messages are rejected. Make room before then.',
    },
  },
  closingByYou: 'You have asked to close it.',
  closingGo: 'Keep the mailbox',
  space: {
    title: 'Space',
    used: (used, all, percent) => `${used} of ${all} (${percent}%)`,
    bar: 'Space used',
    full: 'There is no room left.',
    days: (days) =>
      days < 1
        ? 'At the pace of the last month it fills up today.'
        : days === 1
          ? 'At the pace of the last month it fills up tomorrow.'
          : days < 90
            ? `At the pace of the last month it lasts about ${days} days.`
            : days < 730
              ? `At the pace of the last month it lasts about ${Math.round(days / 30)} months.`
              : `At the pace of the last month it lasts about ${Math.floor(days / 365)} years.`,
    long: 'At the pace of the last month it lasts for many years.',
  },
  facts: 'The mailbox in brief',
  term: {
    label: 'Duration',
    until: (day) => `Until ${day}`,
    ended: (day) => `Expired on ${day}`,
    none: 'No end date',
    paidBy: 'Who pays',
    payer: (order) => ({ order, member: 'You' }),
    next: (order) => ({
      order: `At the end ${order} renews it: there is nothing for you to do.`,
      member: 'The next renewal is at your cost: we write to you 90, 30 and 7 days before.',
      nobody: '',
    }),
  },
  reference: {
    label: 'Reference e-mail',
    none: 'Not given',
    known: (day) => `Confirmed on ${day}`,
    old: (day) => `Last confirmed on ${day}`,
    change: 'Change',
    add: 'Add one',
  },
  domicile: {
    label: 'Digital domicile',
    confirmed: (order, day) =>
      day
        ? `It has been your digital domicile with ${order} since ${day}.`
        : `It is your digital domicile with ${order}.`,
    awaiting: (order) => `${order} is waiting for confirmation that this address is your digital domicile.`,
    failed: (order) => `Confirmation with ${order} failed. Call the secretariat.`,
    other: (order, address) => `With ${order} your digital domicile is ${address}.`,
    none: (order) => `With ${order} this address is not on record as your digital domicile.`,
  },
  factorFrom: {
    title: (day: string) => `From ${day} on the password alone will not be enough`,
    detail:
      'The provider will ask everybody for a second factor at sign-in: a passkey, or the codes of an app on the phone.',
    go: 'Set it up now',
  },
  factor: { label: 'Second factor', on: 'On', off: 'Off' },
  todo: 'Manage the mailbox',
  papers: {
    certificate: {
      title: 'Certificate of the address',
      lead: 'A PDF, in Italian, that says that this address is yours and since when. Whoever receives it scans the QR and sees whether it is still so: they see your name too.',
      make: 'Download the certificate',
      made: 'The certificate was downloaded.',
    },
    takeOut: {
      title: 'Copy of all mail',
      lead: 'A ZIP file to keep. Nothing changes in the mailbox.',
      holds: [
        'All messages, with their exact bytes: signatures can still be verified.',
        'The receipts, gathered by message: they are the proofs of what you sent.',
        'The extract of the provider’s log: who, to whom, when.',
      ],
      form: 'How you want the messages',
      forms: {
        mbox: 'A file for each folder (mbox): for Thunderbird, Mail and other programs',
        eml: 'A file for each message (eml): each opens with a double click',
      },
      make: 'Download the mail',
      again: 'Download again',
      started: (messages, bytes, until) =>
        `The download has begun: ${messages} messages, ${bytes}. It is downloaded once, until ${until}; if it breaks off, repeat it from here. To be safe we have written to you that you asked for it.`,
      last: (when) => `Last copy downloaded: ${when}.`,
    },
  },
  verify: {
    title: 'Verification of a certificate',
    missing: 'The code of the certificate is missing',
    missingDetail: 'Scan the QR again, or copy the whole address.',
    active: 'The certificate is genuine and the address is active',
    activeDetail: 'Certified messages sent to this address are delivered.',
    suspended: 'The certificate is genuine, but the address is now suspended',
    suspendedDetail: 'For now messages are not delivered.',
    ended: 'The certificate is genuine, but the address is no longer active',
    endedDetail: 'Messages are no longer delivered.',
    address: 'PEC address',
    name: 'Holder',
    since: 'Active since',
    number: 'Certificate',
    issued: (number, day) => `${number}, issued on ${day}`,
    compare: 'Compare these data with those written on the document.',
  },
}
export default english

// What the portal says outside of the wizard, in English.
import type italian from './portal.it.ts'

const english: typeof italian = {
  tagline: 'Certified mailboxes for members of professional Orders',
  title: (page) => `${page} · Certified e-mail`,
  leave: 'Leave',
  leftTitle: 'You have left',
  leftDetail:
    'Nothing stays on this device. If you had confirmed your reference e-mail the request is saved and goes on by its link; otherwise you begin again.',
  front: {
    title: 'Your certified mailbox under your Order’s convention',
    lead: 'If your Order has a convention with us, you activate your box here in ten minutes, on a phone too.',
    codeLabel: 'Convention code',
    codeHint: 'It is in the letter of your Order, for example OMCEO-AQ-0051. Capitals and spaces do not matter.',
    codeMissing: 'Write the convention code. If you do not have it, ask the secretariat of your Order.',
    go: 'Continue',
    resumeTitle: 'Have you begun already?',
    resumeDetail: 'Your request is saved. Go on with it on this or another device, or see where it stands.',
    resume: 'Go on with my request',
    hereTitle: 'Your request on this device',
    hereDetail: (caseNumber) => `Case ${caseNumber}.`,
    verifyTitle: 'Were you given a certified message as proof?',
    verifyDetail:
      'Save the message or the receipt as a file: the page of verification says whether it is genuine and what it proves.',
    verify: 'Verify a certified message',
    whatTitle: 'What you need',
    what: [
      'The convention code and your fiscal code.',
      'An ordinary e-mail that you use already: for notices and to recover the password.',
      'A valid identity document to photograph, front and back.',
    ],
    staffTitle: 'Secretariats and operators',
    staffDetail: 'Whoever works for an Order or for the provider signs in here.',
    staff: 'Sign in to the console',
  },
  convention: {
    title: (order) => `Certified mailbox for members: ${order}`,
    open: 'Activate your box',
    resume: 'I have begun: go on',
    factsTitle: 'The convention in short',
    code: 'Code',
    order: 'Order',
    framework: 'Framework agreement',
    who: 'Who pays',
    payer: {
      order: (months) => `The Order, for ${months} months from activation. You pay nothing.`,
      member: (price, months) => `The member: ${price} plus VAT for ${months} months.`,
      split: (price, months) =>
        `The Order pays the first ${months} months. Renewal is yours to pay: ${price} plus VAT.`,
    },
    until: 'Activations',
    untilDay: (from, to) => `From ${from} to ${to}`,
    domain: 'Your address',
    domainExample: (domain) => `name.surname@${domain}`,
    size: 'Space',
    time: 'How long it takes',
    timeDetail: (days) =>
      `Ten minutes for the request. The box is active about ${days === 1 ? 'one working day' : `${days} working days`} later, when an operator has verified your document.`,
    end: 'At the end of the term',
    endDetail: (days, receives) =>
      `We tell you 90, 30 and 7 days before. For ${days} days after the end you can renew, and ${
        receives
          ? 'the box still receives: what arrives counts in law as received.'
          : 'read what you have, but the box receives nothing more.'
      }`,
    privacy: 'What the Order sees',
    privacyPlain: 'Whether the box is active, how full it is and when it ends. Never messages, nor who writes to you.',
    privacyUnread:
      'Whether the box is active, how full it is, when it ends, and whether messages have been unread for 30 days. Never messages, nor who writes to you.',
    needTitle: 'Keep at hand',
    need: [
      'Your fiscal code (from the health card).',
      'A valid identity document: identity card, passport or driving licence. A photo taken here will do.',
      'An ordinary e-mail that you read: the confirmation code and notices go there.',
    ],
    helpTitle: 'Do you need help?',
    helpDesk: 'Help desk of the provider',
    secretariat: 'Secretariat of the Order',
    standing: {
      notYet: {
        title: 'The convention has not begun yet',
        detail: (from) => `You can activate your box from ${from}, with this same code and link.`,
      },
      expired: {
        title: 'The convention is closed to new activations',
        detail: (to) =>
          `Boxes could be activated until ${to}. Active boxes stay valid. Call the secretariat of your Order: it may give you a new code.`,
      },
      full: {
        title: 'The convention is full',
        detail: () =>
          'The number of boxes that the Order planned has been reached. Call the secretariat: it can enlarge the convention, and then you can activate your box on this same page.',
      },
    },
  },
  resume: {
    title: 'Go on with your request',
    lead: 'We send a link to the reference e-mail that you gave. It opens on any device.',
    opening: 'Opening your request',
    fiscalCode: 'Fiscal code',
    send: 'Send me the link',
    sentTitle: 'Look at your mail',
    sentDetail:
      'If there is a request with these data, the link has just left for its reference e-mail. If it does not come within some minutes look in the junk folder.',
    sentElse:
      'Had you not confirmed an e-mail yet? Then begin again from the page of the convention: without an e-mail we cannot know that it is you.',
    again: 'Send again',
    toConvention: 'Go to the page of the convention',
  },
  confirm: {
    title: 'Confirmation of the e-mail',
    working: 'Confirming the e-mail',
    doneTitle: 'E-mail confirmed',
    doneDetail: (email) => `${email} is now your reference e-mail.`,
    doneNext: 'Go back to the page where you began: it goes on by itself. If you have closed it, go on from here.',
    goOn: 'Go on with the request',
  },
  tracker: {
    title: 'Your request',
    caseNumber: (caseNumber) => `Case ${caseNumber}`,
    keep: 'Keep this number: telling it on the telephone is enough. The link to come back is in the e-mail you received.',
    steps: { received: 'Document received', verified: 'Document verified', active: 'Box active' },
    current: {
      received: 'Something is still missing on your side.',
      verified: (by) => `An operator is checking the data and the document. You will have an answer by ${by}.`,
      verifiedSoon: 'An operator is checking the data and the document: it takes about two working days.',
      active: 'We are making the box: it is a matter of minutes.',
    },
    state: {
      draft: {
        title: 'The request has not been sent yet',
        detail: 'What you have written is saved. Complete the steps that are missing and send it.',
      },
      awaitingReview: {
        title: 'Request sent',
        detail:
          'There is nothing else to do. We write to your reference e-mail when the box is active, or if something is needed.',
      },
      awaitingDocument: {
        title: 'Something must be mended',
        detail: 'The operator has looked at the request and wrote:',
        next: 'Mend what is named and send it again: everything else has stayed as it was.',
      },
      approved: { title: 'Request approved', detail: 'We are making the box. We shall write to you shortly.' },
      active: {
        title: 'The box is active',
        detail: (address) => `Your certified address is ${address}.`,
        until: (day) => `It is valid until ${day}. We tell you three times before it ends.`,
        law: 'From now on a message delivered here counts as received, even if you do not open it. Look at the box often.',
        setupTitle: 'How to read it',
        setup: 'With the mail program that you use already, with these data:',
        user: 'User name',
        password: 'Password',
        passwordIs: 'the one that you chose in the request',
        servers: {
          imap: 'Incoming mail (IMAP)',
          pop3: 'In place of IMAP (POP3)',
          smtp: 'Outgoing mail (SMTP)',
        },
        serversUnknown: 'The help desk tells you the servers',
        server: (host, port) => `${host}, port ${port}, TLS`,
        guide: 'Instructions for each program are in the first message of the box.',
        orderKnows: 'The Order sees the address in its register already: you need not tell it.',
      },
      refused: {
        title: 'The request was refused',
        detail: 'The operator wrote:',
        next: 'Nothing is owed. If you think it is a mistake call the help desk with the case number; when the reason is gone you can make a new request.',
      },
      withdrawn: {
        title: 'You have taken the request back',
        detail:
          'Nothing is owed, and the documents that you uploaded are deleted. You can make a new request at any time.',
      },
      lapsed: {
        title: 'The request has lapsed',
        detail: 'It stood still for too long and was closed. Nothing is owed. You can make a new request at any time.',
      },
      ended: {
        title: 'The box was closed',
        detail:
          'The box of this request is no longer there. If you need a new one start from the page of the convention.',
      },
    },
    goOn: 'Complete the request',
    mend: 'Mend the request',
    again: 'Make a new request',
    refresh: 'Refresh',
    withdraw: 'Take the request back',
    withdrawTitle: 'Do you want to take the request back?',
    withdrawDetail:
      'The box will not be activated, the documents you uploaded will be deleted and the address will be free again. Nothing is owed.',
    withdrawYes: 'Yes, take it back',
    withdrawNo: 'No, leave it',
    invoice: {
      title: 'Invoice',
      detail:
        'It is in your name. It is paid by bank transfer, with the data and by the date that it bears. You will find it in your tax drawer (cassetto fiscale) too.',
      reversed: 'The credit note undoes the invoice: you owe nothing. If you have paid already call the help desk.',
      get: { TD01: 'Download the invoice (PDF)', TD04: 'Download the credit note (PDF)' },
      file: {
        TD01: (caseNumber) => `invoice-${caseNumber}.pdf`,
        TD04: (caseNumber) => `credit-note-${caseNumber}.pdf`,
      },
    },
    dataTitle: 'Data of the request',
    address: 'Address asked for',
    person: 'Holder',
    order: 'Order',
    email: 'Reference e-mail',
    sentOn: 'Sent',
    helpTitle: 'Do you have a question?',
    help: (phone) => `Call the help desk at ${phone} and tell the case number.`,
    helpPage: 'How a request proceeds',
  },
  mail: {
    title: 'Captured ordinary mail',
    lead: 'In the sandbox ordinary messages do not leave: they are here, newest first. Their links work.',
    filter: 'Show only messages to',
    empty: 'No messages yet. The page looks for new ones by itself.',
    to: 'To',
    more: 'Show earlier messages',
  },
}
export default english

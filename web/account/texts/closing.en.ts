// What the account says of giving up the box, in English.
import type italian from './closing.it.ts'

const english: typeof italian = {
  title: 'Close the mailbox',
  lead: (day: string) => `If you close it now, the mailbox stops receiving and sending on ${day}.`,
  domicile: (order: string) =>
    `It is your digital domicile at ${order}. If you still practise, tell the secretariat another certified address first: who has none is warned and then suspended from the register (art. 16, par. 7-bis, DL 185/2008).`,
  notDomicile: (order: string) =>
    `If you still practise, make sure that ${order} has another certified address of yours: the law asks for a digital domicile of every member (art. 16, par. 7, DL 185/2008).`,
  receives: (day: string) =>
    `Until ${day} it receives and sends as ever, and what arrives is received in law. After that, who writes gets a notice of non-delivery.`,
  mail: (day: string) =>
    `After the closing you can still come in to read and download your mail, until ${day}. Then messages and receipts are deleted.`,
  journal: 'The log of messages (who, to whom, when) is kept for 30 months, as the law asks.',
  address:
    'The address stays yours: it never passes to another person. Nobody renews the mailbox or pays for it any more.',
  copy: {
    title: '1. First, download a copy',
    lead: 'Messages and receipts are your proofs. Download them all together and keep them.',
    go: 'Download all mail',
  },
  confirm: {
    title: '2. Then, confirm',
    lead: (day: string) => `You can change your mind until ${day}, on this page.`,
    address: 'Type the address of the mailbox',
    differs: 'Type the whole address, as above.',
    go: (day: string) => `Close the mailbox on ${day}`,
  },
  planned: {
    title: (day: string) => `The mailbox closes on ${day}`,
    lead: 'You have asked for it. Until that day it still receives: go on reading it.',
    keep: 'Keep the mailbox',
    meaning: 'What happens',
  },
}
export default english

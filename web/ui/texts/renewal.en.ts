// What the page of a renewal says, in English.
import type italian from './renewal.it.ts'

const english: typeof italian = {
  title: 'Renew your certified box',
  lead: (name, address, day, expired) =>
    `${name}, the box ${address} ${expired ? `expired on ${day}` : `expires on ${day}`}. To keep it you only confirm here.`,
  factsTitle: 'The renewal in short',
  box: 'Box',
  order: 'Order',
  ends: 'Expires now on',
  ended: 'Expired on',
  next: 'New expiry',
  nextDetail: (day, months) => `${day}: ${months} months from the end of the present term, whenever you renew`,
  price: 'Price',
  priceDetail: (total, net) => (total === net ? total : `${total} VAT included (${net} plus VAT)`),
  who: 'Who pays',
  whoDetail: 'You: the invoice is in your name and is paid by bank transfer.',
  same: 'Address, password and mail stay the same: nothing changes in your programs.',
  nothingTitle: 'If you do nothing',
  nothing: {
    ends: (day) => `Until ${day} the box works as it does today. Then it sends no more.`,
    receives: (day) =>
      `Until ${day} it still receives: what arrives counts in law as received, even if you do not open it. Until that day you can still renew here.`,
    reads: (day) =>
      `It receives nothing: who writes to you gets a notice of non-delivery. Until ${day} you can read your mail and still renew here.`,
    closes: (days) =>
      `After that it is closed: you have ${days} days to take out your mail, which is then deleted. The address never passes to another person.`,
    duty: 'As long as you are on the roll you must have a digital domicile: without this box you need another one, and must tell it to your Order.',
  },
  go: (total) => `Renew with obligation to pay ${total}`,
  doneTitle: 'Box renewed',
  doneLead: (address, day) => `${address} is valid until ${day}.`,
  afterTitle: 'What happens now',
  after: [
    'A confirmation comes to the box and to your reference e-mail.',
    'Go on using the box as always: address, password and mail are the same.',
  ],
  invoiced:
    'The invoice is ready. It is paid by bank transfer, with the data and by the date that it bears. You will find it in your tax drawer (cassetto fiscale) too.',
  withheld:
    'The invoice is not there yet: something is missing to make it out to you. The box is renewed all the same; call the help desk to complete it.',
  invoice: 'Download the invoice (PDF)',
  invoiceFile: 'renewal-invoice.pdf',
  orderTitle: 'You need do nothing',
  orderPays: (order, day) =>
    `Your Order (${order}) renews and pays by itself when the present term ends, on ${day}. The box goes on without a break.`,
  closedTitle: 'This box is renewed no more',
  closed:
    'It is closed, or its convention has no renewal. If you still practise you need another certified box: activate it and tell it to your Order.',
  invalidTitle: 'This link opens no renewal',
  invalid:
    'It has expired, or was copied in part. Use the link of the latest expiry notice: it is in the box and at your reference e-mail. If you do not find it call the help desk of the provider or the secretariat of your Order.',
  none: 'Open the link of the expiry notice: it is in the box and at your reference e-mail. Without that link we cannot know which box to renew.',
  noneTitle: 'The link is missing',
}
export default english

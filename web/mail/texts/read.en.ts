// Reading a conversation, in English.
import type italian from './read.it.ts'

export default {
  noSubject: '(no subject)',
  gone: 'This conversation is no longer here: it was deleted or moved to another mailbox.',
  tools: {
    label: 'Actions on the conversation',
    back: 'List',
    reply: 'Reply',
    replyAll: 'Reply to all',
    toAll: 'To all',
    forward: 'Forward',
    archive: 'Archive',
    bin: 'Delete',
    unread: 'Mark as unread',
    flag: 'Flag',
    unflag: 'Remove flag',
    move: 'Move',
    moveTo: 'Move to',
    print: 'Print or save as PDF',
    edit: 'Go on with the draft',
    more: 'More',
  },
  done: {
    archived: 'Conversation archived.',
    binned: 'Conversation moved to the bin.',
    moved: (folder: string) => `Conversation moved to ${folder}.`,
    unread: 'Marked as unread.',
  },
  you: 'You',
  from: 'From',
  toLabel: 'To',
  cc: 'Cc',
  open: (who: string, when: string) => `Open the message of ${who} of ${when}`,
  fold: 'Fold the message',
  moreRecipients: (count: number) => `and ${count} more`,
  verifying: 'Verifying the signature…',
  notVerified: 'The signature could not be verified now: try again later, or look at the technical proof.',
  legal: {
    certified: (day: string, hour: string, who: string) =>
      `Received on ${day} at ${hour} from ${who}. The provider’s signature proves sender, date and content.`,
    partly: (day: string, hour: string, who: string) =>
      `Received on ${day} at ${hour} from ${who}. The signature is whole; whether a provider made it could not be checked.`,
    broken: (who: string) =>
      `The signature of this message does not hold: it is not certain that it comes from ${who}, nor that its content is what was sent. Do not use it as proof, and ask the sender to send it again.`,
    ordinary: (day: string, hour: string) =>
      `It came by ordinary mail on ${day} at ${hour}: it has no legal value. Sender, date and content are not certified.`,
    plain: (day: string, hour: string) => `Ordinary mail of ${day} at ${hour}: it has no legal value.`,
    draft: 'This is a draft: it has not left yet.',
    copy: 'Copy of a message that was sent: there are no receipts of it here.',
  },
  kinds: {
    acceptance: {
      title: 'What you sent was accepted',
      next: 'Keep the receipt: it proves the sending. For delivery wait for the other receipt.',
    },
    nonAcceptance: {
      title: 'What you sent was not accepted',
      next: 'The message did not leave. Read the reason below, correct it and send again.',
    },
    virusNonAcceptance: {
      title: 'What you sent was stopped: it holds a virus',
      next: 'The message did not leave. Check the computer with an up-to-date antivirus, then send again without that attachment.',
    },
    transportEnvelope: { title: 'Certified message', next: '' },
    takeInCharge: {
      title: 'The recipient’s provider took the message in charge',
      next: 'You need do nothing: the delivery receipt comes by itself.',
    },
    deliveryComplete: {
      title: 'The message was delivered',
      next: 'Keep the receipt: it also holds the message and the attachments that were delivered.',
    },
    deliveryBrief: {
      title: 'The message was delivered',
      next: 'Keep the receipt and the original files: the brief receipt holds only their digests.',
    },
    deliveryConcise: {
      title: 'The message was delivered',
      next: 'Keep the receipt: the concise one proves the delivery, not the content.',
    },
    nonDelivery: {
      title: 'The message was not delivered',
      next: 'Check the address and send again. If the mailbox is full or closed, look up the recipient’s digital domicile (INI-PEC, INAD, IPA) or use another way. Keep the notice: it proves the attempt.',
    },
    timeoutWarning: {
      title: 'After 12 hours there is no delivery',
      next: 'It may still come within 24 hours. If you have a deadline do not wait: use another way too.',
    },
    timeoutFinal: {
      title: 'After 24 hours there is no delivery',
      next: 'Take it as not delivered: send again, or use another way. Keep the notice.',
    },
    virusDetection: {
      title: 'The recipient’s provider found a virus',
      next: 'The message is not delivered. Check the computer with an antivirus, then send again without that attachment.',
    },
    virusNonDelivery: {
      title: 'Not delivered: the message holds a virus',
      next: 'Check the computer with an up-to-date antivirus, then send again without that attachment.',
    },
    anomalyEnvelope: {
      title: 'A message that came by ordinary mail, or that failed the checks',
      next: 'Before you trust sender, links and attachments, ask for confirmation by another way.',
    },
  },
  proofs: 'Technical proof',
  printedAt: (when: string) => `printed on ${when}`,
  printed: { identifier: 'Identifier', raw: 'SHA-256 of the message', original: 'SHA-256 of the original' },
  reasonGiven: 'Reason that the provider gives',
  sent: {
    title: 'What became of what you sent',
    summary: (day: string, hour: string, receipt: string) => `Sent on ${day} at ${hour}, with ${receipt}.`,
    receiptTypes: { complete: 'complete receipt', brief: 'brief receipt', concise: 'concise receipt' },
    steps: {
      sent: 'Sent',
      accepted: 'Accepted',
      notAccepted: 'Not accepted',
      taken: 'In charge',
      delivered: 'Delivered',
      failed: 'Not delivered',
      late: 'Late',
      expired: 'Expired',
      ordinary: 'Ordinary mail',
    },
    marks: { done: 'done', failed: 'failed', late: 'attention', waiting: 'waiting', none: 'no receipt' },
    sentence: {
      waiting: 'Waiting for the acceptance receipt.',
      pending: 'Accepted: it is on its way to the recipient’s provider. Mostly a few minutes are enough.',
      taken: (day: string, hour: string) =>
        `Taken in charge by the recipient’s provider on ${day} at ${hour}. The delivery receipt is still to come.`,
      warned: (day: string, hour: string) =>
        `On ${day} at ${hour}, after 12 hours, it was not delivered yet. It may still come within 24 hours of sending.`,
      delivered: (day: string, hour: string) =>
        `Delivered on ${day} at ${hour}. It counts as received, even if they do not open it.`,
      failed: (day: string, hour: string) =>
        `Not delivered on ${day} at ${hour}: towards this recipient the sending does not count.`,
      expired: (day: string, hour: string) =>
        `On ${day} at ${hour}, after 24 hours, it was not delivered: take it as not delivered.`,
      unproven: 'Ordinary mail address: no delivery receipt. The acceptance proves only that you sent it.',
      refused: (day: string, hour: string) => `Not accepted on ${day} at ${hour}: the message never left.`,
    },
    what: 'What to do now',
    receipts: (count: number) => (count === 1 ? '1 receipt' : `${count} receipts`),
    download: 'Download',
    live: (who: string, state: string) => `${who}: ${state}`,
  },
  html: {
    frame: 'Text of the message',
    blocked: (count: number) =>
      `${count === 1 ? '1 external image was not loaded' : `${count} external contents were not loaded`}: they would tell the sender when and where you read. Here they never are.`,
    blockedImage: (alt: string) => `[external image: ${alt}]`,
    deceit: { homograph: 'a name that imitates another', otherHost: 'not the address that is written' },
    deceitful: (count: number) =>
      `Beware: ${count === 1 ? 'a link leads' : `${count} links lead`} to another site than it seems. Enter no password and no data: the real site is:`,
    cut: 'The message is too long to be shown whole: download the original from the technical proof.',
    broken: 'The graphic version could not be shown: here is the text.',
  },
  text: {
    quoted: (lines: number) => (lines === 1 ? 'Show 1 quoted line' : `Show ${lines} quoted lines`),
    all: (left: string) => `Show all (${left} more)`,
    empty: 'The message has no text.',
    charset: 'Some characters of the message were not written correctly: they may look wrong.',
    homograph: (host: string) => `beware: it leads to ${host}, a name that imitates another`,
    moreParts: (count: number) =>
      `The message has ${count} more parts: they are among the attachments of the original, in the technical proof.`,
  },
  attachments: {
    title: (count: number) => (count === 1 ? '1 attachment' : `${count} attachments`),
    unnamed: 'without a name',
    parts: { status: 'Outcome of the delivery (technical)', header: 'Header of the message' },
    show: 'Preview',
    hide: 'Close preview',
    openPdf: 'Open',
    download: 'Download',
    more: (count: number) => `Show ${count} more attachments`,
    kinds: {
      image: 'image',
      pdf: 'PDF',
      text: 'text',
      signed: 'signed document',
      invoice: 'electronic invoice',
      xml: 'XML',
      message: 'message',
      archive: 'archive',
      office: 'document',
      media: 'audio or video',
      other: 'file',
    },
    dangers: {
      program: 'It is a program: opened, it can harm the computer or steal data.',
      macros: 'It is a document with macros, that is, with programs inside.',
      page: 'It is a page or a drawing that, opened in a browser, can run programs or imitate a site.',
      disk: 'It is the image of a disk: a common way to hide programs.',
      disguised: 'Its name hides what it really is.',
      locked: 'A password protects it: no antivirus could look inside.',
    },
    insideDanger: 'It holds dangerous files.',
    beforeDownload: 'Download it only if you expected it and the sender confirms it by telephone.',
    downloadAnyway: 'I understand, download',
    cannotShow: 'This file cannot be shown here: download it.',
    notWhatItSays: 'Its content is not what the name says: it is not shown.',
    tooLarge: 'It is too large for a preview: download it.',
    loading: 'Opening…',
    failed: 'It could not be opened: try again, or download it.',
    archiveHolds: 'In the archive',
    files: (count: number) => (count === 1 ? '1 file' : `${count} files`),
  },
} satisfies typeof italian

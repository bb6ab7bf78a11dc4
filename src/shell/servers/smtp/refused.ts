// What the content of a mail throws where it is not to be taken.
import type { Reply } from '../../../core/mail/smtp/reply.ts'

/** The content is not taken: the reply says why. */
export class TransferRefused extends Error {
  readonly reply: Reply
  constructor(reply: Reply) {
    super(reply.text)
    this.name = 'TransferRefused'
    this.reply = reply
  }
}

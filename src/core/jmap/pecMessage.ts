// What an Email is in the network, as `PecMessage/get` tells it.
import type { ContentId } from '../lib/rope.ts'
import type { CertificationData } from '../pec/model.ts'
import { utcDate } from './date.ts'
import { blobId } from './ids.ts'
import type { PecData, PecMessage } from './pec.ts'
import type { PecPlaces, Place } from './pecLook.ts'

export const dataObject = (data: CertificationData): PecData => ({
  kind: data.kind,
  error: data.error,
  sender: data.sender,
  recipients: data.recipients,
  replyTo: data.replyTo,
  subject: data.subject ?? null,
  provider: data.provider,
  at: utcDate(data.at),
  identifier: data.identifier,
  clientMsgid: data.clientMsgid ?? null,
  receiptType: data.receiptType ?? null,
  deliveryTo: data.deliveryTo ?? null,
  takenFor: data.takenFor ?? null,
  extendedError: data.extendedError ?? null,
})

/** Where the bytes of its parts are to be had. */
export const blobsOf = (content: ContentId, { original, daticert, signature }: PecPlaces): PecMessage['blobs'] => {
  const at = (place: Place | undefined): string | null => (place === undefined ? null : blobId(content, place.path))
  return { raw: blobId(content), original: at(original), daticert: at(daticert), signature: at(signature) }
}

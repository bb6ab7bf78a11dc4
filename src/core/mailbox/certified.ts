// What folders know of certified mail: the keyword of each kind, and which kinds are receipts.
import type { PecKind } from '../pec/model.ts'

/** Keywords by which any mail program can filter, on each message from its arrival; sorted. */
const KEYWORDS: Readonly<Record<PecKind, readonly string[]>> = {
  acceptance: ['$PECAcceptance'],
  nonAcceptance: ['$PECNonAcceptance'],
  virusNonAcceptance: ['$PECNonAcceptance', '$PECVirus'],
  transportEnvelope: ['$PECEnvelope'],
  takeInCharge: ['$PECTakeInCharge'],
  deliveryComplete: ['$PECDelivery'],
  deliveryBrief: ['$PECDelivery'],
  deliveryConcise: ['$PECDelivery'],
  nonDelivery: ['$PECNonDelivery'],
  timeoutWarning: ['$PECTimeout'],
  timeoutFinal: ['$PECNonDelivery', '$PECTimeout'], // the second notice says that delivery failed
  virusDetection: ['$PECVirus'],
  virusNonDelivery: ['$PECNonDelivery', '$PECVirus'],
  anomalyEnvelope: ['$PECAnomaly'],
}

/** The keywords of a kind of certified mail. */
export const keywordsOf = (kind: PecKind): readonly string[] => KEYWORDS[kind]

/** Whether a kind tells the sender what became of a message: all but the two envelopes, which carry mail. */
export const isReceipt = (kind: PecKind): boolean => kind !== 'transportEnvelope' && kind !== 'anomalyEnvelope'

/** What a message in a folder is: certified mail, the copy of one that was sent from here, or what a program has put there. */
export type MessageKind = PecKind | 'submitted'

/** Kinds by the numbers that memory keeps them under, from 1 on; 0 is none. */
export const KIND_NUMBERS: readonly MessageKind[] = ['submitted', ...(Object.keys(KEYWORDS) as PecKind[])]

const NUMBERS = new Map(KIND_NUMBERS.map((kind, at) => [kind, at + 1]))
export const numberOfKind = (kind: MessageKind | null): number => (kind === null ? 0 : (NUMBERS.get(kind) ?? 0))
export const kindOfNumber = (number: number): MessageKind | null => KIND_NUMBERS[number - 1] ?? null

/** Folder of the receipts, where a mailbox wants them apart. */
export const RECEIPTS_FOLDER = 'Ricevute'

// A trial that the holder waits for: posted at once and once, whatever comes of it.
import { afterPush, type PostAnswer } from '../../core/identity/alertDelivery.ts'
import type { Office } from '../office.ts'
import { noteAtDevice, post } from './deliver.ts'
import { type Delivery, noteAnswer } from './deliveries.ts'

export type TrialResult = {
  readonly delivered: boolean
  readonly status?: number | undefined
  /** Why nothing was answered. */
  readonly why?: string | undefined
}

const resultOf = (answer: PostAnswer | undefined): TrialResult => {
  if (!answer) return { delivered: false, why: 'off' }
  if (answer.kind !== 'answered') return { delivered: false, why: answer.why }
  const { status } = answer
  return { delivered: status >= 200 && status < 300, status }
}

export const tryNow = async (office: Office, delivery: Delivery): Promise<TrialResult> => {
  const answer = await post(office, delivery)
  const result = resultOf(answer)
  const now = office.clock.now()
  const gone =
    delivery.deviceId !== null && answer && afterPush(answer, { attempts: 1, createdAt: now, now }).kind === 'gone'
  const step = gone ? 'gone' : result.delivered ? 'delivered' : 'failed'
  await office.db.tx(async (tx) => {
    noteAnswer(tx, delivery, answer, step, now)
    await noteAtDevice(tx, delivery, step, now)
  })
  return result
}

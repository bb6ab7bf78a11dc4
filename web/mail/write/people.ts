// Whom the box knows, and what the network knows of an address: whether its domain is certified, and by whom.
import type { PecAddress } from '../../../src/core/jmap/pec.ts'
import { addressKey } from '../../../src/core/mail/address.ts'
import { from, request } from '../jmap/client.ts'
import type { Got, Queried } from '../jmap/types.ts'
import { signal, useSignal } from '../store/signal.ts'
import { mayBeDone } from './saving.ts'

type Known = ReadonlyMap<string, PecAddress>
const known = signal<Known>(new Map())
const asked = new Set<string>()
/** A server that does not know the directory is not asked again. */
let isSilent = false

const learn = (list: readonly PecAddress[]): void => {
  if (list.length === 0) return
  known.set(new Map([...known.get(), ...list.map((one) => [addressKey(one.email), one] as const)]))
}

const isUnknownMethod = (error: unknown): boolean => (error as { code?: string }).code === 'jmap:unknownMethod'

const AGAIN_MS = 4_000

/** Asks about addresses that were not asked about, again where nobody answers; what is learnt is in `useKnown`. */
export const lookUp = (emails: readonly string[]): void => {
  const wanted = [...new Set(emails.map(addressKey))].filter((key) => !asked.has(key))
  if (wanted.length === 0 || isSilent) return
  for (const key of wanted) asked.add(key)
  request<[Got<PecAddress>]>([['PecAddress/get', { ids: wanted }]]).then(
    ([{ list }]) => learn(list),
    (error: unknown) => {
      isSilent = isUnknownMethod(error)
      for (const key of wanted) asked.delete(key)
      if (mayBeDone(error)) setTimeout(() => lookUp(wanted), AGAIN_MS)
    },
  )
}

export const useKnown = (): Known => useSignal(known)
export const knownNow = (email: string): PecAddress | undefined => known.get().get(addressKey(email))

const MOST_PROPOSED = 6

/** People that the box knows, by some letters of name or address. */
export const proposePeople = async (text: string, signalled: AbortSignal): Promise<readonly PecAddress[]> => {
  if (isSilent) return []
  try {
    const [, { list }] = await request<[Queried, Got<PecAddress>]>(
      [
        ['PecAddress/query', { filter: { text }, limit: MOST_PROPOSED }, 'q'],
        ['PecAddress/get', { '#ids': from('q', 'PecAddress/query', '/ids') }, 'p'],
      ],
      signalled,
    )
    learn(list)
    return list
  } catch (error) {
    isSilent = isUnknownMethod(error)
    return []
  }
}

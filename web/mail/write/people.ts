// Whom the box knows, and what the network knows of an address: whether its domain is certified, and by whom.
import type { PecAddress } from '../../../src/core/jmap/pec.ts'
import { addressKey } from '../../../src/core/mail/address.ts'
import { call, request } from '../jmap/client.ts'
import { signal, useSignal } from '../store/signal.ts'

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

/** Asks about addresses that were not asked about; what is learnt is in `useKnown`. */
export const lookUp = (emails: readonly string[]): void => {
  const wanted = [...new Set(emails.map(addressKey))].filter((key) => !asked.has(key))
  if (wanted.length === 0 || isSilent) return
  for (const key of wanted) asked.add(key)
  call<{ readonly list: readonly PecAddress[] }>('PecAddress/get', { emails: wanted }).then(
    ({ list }) => learn(list),
    (error: unknown) => {
      isSilent = isUnknownMethod(error)
      for (const key of wanted) asked.delete(key)
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
    const [{ list }] = await request<[{ readonly list: readonly PecAddress[] }]>(
      [['PecAddress/query', { text, limit: MOST_PROPOSED }, 'q']],
      signalled,
    )
    learn(list)
    return list
  } catch (error) {
    isSilent = isUnknownMethod(error)
    return []
  }
}

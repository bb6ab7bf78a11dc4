// Who the box sends as: names and signatures.
import { request } from '../jmap/client.ts'
import type { Got, Identity } from '../jmap/types.ts'
import { onChange } from '../store/live.ts'

let loading: Promise<readonly Identity[]> | undefined

/** The identities, loaded once and again after a change. Throws Problem. */
export const identities = (): Promise<readonly Identity[]> => {
  loading ??= request<[Got<Identity>]>([['Identity/get', { ids: null }]]).then(
    ([{ list }]) => list,
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}

onChange(['Identity'], () => {
  loading = undefined
})

/** After a change of our own. */
export const forgetIdentities = (): void => {
  loading = undefined
}

// Tickets as the pages know them, and the calls that are alike everywhere.
import { call, Problem, type Reply } from '../api.ts'
import type { BodyOf, EndpointOf } from '../contract.ts'
import { upload } from '../upload.ts'

export type TicketView = Reply<'GET /tickets/:ticket'>
export type TicketRow = Reply<'GET /account/tickets'>['items'][number]
export type Asker = Reply<'GET /help-desk'>
export type Opening = BodyOf<EndpointOf<'openTicket'>>
export type Category = Opening['category']
export type Context = NonNullable<Opening['context']>

export const CATEGORIES: readonly Category[] = ['access', 'activation', 'mail', 'programs', 'term', 'data', 'other']

export const FILE_LIMIT_BYTES = 10 * 1024 * 1024
export const MOST_FILES = 10

/** Sends one file after the other; gives those that were refused, with the reason. */
export const sendFiles = async (
  path: string,
  ticket: string,
  files: readonly File[],
): Promise<readonly { readonly name: string; readonly problem: Problem }[]> => {
  const failed: { name: string; problem: Problem }[] = []
  for (const file of files) {
    try {
      const address = `${path}?name=${encodeURIComponent(file.name.slice(-200) || 'file')}`
      await upload(address, { ticket }, new Blob([file], { type: 'application/octet-stream' }), () => {}, 'POST').done
    } catch (error) {
      failed.push({ name: file.name, problem: error instanceof Problem ? error : new Problem(0, { code: 'offline' }) })
    }
  }
  return failed
}

export const OWN_FILES = '/tickets/:ticket/attachments'

export const getTicket = (ticket: string, signal?: AbortSignal): Promise<TicketView> =>
  call('GET /tickets/:ticket', { params: { ticket }, ...(signal ? { signal } : {}) })

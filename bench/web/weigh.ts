// What pages weigh as they travel.
import { get } from 'node:http'

/** What an address answers who takes gzip, as it travels; `fetch` would unpack it. */
const weigh = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.once('end', () => resolve(bytes))
    }).once('error', reject)
  })

/** What all of these weigh as gzip, each once, heads aside. */
export const gzipBytes = async (urls: readonly string[]): Promise<number> => {
  let bytes = 0
  for (const url of new Set(urls)) if (url.startsWith('http:')) bytes += await weigh(url)
  return bytes
}

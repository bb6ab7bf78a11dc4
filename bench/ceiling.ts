// The ceiling: signatures a second that node:crypto makes through its pool on all cores. A program of its own, so that
// the pool's size can be set: `node ceiling.ts rsa|p256 MILLISECONDS` prints the number.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const [algorithm, duration] = process.argv.slice(2)
const { privateKey } =
  algorithm === 'p256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
// As long as the signed attributes of a message are.
const attributes = randomBytes(300)

const signOnce = (): Promise<void> =>
  new Promise((resolve, reject) =>
    sign('sha256', attributes, privateKey, (error) => (error ? reject(error) : resolve())),
  )

/** Keeps sixteen signatures under way for a while; gives the rate. */
const rateOver = async (ms: number): Promise<number> => {
  const startedAt = performance.now()
  let made = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      await signOnce()
      made++
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return (made * 1000) / (performance.now() - startedAt)
}

await rateOver(100)
console.log((await rateOver(Number(duration))).toFixed(1))

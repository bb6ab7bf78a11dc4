// Sends a message to a POP3 client as it is read, as fast as the client takes it.
import { concat, fromLatin1 } from '../../../core/lib/bytes.ts'
import { DotStuffer, TopCutter } from '../../../core/mail/pop3/content.ts'
import { ok, printResponse } from '../../../core/mail/pop3/response.ts'
import type { Intake, Wire } from '../wire/wire.ts'

/** Bytes gathered into one write: a small message goes out whole, in one record of TLS. */
const WRITE_BYTES = 65_536

export type Outgoing = {
  readonly content: AsyncIterable<Uint8Array>
  /** As LIST tells it. */
  readonly sizeBytes: number
  /** TOP: so many lines of the body. */
  readonly lines?: number | undefined
  readonly stallMs: number
}

/**
 * Sends the answer and the message. `gone`: the client takes no more. `broken`: the content failed after the answer was
 * out. Throws what the content throws before that.
 */
export const sendMessage = async (
  wire: Wire<Intake>,
  { content, sizeBytes, lines, stallMs }: Outgoing,
): Promise<'sent' | 'gone' | 'broken'> => {
  const stuffer = new DotStuffer()
  const cutter = lines === undefined ? undefined : new TopCutter(lines)
  const head = ok(lines === undefined ? `${sizeBytes} octets` : 'Top of the message')
  let gathered: Uint8Array[] = [fromLatin1(printResponse(head))]
  let bytes = 0
  let begun = false
  const write = (): void => {
    wire.send(gathered.length === 1 ? gathered[0]! : concat(gathered))
    gathered = []
    bytes = 0
    begun = true
  }
  try {
    for await (const chunk of content) {
      const passed = stuffer.push(cutter ? cutter.push(chunk) : chunk)
      gathered.push(passed)
      bytes += passed.length
      if (bytes >= WRITE_BYTES) {
        write()
        if (!(await wire.written(stallMs))) return 'gone'
      }
      if (cutter?.done) break
    }
  } catch (error) {
    if (begun) return 'broken'
    throw error
  }
  gathered.push(fromLatin1(stuffer.end()))
  write()
  return (await wire.written(stallMs)) ? 'sent' : 'gone'
}

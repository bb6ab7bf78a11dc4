// The messages of the load: cheap to make, all different, of a given size.
import { randomBytes } from 'node:crypto'

export type Mail = {
  readonly from: string
  readonly recipients: readonly string[]
  readonly sizeBytes: number
}

const LINE_BYTES = 57 // 76 characters of base64
const BOUNDARY = '=_bench'
/** From here on the body is an attachment. */
const ATTACHMENT_FROM_BYTES = 200_000

const bodies = new Map<number, Buffer>()

/** Lines of base64 of about that many bytes, the same all through one run. */
const bodyOf = (sizeBytes: number): Buffer => {
  const known = bodies.get(sizeBytes)
  if (known !== undefined) return known
  const lines = Math.max(1, Math.floor(sizeBytes / 78))
  const random = randomBytes(lines * LINE_BYTES)
  const text: string[] = []
  for (let at = 0; at < random.length; at += LINE_BYTES) text.push(random.toString('base64', at, at + LINE_BYTES))
  const body = Buffer.from(`${text.join('\r\n')}\r\n`, 'latin1')
  bodies.set(sizeBytes, body)
  return body
}

let sequence = 0
const run = `${process.pid.toString(36)}.${Date.now().toString(36)}`

const headOf = ({ from, recipients }: Mail): string => {
  const id = `${run}.${++sequence}`
  return (
    `From: <${from}>\r\nTo: ${recipients.map((address) => `<${address}>`).join(',\r\n ')}\r\n` +
    `Subject: Comunicazione ${id}\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n` +
    `Message-ID: <${id}@bench.localhost>\r\nMIME-Version: 1.0\r\n`
  )
}

/** A message as DATA wants it, the final dot in place; no line begins with a dot. */
export const makeData = (mail: Mail): Buffer => {
  const head = headOf(mail)
  if (mail.sizeBytes < ATTACHMENT_FROM_BYTES) {
    const start = `${head}Content-Type: text/plain; charset=us-ascii\r\n\r\n`
    return Buffer.concat([Buffer.from(start, 'latin1'), bodyOf(mail.sizeBytes - start.length), Buffer.from('.\r\n')])
  }
  const start =
    `${head}Content-Type: multipart/mixed; boundary="${BOUNDARY}"\r\n\r\n--${BOUNDARY}\r\n` +
    `Content-Type: text/plain; charset=us-ascii\r\n\r\nIn allegato il documento.\r\n--${BOUNDARY}\r\n` +
    'Content-Type: application/octet-stream; name="documento.bin"\r\nContent-Transfer-Encoding: base64\r\n' +
    'Content-Disposition: attachment; filename="documento.bin"\r\n\r\n'
  const body = bodyOf(mail.sizeBytes - start.length)
  return Buffer.concat([Buffer.from(start, 'latin1'), body, Buffer.from(`--${BOUNDARY}--\r\n.\r\n`)])
}

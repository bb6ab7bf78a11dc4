// The running sandbox for programs that are not ours: started once a file, on ports of its own, with mail in its boxes.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataOf, openSubmission } from '../../src/shell/sandbox/submission.ts'
import { openMailbox } from '../support/client/mailbox.ts'
import { DOMAINS, endDatabases, freeOffset, PASSWORD, type Sandbox, startSandbox } from '../support/client/sandbox.ts'
import { run } from '../support/programs.ts'

export type House = {
  readonly folder: string
  readonly caFile: string
  readonly sandbox: Sandbox
  readonly user: (n: number) => string
  readonly password: string
  /** Sends a certified message to a user and waits until it is delivered. */
  readonly deliver: (to: string, subject: string, body?: string) => Promise<void>
  readonly close: () => Promise<void>
}

export const openHouse = async (users = 12): Promise<House> => {
  const folder = mkdtempSync(join(tmpdir(), 'ceralacca-'))
  chmodSync(folder, 0o755)
  const dataDir = join(folder, 'data')
  const sandbox = await startSandbox({ dataDir, portOffset: await freeOffset(), users })
  const user = (n: number): string => `user${n}@${DOMAINS.alfa}`
  const from = `mario.rossi@${DOMAINS.alfa}`
  return {
    folder,
    caFile: join(dataDir, 'ca.pem'),
    sandbox,
    user,
    password: PASSWORD,
    deliver: async (to, subject, body = 'Buongiorno, perch=C3=A9 no?') => {
      const box = openMailbox({ port: sandbox.port('alfa', 'http'), user: to, password: PASSWORD })
      const { uidNext } = await box.status()
      const submission = await openSubmission({
        port: sandbox.port('alfa', 'starttls'),
        security: 'starttls',
        user: from,
        password: PASSWORD,
      })
      const message =
        `From: Mario Rossi <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n` +
        `Message-ID: <${subject.replace(/\W/g, '')}.${uidNext}@pc.example>\r\n` +
        `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}\r\n`
      const reply = await submission.send({ from, recipients: [to], data: dataOf(message) })
      if (reply.code !== 250) throw new Error(`refused: ${reply.code} ${reply.text}`)
      await submission.quit()
      const came = await box.list(uidNext - 1, 30, 1)
      box.close()
      if (came.length === 0) throw new Error('the message did not arrive')
    },
    close: async () => {
      await sandbox.stop()
      endDatabases(dataDir)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let judged = 0
/** Throws where openssl objects to the signature of a message: the exact bytes that a program gave. */
export const verifyWithOpenssl = async (house: House, bytes: Uint8Array): Promise<void> => {
  const file = join(house.folder, `judged-${judged++}.eml`)
  writeFileSync(file, bytes)
  const { code, output } = await run('openssl', [
    ...['cms', '-verify', '-in', file, '-CAfile', house.caFile, '-purpose', 'any', '-out', `${file}.signed`],
  ])
  if (code !== 0) throw new Error(`openssl does not agree: ${output}`)
}

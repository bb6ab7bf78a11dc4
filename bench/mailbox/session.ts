// A bare IMAP or POP3 session for measuring: commands out, answers counted, nothing parsed that need not be.
import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

export type Login = { readonly port: number; readonly user: string; readonly password: string }

/** Opens TLS on loopback; certificates are not what is measured. */
const openTls = (port: number): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    socket.setNoDelay(true)
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })

/** What has come of an answer: whole when `ends` says so of its last bytes. */
class Answers {
  readonly #socket: Socket
  #chunks: Buffer[] = []
  #lost: Error | undefined
  #check: () => void = () => {}

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#check()
    })
    const lose = (error?: Error) => {
      this.#lost ??= error ?? new Error('the connection was closed')
      this.#check()
    }
    socket.on('error', lose)
    socket.on('close', () => lose())
  }

  #tail(bytes: number): string {
    let text = ''
    for (let i = this.#chunks.length - 1; i >= 0 && text.length < bytes; i--)
      text = this.#chunks[i]!.toString('latin1', Math.max(0, this.#chunks[i]!.length - bytes)) + text
    return text
  }

  /** Everything up to the moment when `ends` holds of the last bytes. One waits at a time. */
  until(ends: (tail: string) => boolean): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#check = () => {
        if (this.#chunks.length > 0 && ends(this.#tail(600))) {
          const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
          this.#chunks = []
          this.#check = () => {}
          resolve(whole)
        } else if (this.#lost) reject(this.#lost)
      }
      this.#check()
    })
  }

  write(data: string | Buffer): void {
    this.#socket.write(data)
  }

  close(): void {
    this.#socket.destroy()
  }
}

const endsInLine = (tail: string): boolean => tail.endsWith('\r\n')

export type ImapSession = {
  /** Sends a command and gives the whole answer; throws where it is not OK. */
  readonly command: (line: string) => Promise<Buffer>
  /** APPEND with a non-synchronising literal. */
  readonly append: (folder: string, message: Buffer) => Promise<void>
  /** IDLE, until `seen` holds of what comes; then DONE. */
  readonly idle: () => Promise<{ readonly next: (seen: RegExp) => Promise<void>; readonly done: () => Promise<void> }>
  readonly close: () => void
}

/** Connects with TLS and signs in with LOGIN. */
export const openSession = async ({ port, user, password }: Login): Promise<ImapSession> => {
  const answers = new Answers(await openTls(port))
  await answers.until(endsInLine)
  let tags = 0
  const answered = async (tag: string, what: string): Promise<Buffer> => {
    const done = (tail: string): boolean => {
      const at = tail.lastIndexOf(`${tag} `)
      return tail.endsWith('\r\n') && at >= 0 && (at === 0 || tail[at - 1] === '\n')
    }
    const answer = await answers.until(done)
    const last = answer.toString('latin1', Math.max(0, answer.length - 600))
    const status = last.slice(last.lastIndexOf(`${tag} `))
    if (!status.startsWith(`${tag} OK`)) throw new Error(`IMAP ${what}: ${status.trim()}`)
    return answer
  }
  const command = (line: string): Promise<Buffer> => {
    const tag = `t${++tags}z`
    answers.write(`${tag} ${line}\r\n`)
    return answered(tag, line.split(' ', 1)[0]!)
  }
  await command(`LOGIN "${user}" "${password}"`)
  return {
    command,
    append: async (folder, message) => {
      const tag = `t${++tags}z`
      answers.write(
        Buffer.concat([
          Buffer.from(`${tag} APPEND "${folder}" {${message.length}+}\r\n`),
          message,
          Buffer.from('\r\n'),
        ]),
      )
      await answered(tag, 'APPEND')
    },
    idle: async () => {
      const tag = `t${++tags}z`
      answers.write(`${tag} IDLE\r\n`)
      await answers.until((tail) => /(?:^|\n)\+[^\n]*\n$/.test(tail))
      return {
        next: async (seen) => void (await answers.until((tail) => seen.test(tail))),
        done: async () => {
          answers.write('DONE\r\n')
          await answered(tag, 'IDLE')
        },
      }
    },
    close: answers.close.bind(answers),
  }
}

export type Pop3Session = {
  /** A command answered by one line. */
  readonly line: (command: string) => Promise<string>
  /** A command answered by lines up to a dot. */
  readonly lines: (command: string) => Promise<Buffer>
  readonly close: () => void
}

/** Connects with TLS and signs in with USER and PASS. */
export const openPop3 = async ({ port, user, password }: Login): Promise<Pop3Session> => {
  const answers = new Answers(await openTls(port))
  await answers.until(endsInLine)
  const checked = (answer: Buffer, what: string): Buffer => {
    if (!answer.subarray(0, 3).equals(Buffer.from('+OK')))
      throw new Error(`POP3 ${what}: ${answer.toString('latin1', 0, 200).trim()}`)
    return answer
  }
  const line = async (command: string): Promise<string> => {
    answers.write(`${command}\r\n`)
    return checked(await answers.until(endsInLine), command.split(' ', 1)[0]!).toString('latin1')
  }
  await line(`USER ${user}`)
  await line(`PASS ${password}`)
  return {
    line,
    lines: async (command) => {
      answers.write(`${command}\r\n`)
      const whole = (tail: string): boolean =>
        tail.endsWith('\r\n.\r\n') || (tail.startsWith('-ERR') && endsInLine(tail))
      return checked(await answers.until(whole), command.split(' ', 1)[0]!)
    },
    close: answers.close.bind(answers),
  }
}

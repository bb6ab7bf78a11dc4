// The little of IMAP that counting the peer's mail needs: LOGIN and STATUS on one kept connection.
import { connect } from 'node:net'

export type ImapCounter = {
  /** Messages in the inbox. */
  readonly count: () => Promise<number>
  readonly close: () => void
}

/** Signs in to one account on loopback. */
export const openImap = async (port: number, user: string, password: string): Promise<ImapCounter> => {
  const socket = connect({ host: '127.0.0.1', port })
  socket.setNoDelay(true)
  let text = ''
  let lost: Error | undefined
  let check = (): void => {}
  const fail = (error: Error): void => {
    lost ??= error
    check()
  }
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    check()
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('IMAP connection closed')))

  /** Everything up to and with the line that begins with `start`. One waits at a time. */
  const until = (start: string): Promise<string> =>
    new Promise((resolve, reject) => {
      check = () => {
        const at = text.startsWith(start) ? 0 : text.indexOf(`\r\n${start}`)
        const end = at < 0 ? -1 : text.indexOf('\r\n', at + 2)
        if (end >= 0) {
          const taken = text.slice(0, end)
          text = text.slice(end + 2)
          check = () => {}
          resolve(taken)
        } else if (lost !== undefined) reject(lost)
      }
      check()
    })

  let tags = 0
  const command = async (line: string): Promise<string> => {
    const tag = `a${++tags}`
    socket.write(`${tag} ${line}\r\n`)
    const answer = await until(`${tag} `)
    if (!answer.slice(answer.lastIndexOf(`${tag} `)).startsWith(`${tag} OK`)) throw new Error(`IMAP ${line}: ${answer}`)
    return answer
  }

  await until('* OK')
  await command(`LOGIN "${user}" "${password}"`)
  return {
    count: async () => Number(/MESSAGES (\d+)/.exec(await command('STATUS INBOX (MESSAGES)'))?.[1] ?? 0),
    close: () => socket.destroy(),
  }
}

// The client of clamd against servers that misbehave: no verdict is ever made up.
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { type ClamdOptions, clamdScanner, parseClamdAddress } from '../../../src/shell/adapters/clamd.ts'

let server: Server | undefined
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server?.close()
})

const scannerOf = async (behave: (socket: Socket) => void, more: Partial<ClamdOptions> = {}) => {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    behave(socket)
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return clamdScanner({ address: { kind: 'tcp', host: '127.0.0.1', port }, ...more })
}
async function* content(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += 65_536) yield new Uint8Array(Math.min(65_536, sizeBytes - at))
}

/** Gathers the request, and answers when the zero-length chunk has come. */
const answerAtEnd =
  (answer: string) =>
  (socket: Socket): void => {
    const got: Buffer[] = []
    socket.on('data', (chunk) => {
      got.push(chunk)
      if (Buffer.concat(got).subarray(-4).equals(Buffer.alloc(4))) socket.end(answer)
    })
  }

describe('a scan by clamd', () => {
  it('speaks INSTREAM as clamd documents it', async () => {
    const got: Buffer[] = []
    const scanner = await scannerOf((socket) => {
      socket.on('data', (chunk) => {
        got.push(chunk)
        if (Buffer.concat(got).length === 10 + 4 + 3 + 4) socket.end('stream: OK\0')
      })
    })
    const three = async function* () {
      yield Buffer.from('abc')
    }
    expect(await scanner.scan(three())).toEqual({ kind: 'clean' })
    expect(Buffer.concat(got).toString('latin1')).toBe('zINSTREAM\0\0\0\0\x03abc\0\0\0\0')
  })

  it('takes the verdict that comes before all was sent', async () => {
    const scanner = await scannerOf((socket) => {
      socket.once('data', () => socket.end('stream: Win.Test-1 FOUND\0'))
    })
    expect(await scanner.scan(content(50_000_000))).toEqual({ kind: 'infected', signature: 'Win.Test-1' })
  })

  it.each([
    ['an error', 'INSTREAM: Can not write to file. ERROR\0'],
    ['the size limit', 'INSTREAM size limit exceeded. ERROR\0'],
    ['a full queue', 'stream: too many connections ERROR\0'],
    ['words that only look clean', 'stream: OK but\0'],
    ['half an answer', 'stream: OK'],
    ['nothing', ''],
    ['an endless answer', 'x'.repeat(10_000)],
  ])('gives no verdict on %s', async (_, answer) => {
    const scanner = await scannerOf(answerAtEnd(answer))
    await expect(scanner.scan(content(10))).rejects.toBeInstanceOf(Fault)
  })

  it('gives no verdict when clamd dies in the middle', async () => {
    const scanner = await scannerOf((socket) => socket.once('data', () => socket.destroy()))
    await expect(scanner.scan(content(50_000_000))).rejects.toBeInstanceOf(Fault)
  })

  it('gives no verdict when clamd hangs, before or after it took the bytes', async () => {
    for (const behave of [() => {}, (socket: Socket) => void socket.resume()]) {
      const scanner = await scannerOf(behave, { idleTimeoutMs: 30 })
      await expect(scanner.scan(content(50_000_000))).rejects.toThrow('scanner: clamd does not move')
      server?.close()
    }
  })

  it('gives no verdict when clamd is slower than the whole time given', async () => {
    const scanner = await scannerOf((socket) => void socket.resume(), { scanTimeoutMs: 30 })
    await expect(scanner.scan(content(10))).rejects.toThrow('scanner: no verdict in time')
  })

  it('opens no more connections than allowed, and gets to the end of the queue', async () => {
    let open = 0
    let most = 0
    const scanner = await scannerOf(
      (socket) => {
        most = Math.max(most, ++open)
        socket.once('close', () => open--)
        socket.once('data', () => setImmediate(() => socket.end('stream: OK\0')))
      },
      { concurrency: 3 },
    )
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => scanner.scan(content(10))))
    expect(verdicts).toHaveLength(20)
    // The server may see the end of one connection just after the start of the next.
    expect(most).toBeLessThanOrEqual(6)
  })
})

describe('the address of clamd', () => {
  it.each([
    ['/run/clamav/clamd.ctl', { kind: 'unix', path: '/run/clamav/clamd.ctl' }],
    ['unix:/run/clamd.sock', { kind: 'unix', path: '/run/clamd.sock' }],
    ['tcp:clamd.internal:3310', { kind: 'tcp', host: 'clamd.internal', port: 3310 }],
    ['tcp://10.0.0.5:3310', { kind: 'tcp', host: '10.0.0.5', port: 3310 }],
    ['tcp:[::1]:3310', { kind: 'tcp', host: '::1', port: 3310 }],
    ['tcp:host', undefined],
    ['tcp:host:0', undefined],
    ['tcp:host:65536', undefined],
    ['clamd.sock', undefined],
    ['', undefined],
  ])('%s', (text, address) => expect(parseClamdAddress(text)).toEqual(address))
})

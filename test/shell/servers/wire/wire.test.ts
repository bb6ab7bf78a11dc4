// The wire between a socket and a session: what it holds for a session that is busy.
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { CommandReader } from '../../../../src/core/mail/imap/reader.ts'
import { Wire } from '../../../../src/shell/servers/wire/wire.ts'

/** A socket whose client sends what is pushed, chunk by chunk. */
class FakeSocket extends Duplex {
  readonly setNoDelay = (): this => this
  override _read(): void {}
  override _write(_: unknown, __: unknown, done: () => void): void {
    done()
  }
}

it.each([
  ['a flood of single bytes', 1, 10_000],
  ['a flood of large chunks', 65_536, 100],
])('%s is held back while the session is busy, and comes whole', async (_, size, count) => {
  const socket = new FakeSocket({ highWaterMark: 1 })
  const reader = new CommandReader()
  const wire = new Wire(socket as unknown as Socket, reader, () => {})
  for (let i = 0; i < count; i++) socket.push(Buffer.alloc(size, 0x78))
  await new Promise((resolve) => setImmediate(resolve))
  expect(socket.isPaused()).toBe(true)
  expect(reader.pendingBytes).toBeLessThan(400_000)
  expect(reader.pendingBytes / size).toBeLessThan(3_000)
  let read = 0
  for (;;) {
    for (let chunk = reader.take(); chunk; chunk = reader.take()) read += chunk.length
    if (read === size * count) break
    expect(await wire.wait(5_000)).toBe('input')
  }
  wire.destroy()
})

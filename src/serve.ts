// `ceralacca serve`: one provider, configured by the environment, until it is told to stop.
import { startProvider } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'

/** Runs until SIGTERM or SIGINT, or until the sandbox that started it is gone. */
export const serveCommand = async (): Promise<number> => {
  let config: ReturnType<typeof readConfig>
  try {
    config = readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
  const provider = await startProvider(config)
  process.send?.({ kind: 'started' })
  const why = await new Promise<string>((resolve) => {
    // Not once: a second one must not cut the grace short.
    process.on('SIGTERM', () => resolve('SIGTERM'))
    // Ctrl-C reaches the sandbox and its providers alike: only the sandbox acts on it.
    process.on('SIGINT', () => process.send || resolve('SIGINT'))
    // The sandbox holds the other end of this channel: when it dies, however it dies, so do its providers.
    process.once('disconnect', () => resolve('disconnect'))
  })
  const giveUp = setTimeout(() => process.exit(1), 20_000)
  giveUp.unref()
  await provider.stop(why)
  // The channel to the sandbox would keep the process.
  if (process.connected) process.disconnect()
  return 0
}

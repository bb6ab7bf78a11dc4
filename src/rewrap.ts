// `ceralacca rewrap-keys`: after a new master key, wraps by it what the old ones wrapped, so that they can be put away.
import { ConfigError, readConfig } from './config.ts'
import { Fault } from './core/lib/refusal.ts'
import { openVault } from './shell/adapters/vault.ts'
import { migrate } from './shell/db/migrate.ts'
import { openDatabase } from './shell/db/pool.ts'
import { rewrapKeys } from './shell/documents/rewrap.ts'
import { resealSecondFactors, resealWebhooks } from './shell/identity/reseal.ts'

const fail = (text: string): number => {
  process.stderr.write(`${text}\n`)
  return 1
}

/** Runs the command with the configuration of the provider; gives the exit code. */
export const rewrapKeysCommand = async (args: readonly string[]): Promise<number> => {
  if (args.length > 0) {
    process.stderr.write('usage: ceralacca rewrap-keys\n')
    return 2
  }
  let config: ReturnType<typeof readConfig>
  try {
    config = readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return fail(error.message)
  }
  if (config.documentKeys.length === 0) return fail('CERALACCA_DOCUMENT_KEYS_FILE: manca / missing')
  const db = openDatabase(config.databaseUrl, { connections: 1 })
  try {
    await migrate(db)
    const vault = openVault(config.documentKeys)
    const documents = await rewrapKeys(db, vault)
    const secrets = await resealSecondFactors(db, vault)
    const webhooks = await resealWebhooks(db, vault)
    process.stdout.write(
      `Ora sotto la chiave ${config.documentKeys.at(-1)!.id} / now under this key: ` +
        `${documents} documenti / documents, ${secrets} secondi fattori / second factors, ${webhooks} webhook\n`,
    )
    return 0
  } catch (error) {
    if (error instanceof Fault && error.port === 'vault')
      return fail(`${error.message}. La chiave torni nel file, poi si ripeta / put the key back and run this again`)
    throw error
  } finally {
    await db.close()
  }
}

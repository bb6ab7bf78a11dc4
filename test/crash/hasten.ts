// After a long run a server that was often away is called back late, up to an hour: the drain does not wait for that.
import pg from 'pg'
import { socketUrl } from '../../src/shell/db/embedded/postmaster.ts'
import { findPostmasters } from '../support/client/sandbox.ts'

/** Makes every transfer that waits for another try due at once, as if the time had passed. */
export const hasten = async (dataDir: string): Promise<void> => {
  const [server] = findPostmasters(dataDir)
  if (server === undefined) throw new Error(`no database runs in ${dataDir}`)
  for (const database of ['alfa', 'beta']) {
    const client = new pg.Client({ connectionString: socketUrl(server.socketFolder, database) })
    await client.connect()
    try {
      await client.query("update outbox set due_at = now() where kind = 'transfer' and lease_owner is null")
    } finally {
      await client.end()
    }
  }
}

// A process for embedded.test.ts to kill: starts the cluster, commits a row, says so, waits.
import { startEmbedded } from '../../../src/shell/db/embedded.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'

const embedded = await startEmbedded({ dataDir: process.argv[2]!, databases: ['alfa', 'beta'], log: () => {} })
const db = openDatabase(embedded.url('alfa'))
await db.tx(async (tx) => {
  await tx.script('create table if not exists kept (at int)')
  tx.send('keep', 'insert into kept values (1)')
})
process.stdout.write('committed\n')
setInterval(() => {}, 1000)

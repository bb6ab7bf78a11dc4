// `ceralacca journal FROM TO`: exports what legally happened, as JSON lines.
import { addressKey } from '../../core/mail/address.ts'
import { openDatabase } from '../db/pool.ts'
import { exportJournal } from '../journal/store.ts'

const USAGE = `usage: ceralacca journal FROM TO [--address ADDRESS]
       FROM and TO are dates (2026-11-23) or instants (2026-11-23T10:00:00+01:00); TO is not included
`

/** Runs the command against DATABASE_URL; gives the exit code. */
export const journalCommand = async (args: readonly string[]): Promise<number> => {
  const at = args.indexOf('--address')
  const address = at < 0 ? undefined : args[at + 1]
  const [from, to] = (at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]).map((text) => Date.parse(text))
  const url = process.env.DATABASE_URL
  const usable = from !== undefined && to !== undefined && !Number.isNaN(from) && !Number.isNaN(to)
  if (!url || !usable || (at >= 0 && !address)) {
    process.stderr.write(url ? USAGE : `DATABASE_URL: manca / missing\n${USAGE}`)
    return 2
  }
  const db = openDatabase(url, { connections: 2 })
  try {
    const rows = exportJournal(db, { from, to, ...(address ? { address: addressKey(address) } : {}) })
    for await (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
    return 0
  } finally {
    await db.close()
  }
}

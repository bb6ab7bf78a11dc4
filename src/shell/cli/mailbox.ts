// `ceralacca mailbox`: makes and suspends mailboxes until enrolment does.
import { createInterface } from 'node:readline/promises'
import { addressKey, domainOf, parseAddrSpec } from '../../core/mail/address.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase } from '../db/pool.ts'
import { addScramKeys, hashPassword, setPassword } from '../identity/passwords.ts'
import { createMailbox, findMailboxes, setMailboxState, setReceiptsApart } from '../mailstore/mailboxes.ts'

const USAGE = `usage: ceralacca mailbox add ADDRESS [--ordinary-mail wrap|refuse] [--quota-mib N] [--receipts apart|inbox]   (password on standard input)
       ceralacca mailbox password ADDRESS   (on standard input)
       ceralacca mailbox receipts ADDRESS apart|inbox
       ceralacca mailbox suspend|resume ADDRESS
`
const SHORTEST_PASSWORD = 8

/** Runs the command against DATABASE_URL; gives the exit code. */
export const mailboxCommand = async (args: readonly string[]): Promise<number> => {
  const [verb, address, ...rest] = args
  const url = process.env.DATABASE_URL
  const known = ['add', 'password', 'receipts', 'suspend', 'resume'].includes(verb ?? '')
  const receipts = verb === 'receipts' ? (rest[0] ?? '') : option(rest, '--receipts')
  const clear = receipts === undefined || receipts === 'apart' || receipts === 'inbox'
  if (!known || !clear || !address || !parseAddrSpec(address) || !url) {
    process.stderr.write(url ? USAGE : `DATABASE_URL: manca / missing\n${USAGE}`)
    return 2
  }
  const db = openDatabase(url, { connections: 1 })
  try {
    await migrate(db)
    const found = (await findMailboxes(db, [address])).has(addressKey(address))
    if (verb === 'add' && found) return fail(`${address}: esiste già / exists already`)
    if (verb !== 'add' && !found) return fail(`${address}: non esiste / does not exist`)
    const password = verb === 'add' || verb === 'password' ? await firstLine() : undefined
    if (password !== undefined && password.length < SHORTEST_PASSWORD) {
      return fail(`password: almeno ${SHORTEST_PASSWORD} caratteri / at least ${SHORTEST_PASSWORD} characters`)
    }
    if (verb === 'add') {
      await createMailbox(db, {
        address: `${address.slice(0, address.lastIndexOf('@'))}@${domainOf(address)}`,
        passwordHash: await hashPassword(password!),
        ordinaryMail: option(rest, '--ordinary-mail') === 'refuse' ? 'refuse' : 'wrap',
        quotaBytes: Number(option(rest, '--quota-mib') ?? 1024) * 1024 ** 2,
        uidValidity: Math.floor(Date.now() / 1000),
      })
      await addScramKeys(db, [address], password!)
    } else if (verb === 'password') {
      await setPassword(db, address, password!)
    } else if (verb !== 'receipts') {
      await setMailboxState(db, address, verb === 'suspend' ? 'suspended' : 'active')
    }
    if (receipts !== undefined) await setReceiptsApart(db, address, receipts === 'apart')
    return 0
  } finally {
    await db.close()
  }
}

const fail = (text: string): number => {
  process.stderr.write(`${text}\n`)
  return 1
}

const option = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}

const firstLine = async (): Promise<string> => {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line
  return ''
}

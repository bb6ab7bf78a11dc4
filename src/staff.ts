// `ceralacca staff`: invites the first people who work here, and helps who has lost password and telephone.
import { ConfigError, readConfig } from './config.ts'
import { PROBLEMS } from './core/api/problems.ts'
import { migrate } from './shell/db/migrate.ts'
import { openDatabase } from './shell/db/pool.ts'
import { findOrder } from './shell/identity/staff/orders.ts'
import { type Inviting, inviteWithLink, resetStaff } from './shell/identity/staff/people.ts'

const USAGE = `usage: ceralacca staff invite --email ADDRESS --name NAME --role operatorAdmin|operator
       ceralacca staff invite --email ADDRESS --name NAME --role orderAdmin --order CODE
       ceralacca staff reset --email ADDRESS
`
const ROLES = ['operatorAdmin', 'operator', 'orderAdmin'] as const

const fail = (text: string): number => {
  process.stderr.write(`${text}\n`)
  return 1
}

const option = (args: readonly string[], name: string): string => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? '' : (args[at + 1] ?? '')
}

const tell = (link: string): number => {
  process.stdout.write(
    `Link (vale una volta, sette giorni / good once, seven days), inviato anche per e-mail:\n${link}\n`,
  )
  return 0
}

const invite = async (office: Inviting, args: readonly string[]): Promise<number> => {
  const role = ROLES.find((one) => one === option(args, 'role'))
  const [email, name, code] = [option(args, 'email'), option(args, 'name'), option(args, 'order')]
  if (!role || !email || !name || (role === 'orderAdmin') !== (code !== '')) {
    process.stderr.write(USAGE)
    return 2
  }
  const place = code === '' ? null : await findOrder(office.db, code)
  if (place === undefined) return fail(`${code}: ${PROBLEMS.orderUnknown.it.title} / ${PROBLEMS.orderUnknown.en.title}`)
  const outcome = await inviteWithLink(office, { kind: 'system' }, place, { email, name, role })
  if (!('refusal' in outcome)) return tell(outcome.link)
  const { it, en } = PROBLEMS[outcome.refusal]
  return fail(`${email}: ${it.title} / ${en.title}`)
}

const reset = async (office: Inviting, args: readonly string[]): Promise<number> => {
  const email = option(args, 'email')
  const link = await resetStaff(office, email)
  return link === undefined ? fail(`${email}: non lavora qui / does not work here`) : tell(link)
}

/** Runs the command with the configuration of the provider; gives the exit code. */
export const staffCommand = async (args: readonly string[]): Promise<number> => {
  const [verb, ...rest] = args
  if ((verb !== 'invite' && verb !== 'reset') || option(rest, 'email') === '') {
    process.stderr.write(USAGE)
    return 2
  }
  let config: ReturnType<typeof readConfig>
  try {
    config = readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return fail(error.message)
  }
  if (!config.office) return fail('CERALACCA_PUBLIC_URL: manca / missing')
  const db = openDatabase(config.databaseUrl, { connections: 1 })
  try {
    await migrate(db)
    const { publicUrl } = config.office
    const office: Inviting = { db, clock: { now: Date.now }, publicUrl, provider: config.provider }
    return await (verb === 'invite' ? invite(office, rest) : reset(office, rest))
  } finally {
    await db.close()
  }
}

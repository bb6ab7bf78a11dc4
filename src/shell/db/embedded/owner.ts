// Under which system user PostgreSQL runs (never root), and what that user can reach.
import { readFileSync, statSync } from 'node:fs'
import { type Owner, run } from './processes.ts'

const FALLBACK: Owner = { uid: 65534, gid: 65534 }
const PREFERRED = ['ceralacca', 'postgres', '_postgres', 'nobody', 'daemon']

/** The users of /etc/passwd except root and those without a plain number. */
const accounts = (passwd: string): ReadonlyMap<string, Owner> => {
  const found = new Map<string, Owner>()
  for (const line of passwd.split('\n')) {
    const [name = '', , uid, gid] = line.split(':')
    const owner = { uid: Number(uid), gid: Number(gid) }
    if (owner.uid > 0 && owner.gid >= 0 && owner.uid < 2 ** 31) found.set(name, owner)
  }
  return found
}

/** The user for a new cluster when we are root: a known unprivileged one, else any, else 65534. */
export const chooseOwner = (passwd: string): Owner => {
  const found = accounts(passwd)
  for (const name of PREFERRED) {
    const owner = found.get(name)
    if (owner !== undefined) return owner
  }
  return [...found.values()].at(-1) ?? FALLBACK
}

/** The user to run as: undefined = as we are; as root, the owner of the cluster that exists, else a chosen one. */
export const ownerFor = (cluster: string): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
  try {
    const { uid, gid } = statSync(cluster)
    if (uid !== 0) return { uid, gid }
  } catch {
    // no cluster yet
  }
  let passwd = ''
  try {
    passwd = readFileSync('/etc/passwd', 'utf8')
  } catch {
    // a system without one
  }
  return chooseOwner(passwd)
}

/** Whether the user can enter a folder: tried, since modes alone do not tell (ACLs, mounts, sandboxes). */
export const canEnter = async (folder: string, owner: Owner | undefined): Promise<boolean> =>
  owner === undefined || (await run('/bin/sh', ['-c', 'cd "$1" && test -x .', 'sh', folder], owner)).code === 0

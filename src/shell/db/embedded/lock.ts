// One launcher at a time in a data folder, and the list of processes that use its cluster.

import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../../core/lib/refusal.ts'
import { isAlive, pause, startMark } from './processes.ts'

const WAIT_MS = 120_000

const ownMark = (): string => `${process.pid} ${startMark(process.pid)}`

/** Whether the process that wrote a mark still lives. */
const holds = (mark: string): boolean => {
  const [pid, start] = mark.trim().split(' ')
  const number = Number(pid)
  if (!Number.isInteger(number) || number <= 0) return false
  return isAlive(number) && (start === undefined || start === '' || startMark(number) === start)
}

const readMark = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Puts a dead process's lock away. What is moved is looked at again: it may be a new lock by now. */
const breakLock = (path: string, seen: string): void => {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readMark(aside) !== seen) {
    try {
      linkSync(aside, path)
    } catch {
      // somebody holds a newer one
    }
  }
  rmSync(aside, { force: true })
}

/** Runs `work` while holding the lock file `path`; a lock whose process is dead is taken over. */
export const underLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, `${ownMark()} ${randomUUID()}`)
  const until = Date.now() + WAIT_MS
  try {
    for (;;) {
      try {
        linkSync(draft, path) // atomic, and never seen half written
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const seen = readMark(path)
      if (seen !== undefined && !holds(seen)) breakLock(path, seen)
      else if (Date.now() > until) throw new Fault('database', `${path} is held by another process (${seen})`)
      else await pause(50)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** Writes this use of the cluster down; gives the way to strike it out. Call under the lock. */
export const addUser = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, randomUUID())
  writeFileSync(path, ownMark())
  return () => rmSync(path, { force: true })
}

/** How many live uses of the cluster are written down; those of dead processes are struck out. Call under the lock. */
export const countUsers = (folder: string): number => {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch {
    return 0
  }
  let live = 0
  for (const name of names) {
    if (holds(readMark(join(folder, name)) ?? '')) live++
    else rmSync(join(folder, name), { force: true })
  }
  return live
}

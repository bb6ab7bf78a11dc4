// What this device keeps of the box: what is still to be sent to the server, and what was opened, to be read without a line.
// It belongs to whoever is signed in, and goes when they leave.

const NAME = 'ceralacca-posta'
/** Where the name of whom it belongs to stands. */
const OWNER = 'ceralacca.posta'
const VERSION = 1
export type Table = 'outbox' | 'drafts' | 'answers'
const TABLES: readonly Table[] = ['outbox', 'drafts', 'answers']

let opening: Promise<IDBDatabase | undefined> | undefined

/** Undefined where the browser keeps nothing (a private window): all works, but what is not sent is lost with the page. */
const open = (): Promise<IDBDatabase | undefined> => {
  opening ??= new Promise((resolve) => {
    try {
      const asked = indexedDB.open(NAME, VERSION)
      asked.onupgradeneeded = () => {
        for (const table of TABLES)
          if (!asked.result.objectStoreNames.contains(table)) asked.result.createObjectStore(table)
      }
      asked.onsuccess = () => {
        asked.result.onversionchange = () => {
          asked.result.close()
          opening = undefined
        }
        resolve(asked.result)
      }
      asked.onerror = () => resolve(undefined)
      asked.onblocked = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
  return opening
}

/** Whether this browser keeps anything. */
export const isKeeping = async (): Promise<boolean> => (await open()) !== undefined

const run = async <T>(
  table: Table,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> => {
  const db = await open()
  if (!db) return undefined
  return new Promise((resolve) => {
    try {
      const transaction = db.transaction(table, mode)
      const asked = act(transaction.objectStore(table))
      transaction.oncomplete = () => resolve(asked.result)
      transaction.onerror = () => resolve(undefined)
      transaction.onabort = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
}

export const keep = async (table: Table, key: string, value: unknown): Promise<void> => {
  await run(table, 'readwrite', (store) => store.put(value, key))
}
export const kept = async <T>(table: Table, key: string): Promise<T | undefined> =>
  (await run(table, 'readonly', (store) => store.get(key))) as T | undefined
export const allKept = async <T>(table: Table): Promise<readonly T[]> =>
  ((await run(table, 'readonly', (store) => store.getAll())) as T[] | undefined) ?? []
export const keptKeys = async (table: Table): Promise<readonly string[]> =>
  ((await run(table, 'readonly', (store) => store.getAllKeys())) as string[] | undefined) ?? []
export const forget = async (table: Table, key: string): Promise<void> => {
  await run(table, 'readwrite', (store) => store.delete(key))
}

/** Forgets all: another person will sit here. */
export const forgetAll = async (): Promise<void> => {
  for (const table of TABLES) await run(table, 'readwrite', (store) => store.clear())
}

/** Makes sure that what is kept belongs to who is signed in; what somebody else left here is forgotten. */
export const keepFor = async (username: string): Promise<void> => {
  try {
    const owner = localStorage.getItem(OWNER)
    if (owner !== null && owner !== username) await forgetAll()
    localStorage.setItem(OWNER, username)
  } catch {
    // where storage is forbidden nothing is kept
  }
}

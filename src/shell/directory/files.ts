// Files of state that are small and must be whole: the old one or the new one, whatever happens.
import { open, readFile, rename } from 'node:fs/promises'
import { Fault } from '../../core/lib/refusal.ts'

/** Writes a file so that a crash leaves the old one or the new one. Throws Fault('directory'). */
export const writeWhole = async (path: string, content: Uint8Array | string): Promise<void> => {
  try {
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
  } catch (error) {
    throw new Fault('directory', `${path}: ${String(error)}`, { cause: error })
  }
}

/** The bytes of a file, or undefined where there is none. Throws Fault('directory'). */
export const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Fault('directory', `${path}: ${String(error)}`, { cause: error })
  }
}

// Keys of the drafts that somebody writes on, in this page or another: only their desk saves them.

const here = new Set<string>()

/** A draft is on a desk until what this gives is called. */
export const onDesk = (key: string): (() => void) => {
  here.add(key)
  return () => void here.delete(key)
}

export const isOnDesk = (key: string): boolean => here.has(key)

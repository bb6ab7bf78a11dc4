// The title of the window says how much waits: "(3) Posta in arrivo".
import { useEffect } from 'react'
import { useUnread } from '../store/counts.ts'
import { folderByRole, useFolders } from '../store/folders.ts'

const PREFIX = /^\(\d+\) /

/** Keeps the number before whatever title the page has. */
export const useUnreadTitle = (): void => {
  useFolders()
  const inbox = folderByRole('inbox')
  const unread = useUnread().get(inbox?.id ?? '') ?? 0
  useEffect(() => {
    const show = (): void => {
      const title = document.title.replace(PREFIX, '')
      const wanted = unread > 0 ? `(${unread}) ${title}` : title
      if (document.title !== wanted) document.title = wanted
    }
    show()
    // pages name themselves as one goes
    const observer = new MutationObserver(show)
    observer.observe(document.head, { subtree: true, childList: true, characterData: true })
    return () => observer.disconnect()
  }, [unread])
}

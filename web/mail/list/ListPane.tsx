// The list of conversations of a folder, or of what was found.
import { Link } from 'wouter'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { conversationAddress, folderOfSlug, type Place } from '../addresses.ts'
import { from, request } from '../jmap/client.ts'
import type { Email, Got, Queried } from '../jmap/types.ts'
import { allFolders } from '../store/folders.ts'

export const ListPane = ({ place, current }: { readonly place: Place; readonly current: string | undefined }) => {
  const key = JSON.stringify(place)
  const { data, problem, reload } = useResource(key, async (signal) => {
    const folder = place.kind === 'folder' ? folderOfSlug(allFolders(), place.slug) : undefined
    const filter = place.kind === 'folder' ? { inMailbox: folder!.id } : { text: place.query }
    const [, emails] = await request<[Queried, Got<Email>]>(
      [
        [
          'Email/query',
          { filter, sort: [{ property: 'receivedAt', isAscending: false }], collapseThreads: true, limit: 50 },
          'q',
        ],
        [
          'Email/get',
          { '#ids': from('q', 'Email/query', '/ids'), properties: ['id', 'threadId', 'from', 'subject'] },
          'e',
        ],
      ],
      signal,
    )
    return emails.list
  })
  return (
    <section className="cm-list">
      {problem && <ProblemAlert problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      <ul>
        {data?.map((email) => (
          <li key={email.id}>
            <Link
              href={conversationAddress(place, email.threadId)}
              aria-current={current === email.threadId ? 'true' : undefined}
            >
              {email.subject}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

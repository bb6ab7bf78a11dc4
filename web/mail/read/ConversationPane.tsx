// A conversation: what was written, each message with its proofs.
import { ProblemAlert } from '../../ui/Alert.tsx'
import { useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import type { Place } from '../addresses.ts'
import { from, request } from '../jmap/client.ts'
import type { Email, Got } from '../jmap/types.ts'

export const ConversationPane = ({ threadId }: { readonly place: Place; readonly threadId: string }) => {
  const { data, problem, reload } = useResource(threadId, async (signal) => {
    const [, emails] = await request<[unknown, Got<Email>]>(
      [
        ['Thread/get', { ids: [threadId] }, 't'],
        ['Email/get', { '#ids': from('t', 'Thread/get', '/list/*/emailIds'), fetchTextBodyValues: true }, 'e'],
      ],
      signal,
    )
    return emails.list
  })
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  return data.map((email) => (
    <article key={email.id}>
      <h1>{email.subject}</h1>
      {email.textBody.map((part) => (
        <pre key={part.partId}>{email.bodyValues[part.partId!]?.value}</pre>
      ))}
    </article>
  ))
}

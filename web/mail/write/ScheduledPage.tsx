// Messages that wait for their time: what, to whom, when; changed or called back until then.
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { Button } from '../../ui/Button.tsx'
import { useAction, usePage, useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { writeAddress } from '../addresses.ts'
import { from, maySend, request } from '../jmap/client.ts'
import type { Email, Got, Queried } from '../jmap/types.ts'
import { onChange } from '../store/live.ts'
import { tell, tellFailure } from '../store/notices.ts'
import { useWriteTexts } from '../texts/write.ts'
import { whenText } from './ScheduleFields.tsx'
import { cancelHeld } from './send.ts'

type Submission = {
  readonly id: string
  readonly emailId: string
  readonly sendAt: string
  readonly envelope: { readonly rcptTo: readonly { readonly email: string }[] }
}
type Waiting = { readonly submission: Submission; readonly subject: string | null }

const load = async (): Promise<readonly Waiting[]> => {
  const [, submissions, emails] = await request<[Queried, Got<Submission>, Got<Pick<Email, 'id' | 'subject'>>]>([
    [
      'EmailSubmission/query',
      { filter: { undoStatus: 'pending' }, sort: [{ property: 'sentAt', isAscending: true }] },
      'q',
    ],
    [
      'EmailSubmission/get',
      {
        '#ids': from('q', 'EmailSubmission/query', '/ids'),
        properties: ['id', 'emailId', 'sendAt', 'envelope'],
      },
      's',
    ],
    ['Email/get', { '#ids': from('s', 'EmailSubmission/get', '/list/*/emailId'), properties: ['id', 'subject'] }, 'e'],
  ])
  const subjects = new Map(emails.list.map(({ id, subject }) => [id, subject]))
  return submissions.list
    .toSorted((a, b) => a.sendAt.localeCompare(b.sendAt))
    .map((submission) => ({ submission, subject: subjects.get(submission.emailId) ?? null }))
}

const ScheduledPage = () => {
  const t = useWriteTexts()
  const heading = usePage(t.scheduled.title)
  const { data, problem, reload } = useResource('scheduled', () => (maySend() ? load() : Promise.resolve([])))
  useEffect(() => onChange(['EmailSubmission'], reload), [reload])
  return (
    <div className="cw-page">
      <h1 ref={heading} tabIndex={-1}>
        {t.scheduled.title}
      </h1>
      <p>{t.scheduled.lead}</p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data?.length === 0 && <p className="cm-empty">{t.scheduled.none}</p>}
      <ul className="cw-waiting">
        {data?.map((one) => (
          <Item key={one.submission.id} one={one} />
        ))}
      </ul>
    </div>
  )
}
export default ScheduledPage

const Item = ({ one }: { readonly one: Waiting }) => {
  const t = useWriteTexts()
  const [, navigate] = useLocation()
  const { submission, subject } = one
  const address = writeAddress({ kind: 'draft', emailId: submission.emailId })
  const callBack = useAction(async (isChanged: boolean) => {
    if ((await cancelHeld(submission.id)) === 'left') tellFailure(t.told.tooLate)
    else if (isChanged) navigate(address)
    else tell(t.scheduled.canceled)
  })
  return (
    <li>
      <h2>{subject?.trim() || t.scheduled.noSubject}</h2>
      <p>
        <strong>{t.scheduled.leaves(whenText(Date.parse(submission.sendAt), Date.now(), t))}</strong>
      </p>
      <p>
        {t.scheduled.to}: {submission.envelope.rcptTo.map(({ email }) => email).join(', ')}
      </p>
      <ProblemAlert problem={callBack.problem} />
      <div className="cw-row">
        <Button look="outline-primary" small busy={callBack.busy} onClick={() => void callBack.run(true)}>
          {t.scheduled.change}
          <span className="visually-hidden">: {t.scheduled.changeHint}</span>
        </Button>
        <Button look="link" busy={callBack.busy} onClick={() => void callBack.run(false)}>
          {t.scheduled.cancel}
        </Button>
      </div>
    </li>
  )
}

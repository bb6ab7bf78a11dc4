// The form by which a holder invites a collaborator.
import { type FormEvent, useState } from 'react'
import { type DelegateRights, personName } from '../../src/core/identity/delegation.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ask } from './ask.ts'
import { RightsChoice } from './CollaboratorsPage.tsx'
import { useCollaboratorTexts } from './texts/collaborators.ts'

export const InviteForm = ({
  onDone,
}: {
  readonly onDone: (view: Reply<'GET /account/collaborators'>, email: string) => void
}) => {
  const all = useCollaboratorTexts()
  const t = all.invite
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [rights, setRights] = useState<DelegateRights>('read')
  const [tried, setTried] = useState(false)
  const wrong = {
    name: name.trim() === '' ? t.missing : personName(name) === undefined ? all.link.nameWrong : undefined,
    email: email.trim() === '' ? t.missing : /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : t.emailWrong,
  }
  const invite = useAction(async () => {
    const to = email.trim()
    const view = await ask('POST /account/collaborators/invitations', {
      body: { email: to, name: name.trim(), rights },
    })
    setEmail('')
    setName('')
    setRights('read')
    setTried(false)
    onDone(view, to)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const first = wrong.name ? 'invite-name' : wrong.email ? 'invite-email' : undefined
    if (first) document.getElementById(first)?.focus()
    else void invite.run()
  }
  return (
    <section className="cl-card cl-column" aria-labelledby="invite-title">
      <h2 id="invite-title">{t.title}</h2>
      <p>{t.lead}</p>
      <form onSubmit={submit} noValidate>
        <ProblemAlert problem={invite.problem} />
        <TextField
          id="invite-name"
          label={t.name}
          hint={t.nameHint}
          maxLength={80}
          autoComplete="off"
          value={name}
          error={tried ? wrong.name : undefined}
          onChange={setName}
        />
        <TextField
          id="invite-email"
          label={t.email}
          hint={t.emailHint}
          type="email"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={email}
          error={tried ? wrong.email : undefined}
          onChange={setEmail}
        />
        <RightsChoice name="invite-rights" value={rights} onChange={setRights} />
        <Button type="submit" busy={invite.busy}>
          {t.go}
        </Button>
      </form>
    </section>
  )
}

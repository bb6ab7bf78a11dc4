-- Collaborators of a box: invitations, when each uses it, what they did there.

create table delegation_invitation (
  id uuid primary key,
  mailbox_id bigint not null references mailbox (id),
  email text not null,
  email_key text not null,
  name text not null,
  rights text not null check (rights in ('read', 'send')),
  -- of the link that was sent last: those before it open nothing
  token_hash bytea not null unique,
  sends int not null default 1,
  created_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  withdrawn_at timestamptz,
  used_at timestamptz
);
-- One that is open, or has expired, for each person and box.
create unique index delegation_invitation_open on delegation_invitation (mailbox_id, email_key)
  where used_at is null and withdrawn_at is null;
create index delegation_invitation_recent on delegation_invitation (mailbox_id, created_at);

-- When the box was used last in the browser; of programs their passwords tell.
alter table delegation add column used_at timestamptz;

-- When and from where a collaborator's program signed in as the trail has it last: not each of its logins is a row there.
alter table app_password add column noted_at timestamptz, add column noted_from text;

-- What was done at a box under people's own names.
create index audit_box on audit (subject_id, id) where subject_kind = 'mailbox' and account_id is not null;

-- Accounts of those who use a box: its holder, and the collaborators whom the holder lets in; sessions, and the trail.

-- The holder's password stays with the mailbox, where mail programs are judged by it; a collaborator's is here.
create table account (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('holder', 'delegate')),
  -- of a holder: the box, one account each
  mailbox_id bigint unique references mailbox (id),
  -- of a collaborator: by which he signs in; unlike any box's address
  email text,
  email_key text unique,
  name text not null default '',
  password_hash text,
  -- encrypted by the vault
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  -- a code is used once
  totp_last_step bigint not null default 0,
  code_failures int not null default 0,
  code_failed_at timestamptz,
  state text not null default 'active' check (state in ('invited', 'active', 'disabled')),
  created_at timestamptz not null,
  check (kind = 'holder' and mailbox_id is not null and email is null or kind = 'delegate' and mailbox_id is null and email is not null)
);
insert into account (kind, mailbox_id, created_at) select 'holder', id, clock_timestamp() from mailbox where role = 'person';

-- Whoever makes a mailbox of a person makes its account: there is never one without the other.
create function mailbox_account() returns trigger language plpgsql as $$
begin
  insert into account (kind, mailbox_id, created_at) select 'holder', id, clock_timestamp() from added where role = 'person';
  return null;
end $$;
create trigger mailbox_account after insert on mailbox
  referencing new table as added for each statement execute function mailbox_account();

create table account_recovery_code (
  account_id bigint not null references account (id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (account_id, code_hash)
);

create table account_session (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id bigint not null references account (id) on delete cascade,
  -- the box that is looked at: of a collaborator, one of those that he is let into
  mailbox_id bigint references mailbox (id),
  -- secondFactor: the password was right, the code is still to come
  stage text not null check (stage in ('secondFactor', 'full')),
  -- what waits to be confirmed: a sealed secret, a challenge
  pending jsonb,
  remote_address text not null,
  user_agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  -- when who sits there last proved to be the one: before it nothing that is sensitive may be changed
  proved_at timestamptz
);
create index account_session_account on account_session (account_id);

-- Who is let into a box beside its holder.
create table delegation (
  account_id bigint not null references account (id) on delete cascade,
  mailbox_id bigint not null references mailbox (id),
  rights text not null check (rights in ('read', 'send')),
  given_at timestamptz not null,
  revoked_at timestamptz,
  primary key (account_id, mailbox_id)
);
create index delegation_mailbox on delegation (mailbox_id);

-- The trail knows them too.
alter table audit add column account_id bigint references account (id);

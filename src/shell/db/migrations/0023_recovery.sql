-- New passwords by the reference e-mail, and changes of the reference e-mail itself.

alter table account
  -- of a box without a term: elsewhere it stands with the term
  add column reference_email text,
  add column reference_since timestamptz,
  -- when the holder last said that it is still theirs
  add column reference_checked_at timestamptz;

-- Each time that somebody asks for a new password; of addresses that nobody has, too: then there is no account.
create table password_reset (
  id uuid primary key,
  -- secret of the page that asked: the typed code is good together with it only
  ticket_hash bytea not null unique,
  network text not null,
  account_id bigint references account (id) on delete cascade,
  -- where code and link went
  email text,
  -- secret of the link, and the one that the page gets for the right code
  token_hash bytea unique,
  page_hash bytea unique,
  code_hash bytea,
  tries int not null default 0,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  -- the first look gives time to type
  extended_at timestamptz,
  used_at timestamptz
);
create index password_reset_account on password_reset (account_id, asked_at);
create index password_reset_network on password_reset (network, asked_at);
create index password_reset_expiry on password_reset (expires_at);

create table reference_change (
  id uuid primary key,
  account_id bigint not null references account (id) on delete cascade,
  how text not null check (how in ('holder', 'recovery')),
  old_email text,
  new_email text not null,
  -- asked: the new one is still to be confirmed; made: it stands, the old one may undo for a while
  state text not null check (state in ('asked', 'made', 'undone', 'dropped')),
  confirm_hash bytea unique,
  code_hash bytea,
  tries int not null default 0,
  undo_hash bytea unique,
  asked_at timestamptz not null,
  sent_at timestamptz,
  made_at timestamptz,
  undo_until timestamptz,
  -- before it the new one opens no new password
  reset_from timestamptz
);
create unique index reference_change_asked on reference_change (account_id) where state = 'asked';
create index reference_change_made on reference_change (account_id, made_at);

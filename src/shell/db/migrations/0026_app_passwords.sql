-- Passwords for mail programs: random ones, a name each, good for some services.
create table app_password (
  id uuid primary key,
  -- who uses it: the holder, or a collaborator
  account_id bigint not null references account (id) on delete cascade,
  mailbox_id bigint not null references mailbox (id),
  name text not null,
  scopes text[] not null check (scopes <@ array['imap', 'pop3', 'smtp'] and cardinality(scopes) > 0),
  -- SHA-256: eighty random bits want no slow hash
  secret_hash bytea not null unique check (length(secret_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_service text,
  last_remote_address text,
  revoked_at timestamptz
);
create index app_password_mailbox on app_password (mailbox_id) where revoked_at is null;

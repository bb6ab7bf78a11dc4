-- Addresses to which clients of JMAP have changes posted (RFC 8620 §7.2).
create table push_subscription (
  id uuid primary key,
  mailbox_id bigint not null references mailbox (id),
  -- the sign-in that made it, and with which it ends: a session of the pages, a program's password, the main password
  opener text not null check (opener in ('session', 'program', 'main')),
  opener_id uuid,
  -- SHA-256 of what is kept of the main password: with another one it is over
  opener_digest bytea,
  device_client_id text not null,
  url text not null,
  -- of the browser, for RFC 8291; none: what is sent is not encrypted
  public_key bytea,
  auth bytea,
  verification_code text not null,
  verified_at timestamptz,
  -- null: all
  types text[],
  expires_at timestamptz not null,
  -- states by type that it was told of last, and the modseq up to which nothing else is to be told
  told jsonb not null default '{}',
  looked_modseq bigint not null default 0,
  attempts int not null default 0,
  failing_since timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((opener = 'main') = (opener_digest is not null) and (opener <> 'main') = (opener_id is not null)),
  check ((public_key is null) = (auth is null))
);
create index push_subscription_mailbox on push_subscription (mailbox_id, created_at);
create index push_subscription_living on push_subscription (id) where ended_at is null;

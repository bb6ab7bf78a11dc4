-- Sign-in of those who use a box: passkeys and their challenges, the browsers that are known, what was tried.

create table account_passkey (
  id uuid primary key,
  account_id bigint not null references account (id) on delete cascade,
  -- as the browser gives it, base64url
  credential_id text not null unique,
  public_key bytea not null,
  -- of uses; one that goes back tells of a copy (WebAuthn §6.1.1)
  counter bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index account_passkey_account on account_passkey (account_id);

-- What an authenticator is to sign: taken away with its use.
create table account_challenge (
  challenge_hash bytea primary key,
  purpose text not null check (purpose in ('register', 'enter', 'prove')),
  -- of a sign-in there is none yet
  session_id uuid references account_session (id) on delete cascade,
  expires_at timestamptz not null
);
create index account_challenge_expiry on account_challenge (expires_at);
create index account_challenge_session on account_challenge (session_id);

-- The browsers in which an account was opened, known by a cookie that is new at each sign-in.
create table account_device (
  id uuid primary key,
  account_id bigint not null references account (id) on delete cascade,
  token_hash bytea not null unique,
  user_agent text not null,
  remote_address text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  -- until when no code is asked for here
  trusted_until timestamptz
);
create index account_device_account on account_device (account_id);

-- Tries to sign in. One at a name that nobody has is written too, without the name: the same work for both.
create table account_sign_in (
  id bigint generated always as identity primary key,
  account_id bigint references account (id) on delete cascade,
  at timestamptz not null,
  outcome text not null check (outcome in ('entered', 'halfWay', 'wrong')),
  method text not null check (method in ('password', 'code', 'recoveryCode', 'passkey')),
  remote_address text not null,
  user_agent text not null
);
create index account_sign_in_account on account_sign_in (account_id, at desc);
create index account_sign_in_at on account_sign_in (at);

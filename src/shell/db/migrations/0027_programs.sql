-- Links by which a phone or a program is set up: from the desktop to the phone, and the download of a profile.
create table program_link (
  token_hash bytea primary key,
  -- handover: a QR that a phone reads; profile: the download that follows
  purpose text not null check (purpose in ('handover', 'profile')),
  account_id bigint not null references account (id) on delete cascade,
  mailbox_id bigint not null references mailbox (id),
  -- what the app password is called that it makes, or made
  name text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  app_password_id uuid
);
create index program_link_expiry on program_link (expires_at);

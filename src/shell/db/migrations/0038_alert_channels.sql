-- Alerts beside e-mail: on the holder's devices (web push), and to an address at which a program listens (webhook).

-- Each thing is told once in each channel, and each device is a channel: `push:` and its id.
alter table alert
  drop constraint alert_channel_check,
  add constraint alert_channel_check check (channel ~ '^(email|webhook|push:[0-9a-f-]{36})$'),
  drop constraint alert_kind_check,
  add constraint alert_kind_check check (kind in ('message', 'unread3', 'unread7', 'filling', 'expiry'));

-- Browsers that show alerts. The endpoint takes messages signed with our key alone, so it is kept in plain.
create table push_device (
  id uuid primary key,
  mailbox_id bigint not null references mailbox (id) on delete cascade,
  name text not null,
  endpoint text not null,
  -- by which a browser finds itself in the list
  endpoint_hash bytea not null,
  -- of the browser: its public key and what it shares with us (RFC 8291 §3)
  public_key bytea not null,
  auth bytea not null,
  language text not null check (language in ('it', 'en')),
  show_sender boolean not null,
  show_subject boolean not null,
  added_at timestamptz not null,
  last_ok_at timestamptz,
  last_failed_at timestamptz,
  unique (mailbox_id, endpoint_hash)
);

create table webhook (
  mailbox_id bigint primary key references mailbox (id) on delete cascade,
  url text not null,
  -- sealed by the vault; the one before signs beside it until it is over
  secret bytea not null,
  previous_secret bytea,
  previous_until timestamptz,
  show_sender boolean not null,
  show_subject boolean not null,
  -- null: on. Otherwise why it was switched off
  off_reason text check (off_reason in ('failing', 'gone')),
  off_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check ((off_reason is null) = (off_at is null)),
  check ((previous_secret is null) = (previous_until is null))
);

-- What leaves for a device or a webhook, each by a job of the same id: what it says until it is settled, how it went after.
create table alert_delivery (
  id uuid primary key,
  mailbox_id bigint not null references mailbox (id) on delete cascade,
  -- null: to the webhook
  device_id uuid references push_device (id) on delete cascade,
  event text not null,
  body text,
  created_at timestamptz not null,
  attempts int not null default 0,
  tried_at timestamptz,
  -- what the server said last, or why it said nothing
  status int,
  outcome text,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  settled_at timestamptz
);
create index alert_delivery_of_webhook on alert_delivery (mailbox_id, created_at desc) where device_id is null;
create index alert_delivery_of_device on alert_delivery (device_id) where device_id is not null;
create index alert_delivery_settled on alert_delivery (settled_at) where settled_at is not null;

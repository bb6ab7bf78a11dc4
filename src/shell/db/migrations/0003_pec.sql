-- Mailboxes, what a certified message goes through at each side, the outbox and the quarantine.

create table mailbox (
  id bigint generated always as identity primary key,
  address text not null,
  -- lower-case form by which it is found
  address_key text not null unique,
  display_name text not null default '',
  password_hash text,
  -- person | service: the service mailbox takes takes-in-charge and virus detections (RFC 6109 §2.2)
  role text not null default 'person' check (role in ('person', 'service')),
  state text not null default 'active' check (state in ('active', 'suspended')),
  -- what happens to ordinary mail: refused at RCPT, or wrapped in an anomaly envelope
  ordinary_mail text not null default 'wrap' check (ordinary_mail in ('wrap', 'refuse')),
  certified_only boolean not null default false,
  quota_bytes bigint not null,
  used_bytes bigint not null default 0,
  uid_validity bigint not null,
  uid_next bigint not null default 1
) with (fillfactor = 50);

create table mailbox_message (
  mailbox_id bigint not null references mailbox (id),
  uid bigint not null,
  content_id uuid not null references content (id),
  -- PecKind, or null for other mail
  kind text,
  -- PEC msgid of the message that it is or is about; of ordinary mail its Message-ID
  msgid text not null,
  subject text,
  size_bytes bigint not null,
  received_at timestamptz not null,
  primary key (mailbox_id, uid)
);

-- One row for each message accepted here: the sender's side.
create table submission (
  identifier text primary key,
  mailbox_id bigint not null references mailbox (id),
  -- MessageFacts, as notices quote them
  facts jsonb not null,
  receipt_type text not null check (receipt_type in ('complete', 'brief', 'concise')),
  postacert_id uuid references content (id),
  envelope_id uuid references content (id),
  -- accepted | refused; "settled" is derived from the recipients
  state text not null check (state in ('accepted', 'refused')),
  accepted_at timestamptz not null
);

create table recipient (
  identifier text not null references submission (identifier),
  address_key text not null,
  address text not null,
  certified boolean not null,
  state text not null,
  changed_at timestamptz not null,
  primary key (identifier, address_key)
);

-- The arrows of the recipient's machine, filled from the code at start: a change of state is one update.
create table recipient_arrow (
  state text not null,
  event text not null,
  next text not null,
  primary key (state, event)
);

-- One row for each local recipient of an envelope: the receiver's side, and the guard against doing it twice.
create table arrival (
  identifier text not null,
  address_key text not null,
  signer text not null,
  state text not null check (state in ('received', 'taken', 'delivered', 'undeliverable', 'quarantined')),
  content_id uuid not null references content (id),
  at timestamptz not null,
  primary key (identifier, address_key, signer)
);

-- Receipts already dealt with: the guard against replays.
create table receipt_seen (
  key text primary key,
  at timestamptz not null
);

create table outbox (
  id uuid primary key,
  kind text not null,
  payload jsonb not null,
  due_at timestamptz not null,
  attempts int not null default 0,
  lease_owner text,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null
);
create index outbox_due on outbox (due_at);

-- Infected messages are kept for thirty months (RFC 6109 §2.2.4).
create table quarantine (
  content_id uuid primary key references content (id),
  identifier text not null,
  signature text not null,
  direction text not null check (direction in ('access', 'incoming')),
  at timestamptz not null,
  keep_until timestamptz not null
);

-- The last good copy of the providers' directory.
create table directory_copy (
  one boolean primary key default true check (one),
  p7m bytea not null,
  fetched_at timestamptz not null
);

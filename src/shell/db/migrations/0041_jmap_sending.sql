-- Identities that a box sends by, and what it has sent by JMAP (RFC 8621 §6, §7).

create table sender_identity (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailbox (id),
  name text not null,
  -- lists of { name, email }
  reply_to jsonb,
  bcc jsonb,
  text_signature text not null default '',
  html_signature text not null default '',
  -- the one that every box has
  is_standard boolean not null,
  -- modseqs of the mailbox
  born bigint not null,
  changed bigint not null,
  gone bigint
);
create unique index sender_identity_standard on sender_identity (mailbox_id) where is_standard;
create index sender_identity_mailbox on sender_identity (mailbox_id);

create table email_submission (
  id uuid primary key,
  mailbox_id bigint not null references mailbox (id),
  identity_id bigint not null,
  content_id uuid not null,
  thread bigint not null,
  -- { mailFrom, rcptTo }
  envelope jsonb not null,
  -- PEC msgid: what became of each recipient is under it
  identifier text not null,
  send_at timestamptz not null,
  born bigint not null,
  changed bigint not null,
  gone bigint
);
create index email_submission_mailbox on email_submission (mailbox_id, send_at);

-- Copies of a whole box that its holder asked for: one at a time, to be downloaded once, within days.
create table take_out (
  id uuid primary key,
  account_id bigint not null references account (id) on delete cascade,
  mailbox_id bigint not null references mailbox (id),
  form text not null check (form in ('mbox', 'eml')),
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  -- while it is downloaded: put off as long as bytes flow
  busy_until timestamptz,
  -- when it was downloaded whole
  taken_at timestamptz,
  -- another took its place
  dropped boolean not null default false
);
create unique index take_out_open on take_out (mailbox_id) where taken_at is null and not dropped;
create index take_out_mailbox on take_out (mailbox_id, asked_at);

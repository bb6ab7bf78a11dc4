-- Alerts of a box by ordinary e-mail: what its holder wants, what was found, what was told.

-- A box without a row has what stands in src/core/identity/alerts.ts.
create table alert_preference (
  mailbox_id bigint primary key references mailbox (id),
  email boolean not null,
  show_sender boolean not null,
  show_subject boolean not null,
  timing text not null check (timing in ('now', 'digest')),
  -- hours of the day in Italy
  digest_hour int not null check (digest_hour between 0 and 23),
  quiet_from int check (quiet_from between 0 and 23),
  quiet_to int check (quiet_to between 0 and 23),
  unread boolean not null,
  filling boolean not null,
  changed_at timestamptz not null,
  check ((quiet_from is null) = (quiet_to is null) and quiet_from <> quiet_to)
);

-- Each thing is told once in each channel: its row is written with the bookmark, and ends with the notice.
create table alert (
  mailbox_id bigint not null references mailbox (id),
  channel text not null check (channel in ('email')),
  -- what makes it one: the msgid, with the days unread where it is about them; the moment at which a box filled up
  what text not null,
  kind text not null check (kind in ('message', 'unread3', 'unread7', 'filling')),
  -- only until it is told, and only for a holder who wants them
  sender text,
  subject text,
  level int,
  received_at timestamptz not null,
  due_at timestamptz not null,
  -- when it was told, or became pointless
  settled_at timestamptz,
  primary key (mailbox_id, channel, what)
);
create index alert_due on alert (due_at) where settled_at is null;
create index alert_settled on alert (settled_at) where settled_at is not null;

-- Messages that are looked for again after three days and after seven.
create table alert_watch (
  mailbox_id bigint not null references mailbox (id),
  msgid text not null,
  sender text,
  subject text,
  received_at timestamptz not null,
  days int not null check (days in (3, 7)),
  due_at timestamptz not null,
  primary key (mailbox_id, msgid)
);
create index alert_watch_due on alert_watch (due_at);

-- How full a box was when it was looked at last, where that was 70 per cent or more.
create table alert_filling (
  mailbox_id bigint primary key references mailbox (id),
  level int not null check (level in (70, 85, 95))
);

-- How far the journal has been read: what was delivered before there were alerts is told to nobody.
insert into bookmark (name, position) select 'alerts', seq from journal_head on conflict (name) do nothing;

-- The help desk: tickets, what is said in them, files, the links that open them, canned answers.

create table ticket (
  id uuid primary key,
  number text not null unique,
  -- who opened it: who uses a box, an applicant, staff of an Order, somebody by an e-mail
  opener text not null check (opener in ('account', 'applicant', 'order', 'email')),
  account_id bigint references account (id),
  enrolment_id uuid references enrolment (id) on delete set null,
  -- of staff: at this Order, who also are the only ones of it that see it
  order_id bigint references professional_order (id),
  staff_id bigint references staff (id),
  -- the box and the member that it is about, where it is known
  mailbox_id bigint references mailbox (id),
  member_id bigint references member (id),
  name text not null,
  -- where answers go
  email text,
  subject text not null,
  category text not null check (category in ('access', 'activation', 'mail', 'programs', 'term', 'data', 'other')),
  -- ticketMachine of core/helpdesk
  state text not null check (state in ('unconfirmed', 'open', 'waitingForYou', 'waitingForUs', 'solved', 'closed')),
  version int not null default 1,
  -- page, device, last errors: what the person let be sent
  context jsonb not null,
  assignee_id bigint references staff (id),
  -- TicketClock of core/helpdesk, and the next of the two
  answer_due_at timestamptz,
  solution_due_at timestamptz,
  solution_left_ms bigint,
  due_at timestamptz,
  first_answer_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index ticket_due on ticket (due_at, id) where due_at is not null;
create index ticket_changed on ticket (changed_at desc, id);
create index ticket_account on ticket (account_id) where account_id is not null;
create index ticket_enrolment on ticket (enrolment_id) where enrolment_id is not null;
create index ticket_order on ticket (order_id) where order_id is not null;
create index ticket_email on ticket (lower(email), created_at) where email is not null;

create table ticket_message (
  ticket_id uuid not null references ticket (id) on delete cascade,
  seq int not null,
  at timestamptz not null,
  -- note: for operators only; event: what happened, no text of anybody
  kind text not null check (kind in ('opener', 'operator', 'note', 'event')),
  via text not null check (via in ('web', 'email')),
  staff_id bigint references staff (id),
  account_id bigint references account (id),
  body text not null,
  -- by e-mail: the From, which proves nothing
  from_address text,
  -- the e-mail that it came in: each is taken once
  source text,
  primary key (ticket_id, seq),
  unique (ticket_id, source)
);

-- Encrypted, each by a key of its own that a master key wraps; only ever given out to be saved.
create table ticket_attachment (
  id uuid primary key,
  ticket_id uuid not null references ticket (id) on delete cascade,
  -- null: of an answer that an operator is still writing
  seq int,
  staff_id bigint,
  file_name text not null,
  size_bytes bigint not null,
  sha256 text not null,
  scanned_by text not null,
  key_id text not null,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  uploaded_at timestamptz not null
);
alter table ticket_attachment alter column ciphertext set storage external;
create index ticket_attachment_ticket on ticket_attachment (ticket_id);

create table ticket_key (
  token_hash bytea primary key,
  ticket_id uuid not null references ticket (id) on delete cascade,
  purpose text not null check (purpose in ('session', 'link')),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index ticket_key_ticket on ticket_key (ticket_id);
create index ticket_key_expiry on ticket_key (expires_at);

create table canned_answer (
  id uuid primary key,
  title text not null,
  category text check (category in ('access', 'activation', 'mail', 'programs', 'term', 'data', 'other')),
  body text not null,
  staff_id bigint references staff (id),
  changed_at timestamptz not null
);
-- Those of the product are put there once: what is deleted stays deleted.
create table canned_shipped (title text primary key);

-- Notices that can be answered, and stand in one thread.
alter table notice add column reply_to text;
alter table notice add column thread text;

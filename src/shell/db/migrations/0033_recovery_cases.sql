-- Requests to change a reference e-mail that is dead: a signed form and an identity document, judged by an operator.

create table recovery (
  id uuid primary key,
  case_number text not null unique,
  -- as they were typed: whether there is such a box of such a person is found out when somebody looks
  address text not null,
  address_key text not null,
  fiscal_code text not null,
  fiscal_key text not null,
  new_email text not null,
  email_confirmed_at timestamptz,
  -- recoveryMachine of core/identity
  state text not null check (state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'refused', 'lapsed')),
  version int not null default 1,
  review_reason text,
  reviewer_id bigint,
  first_approver_id bigint,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  submitted_at timestamptz,
  decided_at timestamptz
);
create index recovery_queue on recovery (submitted_at, id) where state = 'awaitingReview';
create index recovery_newest on recovery (changed_at desc, id) where state <> 'draft';
create index recovery_idle on recovery (changed_at) where state in ('draft', 'awaitingDocument');

create table recovery_key (
  token_hash bytea primary key,
  recovery_id uuid not null references recovery (id) on delete cascade,
  purpose text not null check (purpose in ('session', 'link')),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index recovery_key_case on recovery_key (recovery_id);

create table recovery_event (
  recovery_id uuid not null references recovery (id) on delete cascade,
  seq int not null,
  at timestamptz not null,
  event text not null,
  actor text not null,
  staff_id bigint,
  reason text,
  primary key (recovery_id, seq)
);

alter table document add column recovery_id uuid references recovery (id) on delete cascade;
create index document_recovery on document (recovery_id) where recovery_id is not null;
create unique index document_current_recovery on document (recovery_id, kind) where state = 'current' and kind <> 'paper';

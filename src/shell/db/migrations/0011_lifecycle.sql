-- The end of a term: boxes that only receive or are only read, what was planned, who renews.

alter table mailbox drop constraint mailbox_state_check;
alter table mailbox add constraint mailbox_state_check check (state in ('active', 'receiving', 'reading', 'suspended'));

alter table mailbox_term
  -- 1 for the first term; grows with each renewal
  add column term int not null default 1,
  -- closes then, whatever the term says: strike-off, withdrawal
  add column close_at timestamptz,
  -- the Order no longer pays for it: it left the register
  add column order_left boolean not null default false;
create index mailbox_term_grace on mailbox_term (grace_until) where state = 'expired';
create index mailbox_term_close on mailbox_term (close_at) where close_at is not null and state in ('active', 'suspended', 'expired');
create index mailbox_term_purge on mailbox_term (purge_after) where state = 'closed';

-- Secrets of the links by which a holder orders the renewal.
create table renewal_link (
  token_hash bytea primary key,
  mailbox_id bigint not null references mailbox (id),
  term int not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

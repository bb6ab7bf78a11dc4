-- Certificates of the address of a box, which whoever is shown one can verify.
create table address_certificate (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  account_id bigint not null references account (id) on delete cascade,
  mailbox_id bigint not null references mailbox (id),
  -- as they were written on it
  name text not null,
  issued_at timestamptz not null
);
create index address_certificate_account on address_certificate (account_id, issued_at);

-- A box that its holder gives up: until when, beside what Order and provider have planned (close_at).
alter table mailbox_term add column holder_close_at timestamptz;
create index mailbox_term_holder_close on mailbox_term (holder_close_at) where holder_close_at is not null;

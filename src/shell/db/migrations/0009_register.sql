-- The register as consoles read it: found and sorted by what is folded, exceptions without a look at every member.

-- `search` begins with the folded surname and given name: it sorts, and pages go on from it.
create index member_search on member (order_id, (search collate "C"), id);
create index member_status on member (order_id, status) where status <> 'active';

create index domicile_address on domicile (address_key) where state in ('awaiting', 'confirmed');

-- Since when the oldest unread message of the inbox has waited; kept by a duty of the day.
alter table mailbox_term add column unread_since timestamptz;

-- An import tells how far it is, in the transaction of each batch: what a crash stopped goes on from there.
alter table roll_import
  add column next_row int not null default 0,
  add column working_until timestamptz;

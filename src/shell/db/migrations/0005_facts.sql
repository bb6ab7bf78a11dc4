-- What mail programs ask of messages again and again, computed once for each content.

create table content_facts (
  content_id uuid primary key references content (id) on delete cascade,
  record bytea not null                     -- encoding: src/core/mailbox/factsRecord.ts
);
-- In the row as they are: they are read by the thousand.
alter table content_facts alter column record set storage external;
alter table content_facts set (toast_tuple_target = 8160);

-- Text for SEARCH. Signatures pass over most texts, so these stay in the row and the texts are put aside.
create table content_search (
  content_id uuid primary key references content (id) on delete cascade,
  signature bytea not null,                 -- src/core/mail/signature.ts
  body text not null                        -- folded
);
alter table content_search alter column signature set storage main;

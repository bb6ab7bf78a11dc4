-- The contents of messages: ropes of inline bytes and ranges of blobs or of other contents.

create table content (
  id         uuid primary key,              -- version 7: sorted by time
  size_bytes bigint not null check (size_bytes >= 0),
  pieces     bytea not null                 -- encoding: src/shell/content/pieces.ts
);
-- A signed message hardly compresses: do not try.
alter table content alter column pieces set storage external;
-- Receipts and envelopes of some kilobytes stay in the row: four times fewer tuples to write than in slices of 2 KB.
alter table content set (toast_tuple_target = 8160);

-- Which blobs a content names, for the sweeper of orphans.
create table content_blob (
  blob    bytea not null check (length(blob) = 32),   -- SHA-256
  content uuid not null references content (id) on delete cascade,
  primary key (blob, content)
);
create index content_blob_content on content_blob (content);

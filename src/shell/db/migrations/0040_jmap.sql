-- What JMAP asks of a mailbox beyond IMAP: how folders changed, what was removed by when, and what was uploaded.

alter table folder
  -- modseq of the mailbox when the folder was made, and when its name, use, order or subscription changed last
  add column created_modseq bigint not null default 0,
  add column changed_modseq bigint not null default 0,
  add column sort_order integer not null default 0;
update folder set sort_order = case role when 'inbox' then 10 when 'drafts' then 20 when 'sent' then 30 when 'archive' then 40
                                         when 'junk' then 50 when 'trash' then 60 else 100 end;
alter table folder alter column sort_order set default 100;

-- Folders that were: few, and kept.
create table folder_gone (
  folder_id bigint primary key,
  mailbox_id bigint not null references mailbox (id),
  created_modseq bigint not null,
  modseq bigint not null
);
create index folder_gone_mailbox on folder_gone (mailbox_id, modseq);

alter table expunged
  -- modseq with which it had come into its folder
  add column born bigint not null default 0;
create index expunged_mailbox on expunged (mailbox_id, modseq);

-- What was removed by then is forgotten: changes since an earlier modseq cannot be told.
alter table mailbox add column changes_since bigint not null default 0;

-- Bytes that a client has uploaded, to be named in what it asks next (RFC 8620 §6.1).
create table upload (
  content_id uuid primary key references content (id),
  mailbox_id bigint not null references mailbox (id),
  type text not null,
  size_bytes bigint not null,
  uploaded_at timestamptz not null
);
create index upload_mailbox on upload (mailbox_id, uploaded_at);

-- They say more of parts now (Content-ID, disposition, language, location, lines): computed again when they are asked for.
delete from content_facts;

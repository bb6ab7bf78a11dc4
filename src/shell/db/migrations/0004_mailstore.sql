-- Folders, messages in them, flags that changed, what was removed, and the facts of contents.

-- Who changes anything of a mailbox takes its row first, by counting up `modseq`: that makes the order of its writers,
-- and one number says how far any reader is (RFC 7162; later the state of JMAP).
alter table mailbox
  add column modseq bigint not null default 1,
  add column messages bigint not null default 0,
  -- receipts go to a folder of their own
  add column receipts_apart boolean not null default false;
comment on column mailbox.uid_validity is 'the last UIDVALIDITY given to a folder';

create table folder (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailbox (id),
  -- Unicode NFC, `/` between levels
  name text not null,
  -- RFC 6154: inbox | sent | drafts | trash | archive | junk
  role text check (role in ('inbox', 'sent', 'drafts', 'trash', 'archive', 'junk')),
  uid_validity bigint not null,
  uid_next bigint not null default 1,
  highest_modseq bigint not null default 1,
  -- highest_modseq before the last change: tells a process whether it has missed one
  modseq_before bigint not null default 1,
  messages bigint not null default 0,
  unseen bigint not null default 0,
  deleted bigint not null default 0,
  bytes bigint not null default 0,
  deleted_bytes bigint not null default 0,
  -- what was removed by then is forgotten
  expunged_known_since bigint not null default 0,
  unique (mailbox_id, name)
) with (fillfactor = 50);
create unique index folder_role on folder (mailbox_id, role) where role is not null;

-- Names that mail programs show; one may be no folder any more (RFC 9051 §6.3.5).
create table subscription (
  mailbox_id bigint not null references mailbox (id),
  name text not null,
  primary key (mailbox_id, name)
);

-- Messages in folders: a row is written once and never changed. Flags that change later are in flag_page.
create table message (
  folder_id bigint not null references folder (id),
  uid bigint not null,
  content_id uuid not null references content (id),
  size_bytes bigint not null,
  received_at timestamptz not null,
  saved_at timestamptz not null,
  modseq bigint not null,
  -- half a SHA-256 of what names its thread; the same for all messages about one certified message
  thread bigint not null,
  -- at arrival: a mask (src/core/mail/flags.ts), and keywords with spaces between them
  flags smallint not null default 0,
  keywords text,
  -- PecKind; `submitted` for what submission has filed in Sent; null for what a mail program has put there
  kind text,
  -- PEC msgid of the message that it is or is about; else its Message-ID
  msgid text not null,
  subject text,
  primary key (folder_id, uid)
);
-- For the copy in Sent, which is to be there once: certified mail is not in this index.
create index message_own on message (folder_id, msgid) where kind is null or kind = 'submitted';

-- Flags by pages of 128 uids (src/core/mailbox/flagPage.ts): to flag a whole folder rewrites few rows.
create table flag_page (
  folder_id bigint not null references folder (id),
  page bigint not null,
  -- highest of the page
  modseq bigint not null,
  sets text not null,
  slots bytea not null,
  primary key (folder_id, page)
) with (fillfactor = 50);
alter table flag_page alter column slots set storage external;

-- What was removed, for QRESYNC and for whoever wants it back; it outlives its folder.
create table expunged (
  folder_id bigint not null,
  uid bigint not null,
  modseq bigint not null,
  mailbox_id bigint not null references mailbox (id),
  expunged_at timestamptz not null,
  -- not what was moved or replaced, nor what came back already
  restorable boolean not null,
  content_id uuid not null references content (id),
  size_bytes bigint not null,
  received_at timestamptz not null,
  saved_at timestamptz not null,
  thread bigint not null,
  flags smallint not null,
  keywords text,
  kind text,
  msgid text not null,
  subject text,
  primary key (folder_id, uid)
);
create index expunged_modseq on expunged (folder_id, modseq);
create index expunged_restorable on expunged (mailbox_id, expunged_at) where restorable;
create index expunged_at on expunged using brin (expunged_at);

-- What mailboxes held before there were folders.
insert into folder (mailbox_id, name, role, uid_validity)
select mailbox.id, standard.name, standard.role, uid_validity
from mailbox, (values ('INBOX', 'inbox'), ('Sent', 'sent'), ('Drafts', 'drafts'), ('Trash', 'trash'),
                      ('Archive', 'archive'), ('Junk', 'junk')) as standard (name, role)
order by mailbox.id;
insert into subscription (mailbox_id, name) select mailbox_id, name from folder;
insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, keywords, kind, msgid, subject)
select f.id, m.uid, m.content_id, m.size_bytes, m.received_at, m.received_at, 1,
       ('x' || encode(substring(sha256(convert_to(m.msgid, 'UTF8')) for 8), 'hex'))::bit(64)::bigint,
       case m.kind
         when 'acceptance' then '$PECAcceptance'
         when 'nonAcceptance' then '$PECNonAcceptance'
         when 'virusNonAcceptance' then '$PECNonAcceptance $PECVirus'
         when 'transportEnvelope' then '$PECEnvelope'
         when 'takeInCharge' then '$PECTakeInCharge'
         when 'deliveryComplete' then '$PECDelivery'
         when 'deliveryBrief' then '$PECDelivery'
         when 'deliveryConcise' then '$PECDelivery'
         when 'nonDelivery' then '$PECNonDelivery'
         when 'timeoutWarning' then '$PECTimeout'
         when 'timeoutFinal' then '$PECNonDelivery $PECTimeout'
         when 'virusDetection' then '$PECVirus'
         when 'virusNonDelivery' then '$PECNonDelivery $PECVirus'
         when 'anomalyEnvelope' then '$PECAnomaly'
       end,
       m.kind, m.msgid, m.subject
from mailbox_message m join folder f on f.mailbox_id = m.mailbox_id and f.role = 'inbox'
order by f.id, m.uid;
update folder f set uid_next = m.uid_next from mailbox m where m.id = f.mailbox_id and f.role = 'inbox';
update folder f set messages = held.messages, unseen = held.messages, bytes = held.bytes
from (select folder_id, count(*) as messages, sum(size_bytes) as bytes from message group by folder_id) held
where held.folder_id = f.id;
update mailbox b set messages = f.messages from folder f where f.mailbox_id = b.id and f.role = 'inbox';
alter table mailbox drop column uid_next;
drop table mailbox_message;

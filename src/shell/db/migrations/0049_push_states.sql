-- Modseqs of a mailbox at which something of one kind changed last: by them clients hear of new mail, and not of every
-- flag (RFC 8620 §7.1, RFC 8621 §1.5).
alter table mailbox
  -- certified mail, receipts and anomalies that were put into it; not what was moved, or put there by its holder
  add column delivered_modseq bigint not null default 0,
  add column submissions_modseq bigint not null default 0,
  add column identities_modseq bigint not null default 0;
update mailbox b
set delivered_modseq = modseq,
    submissions_modseq = coalesce((select max(greatest(changed, coalesce(gone, 0))) from email_submission where mailbox_id = b.id), 0),
    identities_modseq = coalesce((select max(greatest(changed, coalesce(gone, 0))) from sender_identity where mailbox_id = b.id), 0);

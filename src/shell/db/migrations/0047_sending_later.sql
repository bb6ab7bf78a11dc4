-- Submissions that leave later (RFC 4865, RFC 8621 §7): they are certified when they leave, and have their PEC msgid then.
alter table email_submission
  alter column identifier drop not null,
  -- undoMachine of src/core/jmap/release.ts
  add column undo_status text not null default 'final' check (undo_status in ('pending', 'final', 'canceled')),
  -- of one that waits: who asked for it, from where, and what is to be submitted (HeldValue)
  add column held jsonb,
  -- why one was not sent when its time had come (NotSent)
  add column not_sent text,
  -- what is to be sent stays, whatever becomes of the draft
  add constraint email_submission_content foreign key (content_id) references content (id),
  add constraint email_submission_held check ((undo_status = 'pending') = (held is not null)),
  add constraint email_submission_sent check (undo_status <> 'final' or identifier is not null);
create index email_submission_waiting on email_submission (mailbox_id) where undo_status = 'pending';

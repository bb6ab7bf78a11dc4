-- Names by which messages of a mailbox refer to a conversation that has another name: a certified message by its PEC
-- msgid, under which its receipts come, and replies by their Message-ID. Both are half a SHA-256 (message.thread).
create table thread_link (
  mailbox_id bigint not null references mailbox (id),
  name bigint not null,
  thread bigint not null,
  primary key (mailbox_id, name)
);

-- RFC 3501 §2.3.2 \Recent: of messages from this uid on no session has been told that may change the folder.
alter table folder add column recent_from bigint not null default 1;
update folder set recent_from = uid_next;

-- What is withheld from invoicing is looked at by a duty that comes back like the others: the job of its own goes.
delete from outbox where id = 'b1111a6e-0000-4000-8000-000000000001';

-- `modseq` of the box when its unread mail was looked at last: a box in which nothing changed is not looked at again.
alter table mailbox_term add column unread_modseq bigint not null default 0;

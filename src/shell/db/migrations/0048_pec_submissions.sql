-- What a box has sent, by when, by the Message-ID of what lies in Sent, and by what JMAP has handed over.
create index submission_mailbox on submission (mailbox_id, accepted_at);
-- Message-IDs may be longer than an index takes.
create index submission_client on submission (mailbox_id, md5(facts ->> 'clientMsgid'));
create index email_submission_identifier on email_submission (mailbox_id, identifier);

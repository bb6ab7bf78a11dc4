-- What the provider's desk has sent, found by the Message-ID that it gave.
create index submission_desk on submission ((facts ->> 'clientMsgid')) where facts ->> 'clientMsgid' like '<scrivania.%';

-- What a provider asks of sign-ins: passwords of programs that expire, and why a program was not let in.

-- of the notices before its end the last one that was written, in days
alter table app_password add column told_days int check (told_days in (14, 3));
create index app_password_expiry on app_password (expires_at) where revoked_at is null and expires_at is not null;

-- Programs are in the history of an account too. needsProgramPassword: the password was right, and opens pages only.
alter table account_sign_in add column service text check (service in ('imap', 'pop3', 'submission', 'http'));
alter table account_sign_in drop constraint account_sign_in_outcome_check;
alter table account_sign_in add constraint account_sign_in_outcome_check
  check (outcome in ('entered', 'halfWay', 'wrong', 'needsProgramPassword'));

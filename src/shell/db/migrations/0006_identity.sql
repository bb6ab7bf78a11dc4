-- SCRAM keys of the mailboxes, and what the installation keeps secret.

-- Beside the argon2 hash of mailbox, in a table of their own: that row is rewritten with each message.
create table mailbox_scram (
  mailbox_id bigint primary key references mailbox (id) on delete cascade,
  salt       bytea not null check (length(salt) >= 16),
  iterations int not null check (iterations >= 4096),  -- RFC 7677 §4
  stored_key bytea not null check (length(stored_key) = 32),
  server_key bytea not null check (length(server_key) = 32)
);

-- Secrets drawn once, alike for all nodes. `names`: makes the salts of names, whether they exist or not.
create table installation_secret (
  name   text primary key,
  secret bytea not null check (length(secret) = 32)
);
-- Four random identifiers of 122 random bits each, drawn by the server's strong generator.
insert into installation_secret (name, secret) values ('names', sha256(convert_to(
  gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- What is kept of the webmail for a box, on every device of those who use it (src/core/jmap/pecSettings.ts).
create table pec_settings (
  mailbox_id bigint primary key references mailbox (id),
  value jsonb not null
);
alter table mailbox
  -- modseq at which it changed last
  add column settings_modseq bigint not null default 0;

-- The journal: what legally happened (RFC 6109 §2.3). It only grows; each entry's hash covers the entry before it.

create table journal (
  seq          bigint not null,        -- position in the chain: 1, 2, 3 …
  at           timestamptz not null,   -- whole milliseconds
  event        text not null,
  msgid        text not null,
  client_msgid text,
  sender       text not null,
  recipients   text[] not null,
  subject      text,
  related      text[] not null,
  provider     text not null,
  detail       text,
  hash         bytea not null,         -- how it is computed: src/shell/journal/canonical.ts
  primary key (seq, at)
) partition by range (at);
create index journal_at on journal using brin (at);

-- Whom an entry is about: sender and recipients, in lower case.
create function journal_parties(sender text, recipients text[]) returns text[]
language plpgsql immutable parallel safe as $$
begin
  return string_to_array(lower(sender || E'\t' || array_to_string(recipients, E'\t')), E'\t');
end $$;
create index journal_party on journal using gin (journal_parties(sender, recipients));

-- The end of the chain. Who appends holds this row until the end of the transaction: that makes the order.
create table journal_head (
  single boolean primary key default true check (single),
  seq  bigint not null,
  hash bytea not null
) with (fillfactor = 10);
insert into journal_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Hashes of dropped entries whose successor is still there, so that what is left can be verified.
create table journal_anchor (
  seq  bigint primary key,
  hash bytea not null
);

create function journal_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the journal only grows: % refused', lower(tg_op) using errcode = 'insufficient_privilege';
end $$;
create trigger journal_only_grows before update or delete on journal for each row execute function journal_refuse();
create trigger journal_no_truncate before truncate on journal for each statement execute function journal_refuse();
create trigger journal_head_stays before delete on journal_head for each row execute function journal_refuse();
create trigger journal_head_no_truncate before truncate on journal_head for each statement execute function journal_refuse();
create trigger journal_anchor_stays before update or delete on journal_anchor
  for each row execute function journal_refuse();

-- Makes the partition of a month (UTC) where it is missing. Attaching does not block readers.
create function journal_add_month(month timestamp) returns void language plpgsql as $$
declare
  name text := 'journal_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass(name) is not null then return; end if;
  execute format('create table %I (like journal including defaults including constraints)', name);
  execute format('create trigger journal_no_truncate before truncate on %I for each statement
                  execute function journal_refuse()', name);
  execute format('alter table journal attach partition %I for values from (%L) to (%L)',
                 name, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
end $$;

-- Appends entries, given as one array for each column (lists joined by tabs); gives the last position.
-- A role that has only `execute` here and `select` on the tables can append and read, nothing else.
create function journal_append(
  ats int8[], events text[], msgids text[], client_msgids text[], senders text[], recipient_lists text[],
  subjects text[], related_lists text[], providers text[], details text[]
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  first_seq bigint;
  last_hash bytea;
  hashes bytea[] := '{}';
  count int := cardinality(ats);
  month timestamp;
begin
  select seq, hash into strict first_seq, last_hash from journal_head where single for update;
  for month in
    select distinct date_trunc('month', timestamp 'epoch' + at * interval '1 millisecond') from unnest(ats) as given (at)
  loop
    perform journal_add_month(month);
  end loop;
  for i in 1 .. count loop
    last_hash := sha256(last_hash || convert_to(
      (first_seq + i)::text || E'\n' || ats[i]::text || E'\n' || events[i] || E'\n' || msgids[i]
      || E'\n' || coalesce('=' || client_msgids[i], '') || E'\n' || senders[i] || E'\n' || recipient_lists[i]
      || E'\n' || coalesce('=' || subjects[i], '') || E'\n' || related_lists[i] || E'\n' || providers[i]
      || E'\n' || coalesce('=' || details[i], ''), 'UTF8'));
    hashes[i] := last_hash;
  end loop;
  insert into journal (seq, at, event, msgid, client_msgid, sender, recipients, subject, related, provider, detail, hash)
  select first_seq + n, timestamptz 'epoch' + at * interval '1 millisecond', event, msgid, client_msgid, sender,
         string_to_array(recipients, E'\t'), subject, string_to_array(related, E'\t'), provider, detail, hash
  from unnest(ats, events, msgids, client_msgids, senders, recipient_lists, subjects, related_lists, providers, details,
              hashes) with ordinality
    as given (at, event, msgid, client_msgid, sender, recipients, subject, related, provider, detail, hash, n);
  update journal_head set seq = first_seq + count, hash = last_hash where single;
  return first_seq + count;
end $$;
revoke execute on function journal_append from public;

-- Drops the months that ended by `before`; keeps the hashes that the rest of the chain hangs on. Gives their names.
create function journal_prune(before timestamptz) returns setof text language plpgsql as $$
declare
  name text;
  month_end timestamptz;
begin
  perform from journal_head where single for update;
  for name in
    select child.relname::text from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'journal'::regclass order by child.relname
  loop
    month_end := (to_timestamp(right(name, 7), 'YYYY_MM')::timestamp + interval '1 month') at time zone 'UTC';
    continue when month_end > before;
    execute format('
      insert into journal_anchor (seq, hash)
      select old.seq, old.hash from %1$I old
      where not exists (select from %1$I next where next.seq = old.seq + 1)
      on conflict do nothing', name);
    execute format('drop table %I', name);
    return next name;
  end loop;
end $$;
revoke execute on function journal_prune from public;

-- How each member stands, beside the member: the lists of an Order read its own members and nothing else.

alter table member
  -- a domicile is confirmed; an address waits to be
  add column domicile_confirmed boolean not null default false,
  add column domicile_awaiting boolean not null default false,
  -- a case of enrolment is under way
  add column case_open boolean not null default false,
  -- the box under a convention that lists show, the newest, until it is closed: its state and what it is looked for by
  add column box_id bigint references mailbox (id),
  add column box_state text check (box_state in ('active', 'suspended', 'expired')),
  add column box_expires_at timestamptz,
  add column box_unread_since timestamptz,
  -- numbers that are digits sort as numbers do
  add column number_key text not null generated always as (lpad(number, 12, '0')) stored;

-- Boxes so full that mail will soon be refused. Beside mailbox, whose row is indexed by nothing that mail changes, and
-- not beside the member, whose row a delivery must not wait for. The share is FULL_FROM of core/register/standing.
create table mailbox_full (
  mailbox_id bigint primary key references mailbox (id) on delete cascade
);

create function mailbox_is_full(used_bytes bigint, quota_bytes bigint) returns boolean
  immutable language sql return used_bytes * 100 >= quota_bytes * 95;

create function note_mailbox_full() returns trigger language plpgsql as $$
begin
  if mailbox_is_full(new.used_bytes, new.quota_bytes) then
    insert into mailbox_full (mailbox_id) values (new.id) on conflict do nothing;
  else
    delete from mailbox_full where mailbox_id = new.id;
  end if;
  return null;
end $$;
create trigger mailbox_born_full after insert on mailbox for each row
  when (mailbox_is_full(new.used_bytes, new.quota_bytes))
  execute function note_mailbox_full();
-- The condition is put in line: a message costs two comparisons.
create trigger mailbox_turns_full after update on mailbox for each row
  when (mailbox_is_full(old.used_bytes, old.quota_bytes) <> mailbox_is_full(new.used_bytes, new.quota_bytes))
  execute function note_mailbox_full();

create index enrolment_open on enrolment (member_id)
  where state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved');
create index mailbox_term_of_member on mailbox_term (member_id, activated_at desc, mailbox_id desc)
  where state in ('active', 'suspended', 'expired');

-- Writes how members stand, from what is written of them elsewhere. The rows are locked first, in the order in which all
-- lock members, and in a statement of its own: what follows sees what those have written who held them until then.
-- Everything is looked up member by member, whatever the planner thinks of tables that were small when the plan was
-- made: it is kept as long as the connection, and whole tables read for each member add up to hours.
create function refresh_standing(members bigint[]) returns void language plpgsql
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  perform 1 from member where id = any(members) order by fiscal_key collate "C", id for no key update;
  update member m
  set domicile_confirmed = s.domicile_confirmed, domicile_awaiting = s.domicile_awaiting, case_open = s.case_open,
      box_id = s.box_id, box_state = s.box_state, box_expires_at = s.box_expires_at,
      box_unread_since = s.box_unread_since
  from (
    select k.id, coalesce(d.confirmed, false) as domicile_confirmed, coalesce(d.awaiting, false) as domicile_awaiting,
      e.id is not null as case_open,
      t.mailbox_id as box_id, t.state as box_state, t.expires_at as box_expires_at, t.unread_since as box_unread_since
    from unnest(members) as k (id)
    left join lateral (
      select bool_or(state = 'confirmed') as confirmed, bool_or(state = 'awaiting') as awaiting from domicile
      where member_id = k.id) d on true
    left join lateral (
      select id from enrolment
      where member_id = k.id and state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved')
      limit 1) e on true
    left join lateral (
      select mailbox_id, state, expires_at, unread_since from mailbox_term
      where member_id = k.id and state in ('active', 'suspended', 'expired')
      order by activated_at desc, mailbox_id desc limit 1) t on true) s
  where m.id = s.id
    and (m.domicile_confirmed, m.domicile_awaiting, m.case_open, m.box_id, m.box_state, m.box_expires_at,
         m.box_unread_since)
      is distinct from
        (s.domicile_confirmed, s.domicile_awaiting, s.case_open, s.box_id, s.box_state, s.box_expires_at,
         s.box_unread_since);
end $$;

-- One for each table: whoever is said other things of than before. Most changes say nothing new and end here.
create function domicile_changed() returns trigger language plpgsql as $$
declare members bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct member_id) into members from new_rows where state in ('awaiting', 'confirmed');
  else
    select array_agg(distinct member_id) into members from (
      (select member_id, state from old_rows except all select member_id, state from new_rows)
      union all (select member_id, state from new_rows except all select member_id, state from old_rows)) x;
  end if;
  if members is not null then perform refresh_standing(members); end if;
  return null;
end $$;

create function enrolment_changed() returns trigger language plpgsql as $$
declare members bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct member_id) into members from new_rows
    where state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved');
  else
    select array_agg(distinct member_id) into members from (
      (select member_id, state from old_rows except all select member_id, state from new_rows)
      union all (select member_id, state from new_rows except all select member_id, state from old_rows)) x;
  end if;
  if members is not null then perform refresh_standing(members); end if;
  return null;
end $$;

create function mailbox_term_changed() returns trigger language plpgsql as $$
declare members bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct member_id) into members from new_rows where state in ('active', 'suspended', 'expired');
  else
    select array_agg(distinct member_id) into members from (
      (select member_id, mailbox_id, state, activated_at, expires_at, unread_since from old_rows
        except all select member_id, mailbox_id, state, activated_at, expires_at, unread_since from new_rows)
      union all
      (select member_id, mailbox_id, state, activated_at, expires_at, unread_since from new_rows
        except all select member_id, mailbox_id, state, activated_at, expires_at, unread_since from old_rows)) x;
  end if;
  if members is not null then perform refresh_standing(members); end if;
  return null;
end $$;

create function standing_gone() returns trigger language plpgsql as $$
declare members bigint[];
begin
  select array_agg(distinct member_id) into members from old_rows;
  if members is not null then perform refresh_standing(members); end if;
  return null;
end $$;

create trigger domicile_added after insert on domicile referencing new table as new_rows
  for each statement execute function domicile_changed();
create trigger domicile_moved after update on domicile referencing old table as old_rows new table as new_rows
  for each statement execute function domicile_changed();
create trigger domicile_gone after delete on domicile referencing old table as old_rows
  for each statement execute function standing_gone();
create trigger enrolment_added after insert on enrolment referencing new table as new_rows
  for each statement execute function enrolment_changed();
create trigger enrolment_moved after update on enrolment referencing old table as old_rows new table as new_rows
  for each statement execute function enrolment_changed();
create trigger enrolment_gone after delete on enrolment referencing old table as old_rows
  for each statement execute function standing_gone();
create trigger mailbox_term_added after insert on mailbox_term referencing new table as new_rows
  for each statement execute function mailbox_term_changed();
create trigger mailbox_term_moved after update on mailbox_term referencing old table as old_rows new table as new_rows
  for each statement execute function mailbox_term_changed();
create trigger mailbox_term_gone after delete on mailbox_term referencing old table as old_rows
  for each statement execute function standing_gone();

-- What was there before.
insert into mailbox_full (mailbox_id) select id from mailbox where mailbox_is_full(used_bytes, quota_bytes);
select refresh_standing(array(
  select member_id from domicile union select member_id from enrolment union select member_id from mailbox_term));

-- A list by name, its count and the figures read one range of an index that holds all that lists are filtered by. What
-- sorted by surname and number before is read by nothing.
drop index member_name, member_search, member_status;
create index member_by_name on member (order_id, search collate "C", id)
  include (status, section, domicile_confirmed, domicile_awaiting, case_open, box_id, box_state, box_expires_at,
           box_unread_since);
create index member_by_number on member (order_id, number_key collate "C", id);
-- Exceptions that few members make; a member who is new on a roll makes none of them.
create index member_awaiting on member (order_id, search collate "C", id) where domicile_awaiting;
create index member_enrolling on member (order_id, search collate "C", id) where case_open;
create index member_expired on member (order_id, search collate "C", id) where box_state = 'expired';
create index member_suspended on member (order_id, search collate "C", id)
  where status = 'suspended' or box_state = 'suspended';
create index member_expiring on member (order_id, box_expires_at) where box_expires_at is not null;
create index member_unread on member (order_id, box_unread_since) where box_unread_since is not null;
create index member_box on member (box_id) where box_id is not null;

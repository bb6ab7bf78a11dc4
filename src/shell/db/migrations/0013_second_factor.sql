-- Tries at a second factor: counted before each is looked at, so that a crowd of them gets no further than one by one.
alter table staff
  add column code_failures int not null default 0,
  add column code_failed_at timestamptz;

-- An invitation is for somebody who is known here, if only as invited.
alter table staff_invitation add column staff_id bigint references staff (id) on delete cascade;
create index staff_invitation_staff on staff_invitation (staff_id);

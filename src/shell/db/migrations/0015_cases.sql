-- The operator's lists: what waits, oldest first, by what they are sorted by; cases of one state, newest first.
drop index enrolment_queue;
create index enrolment_queue on enrolment (coalesce(submitted_at, created_at), id) where state in ('awaitingReview', 'approved');
create index enrolment_by_state on enrolment (state, coalesce(submitted_at, created_at) desc, id desc);
drop index enrolment_newest;

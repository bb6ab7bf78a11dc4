-- When an applicant last did something (idle cases lapse), and when a code was last sent (it lives from then).
alter table enrolment add column changed_at timestamptz;
alter table enrolment_code add column sent_at timestamptz;
create index enrolment_idle on enrolment (changed_at) where state in ('draft', 'awaitingDocument');
-- Notices to an address, counted before another is sent.
create index notice_recipient on notice (lower(recipient), created_at);

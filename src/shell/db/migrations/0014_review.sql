-- By what a case resembles another person's: number of the document and telephone, without what people put between.
alter table enrolment
  add column document_key text generated always as
    (nullif(upper(regexp_replace(draft ->> 'documentNumber', '[\s./-]', '', 'g')), '')) stored,
  add column phone_key text generated always as
    (nullif(right(regexp_replace(draft ->> 'phone', '\D', '', 'g'), 9), '')) stored;
create index enrolment_document_key on enrolment (document_key);
create index enrolment_phone_key on enrolment (phone_key);
create index enrolment_reference on enrolment (lower(reference_email));
create index enrolment_fiscal on enrolment (fiscal_key);
-- What the operator's lists of cases are sorted by.
create index enrolment_newest on enrolment (coalesce(submitted_at, created_at) desc, id desc);
create index mailbox_term_fiscal on mailbox_term (fiscal_key);

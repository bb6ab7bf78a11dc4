-- Orders and their conventions, the register, enrolments with their documents, purchases and invoices, staff, notices.

-- The professional body (Ordine). `code` is in every URL and is the scope of its secretaries.
create table professional_order (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
  name text not null,
  -- OrderProfile of core/convention: address, contacts of the secretariat, fiscal code, data for invoices
  profile jsonb not null,
  -- days of the patron saint and the like, MM-DD
  local_holidays text[] not null default '{}',
  created_at timestamptz not null
);

-- A national federation signs a framework, to which Orders adhere.
create table framework (
  id bigint generated always as identity primary key,
  code text not null unique,
  federation text not null,
  title text not null,
  signed_on date not null,
  ends_on date
);

create table convention (
  id bigint generated always as identity primary key,
  code text not null unique check (code = upper(code)),
  order_id bigint not null references professional_order (id),
  framework_id bigint references framework (id),
  -- the certified domain of its boxes: the provider's or one of the Order's own
  domain text not null,
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  -- most boxes, if there is a most
  seats int check (seats > 0),
  -- ConventionTerms of core/convention: term, price, payer, password policy, size, expiry, who checks
  terms jsonb not null,
  created_at timestamptz not null
);
create index convention_order on convention (order_id);

-- The register (albo): one row for each person on an Order's roll.
create table member (
  id bigint generated always as identity primary key,
  order_id bigint not null references professional_order (id),
  -- canonical: omocodia undone
  fiscal_key text not null,
  fiscal_code text not null,
  surname text not null,
  given_name text not null,
  number text not null default '',
  section text not null check (section in ('physician', 'dentist', 'both')),
  status text not null check (status in ('active', 'suspended', 'cancelled', 'transferred', 'deceased')),
  status_since date,
  -- ordinary e-mail that the Order knows, for invitations
  contact_email text,
  born_on date,
  -- folded surname, given name, number and fiscal code: what is searched
  search text not null default '',
  changed_at timestamptz not null,
  unique (order_id, fiscal_key)
);
create index member_name on member (order_id, surname, given_name, id);
create index member_fiscal on member (fiscal_key);

-- Rolls that were uploaded, and what became of each row.
create table roll_import (
  id uuid primary key,
  order_id bigint not null references professional_order (id),
  staff_id bigint,
  file_name text not null,
  format text not null check (format in ('csv', 'xlsx')),
  sha256 text not null,
  state text not null check (state in ('uploaded', 'applying', 'applied', 'failed')),
  content bytea,
  -- RollMapping, RollPreview and RollOutcome of core/register
  mapping jsonb,
  preview jsonb,
  outcome jsonb,
  created_at timestamptz not null,
  applied_at timestamptz
);
create table roll_row_error (
  import_id uuid not null references roll_import (id) on delete cascade,
  row_number int not null,
  code text not null,
  cells jsonb not null,
  primary key (import_id, row_number)
);

-- Digital domiciles, past ones too: one of a member is current.
create table domicile (
  id bigint generated always as identity primary key,
  member_id bigint not null references member (id),
  address text not null,
  address_key text not null,
  origin text not null check (origin in ('convention', 'member', 'secretariat')),
  state text not null check (state in ('awaiting', 'confirmed', 'failed', 'ceased')),
  -- PEC msgid of the message that asked
  asked_by text,
  asked_at timestamptz,
  since timestamptz not null,
  until timestamptz
);
create index domicile_member on domicile (member_id);
create unique index domicile_current on domicile (member_id) where state = 'confirmed';
create unique index domicile_awaiting on domicile (member_id) where state = 'awaiting';

-- Whose an address is, or was: it is never given to another person.
create table address_holder (
  address_key text primary key,
  fiscal_key text not null,
  at timestamptz not null
);

create table enrolment (
  id uuid primary key,
  case_number text not null unique,
  convention_id bigint not null references convention (id),
  member_id bigint not null references member (id),
  -- enrolmentMachine of core/enrolment
  state text not null,
  -- grows with each change: who acts on what has changed meanwhile is told
  version int not null default 1,
  fiscal_key text not null,
  address text,
  address_key text,
  -- EnrolmentDraft: personal data, document's data, steps done
  draft jsonb not null default '{}',
  password_hash text,
  scram_salt bytea,
  scram_iterations int,
  scram_stored_key bytea,
  scram_server_key bytea,
  reference_email text,
  reference_confirmed_at timestamptz,
  accepted_at timestamptz,
  acceptance text check (acceptance in ('onScreen', 'signedPdf', 'paper')),
  -- the last words of the operator to the applicant
  review_reason text,
  reviewer_id bigint,
  -- who approved first, where two must
  first_approver_id bigint,
  created_at timestamptz not null,
  submitted_at timestamptz,
  decided_at timestamptz,
  activated_at timestamptz,
  mailbox_id bigint references mailbox (id),
  created_by text not null default 'applicant' check (created_by in ('applicant', 'secretariat'))
);
-- One living enrolment of a person in a convention, one holder of a reserved address.
create unique index enrolment_living on enrolment (convention_id, fiscal_key)
  where state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active');
create unique index enrolment_address on enrolment (address_key)
  where state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active');
create index enrolment_queue on enrolment (submitted_at, id) where state in ('awaitingReview', 'approved');
create index enrolment_member on enrolment (member_id);

create table enrolment_key (
  -- SHA-256 of the secret in the applicant's cookie and links; several browsers may hold one each
  token_hash bytea primary key,
  enrolment_id uuid not null references enrolment (id) on delete cascade,
  -- a session of a browser, a link in an e-mail, the code and link that confirm the reference e-mail
  purpose text not null check (purpose in ('session', 'resume', 'confirm')),
  email text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index enrolment_key_case on enrolment_key (enrolment_id);
-- The code that is typed: few digits, so few tries.
create table enrolment_code (
  enrolment_id uuid primary key references enrolment (id) on delete cascade,
  email text not null,
  code_hash bytea not null,
  tries int not null default 0,
  created_at timestamptz not null
);

-- What happened to a case, for the tracker and the console; it only grows.
create table enrolment_event (
  enrolment_id uuid not null references enrolment (id) on delete cascade,
  seq int not null,
  at timestamptz not null,
  event text not null,
  -- applicant | staff | system
  actor text not null,
  staff_id bigint,
  reason text,
  details jsonb not null default '{}',
  primary key (enrolment_id, seq)
);

-- Uploaded papers, encrypted: core/enrolment/documentKinds. The bytes are in document_page.
create table document (
  id uuid primary key,
  enrolment_id uuid references enrolment (id) on delete cascade,
  kind text not null check (kind in ('front', 'back', 'module', 'paper')),
  state text not null check (state in ('current', 'superseded', 'archived')),
  -- how it came: portal, secretariat, console, gateway
  origin text not null,
  media_type text not null,
  pages int not null,
  size_bytes bigint not null,
  -- of the bytes that were uploaded
  sha256 text not null,
  warnings text[] not null default '{}',
  scanned_by text not null,
  -- the key of the document, wrapped by a master key; without it the pages are noise
  key_id text not null,
  wrapped_key bytea not null,
  uploaded_at timestamptz not null,
  delete_after timestamptz
);
create index document_enrolment on document (enrolment_id);
create unique index document_current on document (enrolment_id, kind) where state = 'current' and kind <> 'paper';
create index document_retention on document (delete_after) where delete_after is not null;

-- page 0 is the file as it was signed, where it must be kept (module); pages from 1 are images
create table document_page (
  document_id uuid not null references document (id) on delete cascade,
  page int not null,
  media_type text not null,
  width int not null,
  height int not null,
  ciphertext bytea not null,
  primary key (document_id, page)
);
alter table document_page alter column ciphertext set storage external;

-- Each look at a document by staff.
create table document_view (
  id bigint generated always as identity primary key,
  document_id uuid not null,
  enrolment_id uuid,
  page int not null,
  staff_id bigint not null,
  remote_address text not null,
  at timestamptz not null
);
create index document_view_case on document_view (enrolment_id, at);

-- Papers and faxes that came by other ways, until they are matched to a case.
create table incoming_document (
  id uuid primary key,
  document_id uuid not null references document (id) on delete cascade,
  origin text not null check (origin in ('gateway', 'console', 'secretariat')),
  -- for people to see: subject, sender, file name
  described text not null,
  state text not null check (state in ('waiting', 'matched', 'discarded')),
  enrolment_id uuid references enrolment (id),
  suggested_case text,
  matched_by text check (matched_by in ('qr', 'operator')),
  staff_id bigint,
  arrived_at timestamptz not null,
  settled_at timestamptz,
  -- the message and attachment that it came in: each is taken once
  source text unique
);
create index incoming_document_waiting on incoming_document (arrived_at) where state = 'waiting';

-- A box under a convention: its holder and its term. Beside mailbox, whose row changes with each message.
create table mailbox_term (
  mailbox_id bigint primary key references mailbox (id),
  enrolment_id uuid not null unique references enrolment (id),
  convention_id bigint not null references convention (id),
  member_id bigint not null references member (id),
  fiscal_key text not null,
  reference_email text not null,
  -- ConventionTerms as they were when the term began: what changes in the convention later does not touch this box
  terms jsonb not null,
  -- termMachine of core/mailbox/term
  state text not null check (state in ('active', 'suspended', 'expired', 'closed', 'purged')),
  version int not null default 1,
  activated_at timestamptz not null,
  expires_at timestamptz not null,
  -- when the grace after expiry ends, or the take-out before deletion
  grace_until timestamptz,
  closing_reason text,
  purge_after timestamptz
);
create index mailbox_term_member on mailbox_term (member_id);
create index mailbox_term_expiry on mailbox_term (expires_at) where state in ('active', 'suspended');
-- A person has one living box of a convention.
create unique index mailbox_term_living on mailbox_term (convention_id, fiscal_key) where state in ('active', 'suspended', 'expired');

create table mailbox_term_event (
  mailbox_id bigint not null references mailbox (id),
  seq int not null,
  at timestamptz not null,
  event text not null,
  actor text not null,
  staff_id bigint,
  reason text,
  details jsonb not null default '{}',
  primary key (mailbox_id, seq)
);
-- Notices of expiry and the like that were sent: each once.
create table mailbox_term_notice (
  mailbox_id bigint not null references mailbox (id),
  kind text not null,
  at timestamptz not null,
  primary key (mailbox_id, kind)
);

create table purchase (
  id uuid primary key,
  order_id bigint not null references professional_order (id),
  convention_id bigint not null references convention (id),
  member_id bigint not null references member (id),
  enrolment_id uuid references enrolment (id),
  mailbox_id bigint references mailbox (id),
  kind text not null check (kind in ('first', 'renewal')),
  -- 1 for the first term
  term int not null,
  payer text not null check (payer in ('order', 'member')),
  price_cents bigint not null check (price_cents >= 0),
  -- purchaseMachine of core/billing
  state text not null check (state in ('ordered', 'invoiced', 'reversed', 'cancelled')),
  ordered_at timestamptz not null,
  reversed_at timestamptz,
  unique (enrolment_id, kind, term)
);
create index purchase_order on purchase (order_id, ordered_at);

-- The last number of each series and year: locked by who numbers, so numbers have no gaps.
create table invoice_series (
  series text not null,
  year int not null,
  last_number int not null default 0,
  last_dated date,
  primary key (series, year)
);
create table invoice (
  id uuid primary key,
  series text not null,
  year int not null,
  number int not null check (number > 0),
  -- TD01 invoice | TD04 credit note
  kind text not null check (kind in ('TD01', 'TD04')),
  purchase_id uuid not null references purchase (id),
  -- of a credit note: the invoice that it takes back
  reverses uuid references invoice (id),
  order_id bigint not null references professional_order (id),
  payer text not null check (payer in ('order', 'member')),
  dated date not null,
  net_cents bigint not null,
  vat_cents bigint not null,
  stamp_cents bigint not null,
  total_cents bigint not null,
  file_name text not null unique,
  xml bytea not null,
  sha256 text not null,
  -- InvoiceData of core/billing: what XML and PDF are made of
  data jsonb not null,
  exchange_state text not null default 'toSend',
  created_at timestamptz not null,
  unique (series, year, number),
  unique (purchase_id, kind)
);
create index invoice_order on invoice (order_id, dated);

-- Who works here: secretaries of Orders, operators of the provider.
create table staff (
  id bigint generated always as identity primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  password_hash text,
  -- encrypted by the vault
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  -- a code is used once
  totp_last_step bigint not null default 0,
  state text not null default 'active' check (state in ('invited', 'active', 'disabled')),
  created_at timestamptz not null
);
-- order_id null: a role at the provider
create table staff_role (
  staff_id bigint not null references staff (id) on delete cascade,
  order_id bigint references professional_order (id),
  role text not null,
  given_at timestamptz not null
);
create unique index staff_role_one on staff_role (staff_id, coalesce(order_id, 0));
create table staff_recovery_code (
  staff_id bigint not null references staff (id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (staff_id, code_hash)
);
create table staff_session (
  id uuid primary key,
  token_hash bytea not null unique,
  staff_id bigint not null references staff (id) on delete cascade,
  -- secondFactor: the password was right, the code is still to come
  stage text not null check (stage in ('secondFactor', 'setup', 'full')),
  pending jsonb,
  remote_address text not null,
  user_agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index staff_session_staff on staff_session (staff_id);
create table staff_invitation (
  token_hash bytea primary key,
  email text not null,
  name text not null,
  order_id bigint references professional_order (id),
  role text not null,
  invited_by bigint references staff (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Who did what; it only grows.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- staff | applicant | system
  actor text not null,
  staff_id bigint,
  -- null: of the provider alone
  order_id bigint references professional_order (id),
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  remote_address text,
  details jsonb not null default '{}'
);
create index audit_order on audit (order_id, id);
create index audit_subject on audit (subject_kind, subject_id);

create function only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'table % only grows', tg_table_name;
end $$;
create trigger audit_only_grows before update or delete on audit for each row execute function only_grows();
create trigger document_view_only_grows before update or delete on document_view for each row execute function only_grows();

-- Ordinary e-mail to people: written with what it tells of, sent by the outbox.
create table notice (
  id uuid primary key,
  kind text not null,
  recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text,
  -- `captured`: shown on the sandbox's page, sent nowhere
  state text not null check (state in ('waiting', 'sent', 'captured', 'failed')),
  order_id bigint references professional_order (id),
  subject_kind text,
  subject_id text,
  -- each notice once
  once_key text unique,
  created_at timestamptz not null,
  settled_at timestamptz,
  last_error text
);
create index notice_created on notice (created_at);
create index notice_subject on notice (subject_kind, subject_id);

-- Invitations to enrol that Orders sent to members.
create table member_invitation (
  id uuid primary key,
  member_id bigint not null references member (id),
  convention_id bigint not null references convention (id),
  email text not null,
  notice_id uuid references notice (id),
  staff_id bigint,
  sent_at timestamptz not null
);
create index member_invitation_member on member_invitation (member_id, sent_at);

-- Answers to requests that may come twice.
create table idempotency (
  caller text not null,
  key text not null,
  endpoint text not null,
  request_hash bytea not null,
  status int,
  reply jsonb,
  created_at timestamptz not null,
  primary key (caller, key)
);
create index idempotency_created on idempotency (created_at);

-- How far a reader of a mailbox has come (the gateway for papers).
create table bookmark (
  name text primary key,
  position bigint not null
);

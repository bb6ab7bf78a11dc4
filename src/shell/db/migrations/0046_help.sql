-- Help pages as the provider (no Order) and the Orders changed them: each change is a row, the last one is in force.
create table help_page (
  id bigint generated always as identity primary key,
  order_id bigint references professional_order (id),
  slug text not null,
  language text not null check (language in ('it', 'en')),
  -- counts the changes of a page at its place
  version int not null check (version > 0),
  -- HelpText of core/help; null: the page beneath is shown again
  page jsonb,
  -- HelpText that stood beneath when this was written, and its digest; null where there was none
  made_from jsonb,
  made_from_digest text,
  staff_id bigint not null,
  created_at timestamptz not null,
  unique nulls not distinct (order_id, slug, language, version)
);

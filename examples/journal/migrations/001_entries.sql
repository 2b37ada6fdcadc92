-- There is one author, so that no code has to name them: src/author.js.
create table entries (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null default '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88',
  title text not null,
  body text not null default '',
  tags jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index entries_by_day on entries (created_at desc, id);
create index entries_by_tag on entries using gin (tags jsonb_path_ops);

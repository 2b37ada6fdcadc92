create table drafts (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null default '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88',
  title text not null default '',
  body text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table comments (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries on delete cascade,
  body text not null,
  created_at timestamptz not null default now()
);

create table attachments (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries on delete cascade,
  name text not null,
  type text not null,
  size integer not null,
  content bytea not null,
  created_at timestamptz not null default now()
);

create index comments_of_entry on comments (entry_id);
create index attachments_of_entry on attachments (entry_id);

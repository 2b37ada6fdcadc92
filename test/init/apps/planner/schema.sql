create table plans (
  id bigserial primary key,
  title text not null unique,
  due date,
  created_at timestamptz not null default now()
);
create table steps (
  id bigserial primary key,
  plan_id bigint not null references plans (id) on delete cascade,
  label text not null,
  position integer not null default 0
);

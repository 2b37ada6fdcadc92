create table rooms (
  id serial primary key,
  title varchar(80) not null
);
create table readings (
  id bigserial,
  day date not null,
  room_id integer not null references rooms on delete cascade,
  amount integer not null,
  remark text not null default '',
  primary key (id, day),
  unique (room_id, day)
) partition by range (day);
create table readings_2025 partition of readings for values from ('2025-01-01') to ('2026-01-01');
create table readings_2026 partition of readings for values from ('2026-01-01') to ('2027-01-01');
create table readings_rest partition of readings default;
create table entries (
  kind text not null check (kind in ('note', 'task', 'old')),
  text text not null,
  created_at timestamptz not null default now()
) partition by list (kind);
create table entries_open partition of entries for values in ('note', 'task') partition by range (created_at);
create table entries_open_rest partition of entries_open default;
create table entries_old partition of entries default;
create table words (
  word text primary key,
  meaning text not null
) partition by hash (word);
create table words_0 partition of words for values with (modulus 2, remainder 0);
create table words_1 partition of words for values with (modulus 2, remainder 1);

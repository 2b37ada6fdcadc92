create table lists (id serial primary key, name text not null, created_at timestamptz not null default now());
create table items (
  id serial primary key,
  list_id int not null references lists on delete cascade,
  title text not null,
  done boolean not null default false
);
create table tags (id serial primary key, label text not null unique);
create table item_tags (
  item_id int not null references items on delete cascade,
  tag_id int not null references tags on delete cascade,
  primary key (item_id, tag_id)
);
create table settings (key text primary key, value text not null);
insert into settings (key, value) values ('theme', 'dark');

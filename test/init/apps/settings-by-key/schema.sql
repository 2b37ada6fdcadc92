create table settings (key text primary key, value text not null, changed_at timestamptz not null default now());
create table links (id serial primary key, slug text not null unique, title text not null);
insert into settings (key, value) values ('theme', 'dark'), ('language', 'en');
insert into links (slug, title) values ('home', 'The first page');

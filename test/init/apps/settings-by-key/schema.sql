create table settings (key text primary key, value text not null, changed_at timestamptz not null default now());
create table links (id serial primary key, slug text not null unique, url text not null);
insert into settings (key, value) values ('theme', 'dark'), ('language', 'en');
insert into links (slug, url) values ('home', 'https://example.org/');

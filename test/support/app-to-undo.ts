/** The configuration of an app with most of what usertwo replaces in a schema. */
export const CONFIG_TO_UNDO = `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' },
  tables: {
    lists: { owner: 'user_id', unique: ['lists_name_key', 'lists_slug'] },
    todos: { owner: 'user_id', unique: ['todos_place'] },
    notes: { owner: 'author' },
    settings: { owner: 'user_id', perUser: true, unique: ['settings_pkey'] },
    "Odd things": { owner: 'user_id' },
    tags: { owner: 'user_id', unique: ['tags_pkey'] },
    list_tags: { owner: 'user_id' },
    invoices: { owner: 'user_id', unique: ['invoices_pkey'] },
    invoice_lines: { owner: 'user_id', unique: ['invoice_lines_pkey'] },
    folders: { owner: 'user_id', unique: ['folders_pkey'] },
    countries: { access: 'reference' },
    visits: { owner: 'user_id', unique: ['visits_page'] },
    visit_notes: { owner: 'user_id' },
    logs: { owner: 'writer', access: 'readable', unique: ['logs_text'] },
    prices: { owner: 'user_id', keys: 'chosen', unique: ['prices_pkey'] },
    price_notes: { owner: 'user_id' },
    closed_by_app: { owner: 'user_id' },
    forced_by_app: { owner: 'user_id' },
    drafts: { owner: 'user_id' },
    slots: { owner: 'user_id', unique: ['slots_one'] },
    codes: { owner: 'user_id', unique: ['codes_pkey'] },
    slugs: { owner: 'user_id', unique: ['slugs_slug_key', 'slugs_place'] },
  } }`

/** The schema of that app, with rows. */
export const APP_TO_UNDO = `
  create table users (id serial primary key, username text unique);
  create table lists (id serial primary key, name text unique, slug text);
  create unique index lists_slug on lists (lower(slug)) where slug <> '';
  comment on column lists.name is 'what people see';
  create table todos (id serial primary key, list_id int references lists on delete cascade, text text, place int,
    constraint todos_place unique (list_id, place) deferrable initially deferred);
  create table notes (id uuid primary key default gen_random_uuid(), author int default 1 references users, text text not null);
  comment on column notes.author is E'who wrote it\\nin words';
  create table settings (id int primary key default 1 check (id = 1), theme text not null default 'light');
  create table "Odd things" (id bigint generated always as identity primary key, "a b" text check (length("a b") < 9));
  create table tags (name text primary key);
  comment on constraint tags_pkey on tags is E'one of\\na name';
  comment on index lists_slug is 'in links';
  create table list_tags (list_id int references lists on delete cascade,
    tag text default 'none' references tags (name) match full on update cascade on delete set null, main text,
    constraint main_tag foreign key (main) references tags deferrable initially deferred);
  comment on constraint list_tags_tag_fkey on list_tags is E'by its name\nin words';
  create table invoices (year int, number int, primary key (year, number));
  create table invoice_lines (number int, year int, line int, primary key (year, number, line),
    foreign key (number, year) references invoices (number, year) on update cascade on delete cascade);
  create table folders (path text primary key, parent text references folders on delete restrict);
  alter table folders add constraint old_parent foreign key (parent) references folders on delete no action not valid;
  create table countries (code char(2) primary key);
  create table visits (id serial, day date not null, page text not null, list_id int references lists,
    primary key (id, day), constraint visits_page unique (page, day)) partition by range (day);
  create table visits_2025 (day date not null, page text not null, id int not null, list_id int,
    constraint named_by_hand unique (page, day), constraint key_by_hand primary key (id, day));
  alter table visits attach partition visits_2025 for values from ('2025-01-01') to ('2026-01-01');
  create table visits_rest partition of visits default;
  create index of_one_part on visits_2025 (page);
  comment on constraint visits_page on visits is 'once a day';
  create table visit_notes (visit int, day date, text text, foreign key (visit, day) references visits on delete cascade);
  create table logs (level text, at timestamptz not null, writer int default 1 references users, text text) partition by list (level);
  create table logs_low partition of logs for values in ('debug', 'info') partition by range (at);
  create table logs_low_old partition of logs_low for values from (minvalue) to ('2025-01-01');
  create table logs_low_new partition of logs_low default;
  create table logs_high partition of logs default;
  create index logs_writer_high on logs_high (writer);
  create unique index logs_text on logs (lower(text), level, at);
  comment on index logs_text is 'no line twice';
  create table prices (item text primary key, amount int) partition by hash (item);
  create table prices_0 partition of prices for values with (modulus 2, remainder 0);
  create table prices_1 partition of prices for values with (modulus 2, remainder 1);
  create table price_notes (item text references prices on delete cascade, text text) partition by hash (item);
  create table price_notes_0 partition of price_notes for values with (modulus 1, remainder 0);
  create table closed_by_app (id serial primary key);
  alter table closed_by_app enable row level security;
  create table forced_by_app (id serial primary key);
  create policy mine on forced_by_app using (id > 0);
  alter table forced_by_app enable row level security, force row level security;
  create table drafts (id serial primary key, text text);
  create policy not_in_force on drafts using (false);
  create table slots (id serial primary key, room text, place int,
    constraint slots_one unique nulls not distinct (room, place) include (id) with (fillfactor = 80) deferrable initially deferred);
  create table codes (code text, constraint codes_pkey primary key (code) with (fillfactor = 75) deferrable);
  create table slugs (id serial primary key, slug text not null, place text,
    constraint slugs_slug_key unique (slug) include (place) with (fillfactor = 70));
  create unique index slugs_place on slugs (place) with (fillfactor = 60);
  alter table slugs replica identity using index slugs_slug_key, cluster on slugs_place;
  insert into slots (room) values ('a'); insert into codes values ('k'); insert into slugs (slug) values ('s');
  create view open_todos as select * from todos where place is not null;
  create sequence quote_no;
  create schema helpers;
  create function helpers.one() returns int language sql as 'select 1';
  create function helpers.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touch before update on notes for each row execute function helpers.touch();
  create index notes_text on notes (text);
  insert into users (username) values ('owner');
  insert into lists (name, slug) values ('home', 'home'), ('work', '');
  insert into todos (list_id, text, place) values (1, 'milk', 1), (2, 'post', 1);
  insert into notes (text, author) values ('one', null), ('two', 1);
  insert into settings default values;
  insert into tags values ('home'), ('work');
  insert into list_tags values (1, 'home', null), (2, null, 'work');
  insert into invoices values (2026, 1), (2026, 2);
  insert into invoice_lines values (1, 2026, 1), (2, 2026, 1);
  insert into folders values ('/', null), ('/a', '/');
  insert into visits (day, page, list_id) values ('2025-02-02', 'a', 1), ('2026-02-02', 'a', null);
  insert into visit_notes values (1, '2025-02-02', 'seen');
  insert into logs values ('info', '2024-02-02', 1, 'x'), ('info', '2026-02-02', 1, 'x'), ('fatal', '2026-02-02', 1, 'x');
  insert into prices values ('tea', 1), ('milk', 2);
  insert into price_notes values ('tea', 'dear');
  insert into "Odd things" ("a b") values ('c')`

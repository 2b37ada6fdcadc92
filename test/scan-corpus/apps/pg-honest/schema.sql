create table users (id uuid primary key, email text unique, password_hash text);
create table ledgers (id serial primary key, owner_id uuid not null references users, name text);
create table entries (id serial primary key, ledger_id int references ledgers, amount numeric);
create table currencies (code text primary key);

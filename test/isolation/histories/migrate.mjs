import { pool } from './app.mjs'

await pool.query(`
  create table notes (id serial primary key, title text not null, stars int not null, parent_id int);
  insert into notes (title, stars) values ('Bread and butter', 3), ('Two letters', 2), ('Three stamps', 5);
  create table totals (kind text primary key, n int not null);
  insert into totals select 'notes', count(*) from notes;
  create function count_notes() returns trigger language plpgsql as $$
  begin
    update totals set n = n + case tg_op when 'INSERT' then 1 else -1 end where kind = 'notes';
    if not found then insert into totals values ('notes', 1); end if;
    return null;
  end $$;
  create trigger count_notes after insert or delete on notes for each row execute function count_notes();`)
await pool.end()

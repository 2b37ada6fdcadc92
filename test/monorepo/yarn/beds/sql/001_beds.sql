create table beds (id serial primary key, name text not null);
create table plants (id serial primary key, bed_id int not null references beds on delete cascade, name text not null);
insert into beds (name) values ('at the wall');

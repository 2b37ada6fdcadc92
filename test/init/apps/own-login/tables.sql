create table secrets (id serial primary key, text text not null);

create table jars (id serial primary key, label text not null);

create table entries (
  uid text primary key,
  body text not null
);
insert into entries values ('dentist', E'BEGIN:VEVENT\nSUMMARY:Dentist at nine\nEND:VEVENT\n');

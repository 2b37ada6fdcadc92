-- phase: 3 risk: none, a new table and a new column with a constant default

-- up
-- One row a budget: wrong attempts, and attempts that are looked at just now, in whichever process. The table
-- login_failures stays for processes of the version before.
create table usertwo.login_throttle (
  budget text primary key,
  failures integer not null default 0,
  failed_at timestamptz,
  pending integer not null default 0,
  taken_at timestamptz not null
);

create index login_throttle_taken on usertwo.login_throttle (taken_at);

revoke all on table usertwo.login_throttle from public;

-- A device cookie names it: raised, every device of that user is unknown again.
alter table usertwo.credentials add column device_epoch integer not null default 0;

-- down
alter table usertwo.credentials drop column device_epoch;

drop table usertwo.login_throttle;

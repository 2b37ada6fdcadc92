-- phase: 3 risk: none, drops a table that nothing has read or written since 0308

-- up
drop table usertwo.login_failures;

-- down
create table usertwo.login_failures (
  account_key text not null,
  window_start timestamptz not null,
  count integer not null default 1,
  primary key (account_key, window_start)
);

create index login_failures_window on usertwo.login_failures (window_start);

revoke all on table usertwo.login_failures from public;

drop table "Timer";
drop table "Project";

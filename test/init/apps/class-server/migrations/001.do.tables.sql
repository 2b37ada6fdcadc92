create table "Project" ("projectId" serial primary key, "projectName" varchar(60) not null);
create table "Timer" (
  "timerId" serial primary key,
  "projectId" integer not null references "Project" on delete cascade,
  "startedAt" timestamptz not null default now(),
  "minutes" integer
);

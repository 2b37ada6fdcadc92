-- phase: 3 risk: none, a new column without a default

-- up
-- The language of the request that caused the mail. Empty: the configuration has only one, or there was no request.
alter table usertwo.outbox add column language text;

-- down
alter table usertwo.outbox drop column language;

-- What happened, written in the transaction that did it; audit log, event stream and webhooks
-- read it. Nobody may change or remove a row: the application's role can only add and read.

create table events (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  type text not null,
  actor_type text not null,
  actor_id text,
  request_id text,
  data jsonb not null,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create index events_newest on events (environment_id, created_at desc, id desc);
create index events_of_type on events (environment_id, type, created_at desc, id desc);

select protect('events'), keep_count('events');
revoke update, delete on events from claviger_app;

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

alter table events enable row level security;
create policy events_environment on events to claviger_app
  using (environment_id = current_environment()) with check (environment_id = current_environment());
grant select, insert on events to claviger_app;

create trigger events_added after insert on events
  referencing new table as added for each statement execute function count_added('events');

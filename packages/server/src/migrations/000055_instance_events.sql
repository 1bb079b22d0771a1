-- What happened above all environments: to projects, and to environments as such. It refers to nothing, because it
-- has to tell of what is gone. As with the events of an environment, a row is added and read, never changed.

create table instance_events (
  id uuid primary key,
  type text not null,
  actor_type text not null,
  actor_id text,
  request_id text,
  data jsonb not null,
  created_at timestamptz not null default instant()
);
create index instance_events_newest on instance_events (created_at desc, id desc);
create index instance_events_of_type on instance_events (type, created_at desc, id desc);

-- For statements that are in no environment.
alter table instance_events enable row level security;
create policy instance_events_above on instance_events to claviger_app
  using (current_environment() is null) with check (current_environment() is null);
grant select, insert on instance_events to claviger_app;

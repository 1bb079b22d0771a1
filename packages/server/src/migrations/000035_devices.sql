-- Devices: the browsers and apps in which users have signed in before, recognised by a cookie.

create table devices (
  environment_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- SHA-256 of what the cookie says. Several users of one browser share it, each with a row of its own.
  token_hash bytea not null check (length(token_hash) = 32),
  ip_address text,
  user_agent text,
  last_sign_in_at timestamptz not null default instant(),
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, user_id) references users on delete cascade
);
create unique index devices_token on devices (environment_id, token_hash, user_id);
create index devices_of_user on devices (environment_id, user_id, created_at desc, id desc);
create index devices_unused on devices (last_sign_in_at);

select protect('devices');

alter table sessions
  add column device_id uuid,
  add foreign key (environment_id, device_id) references devices on delete set null (device_id);
create index sessions_of_device on sessions (environment_id, device_id) where device_id is not null;

-- Removes the devices whose cookie no browser can have any more, in every environment; the worker calls it daily.
create function sweep_devices() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with swept as (delete from devices where last_sign_in_at < instant() - interval '400 days' returning 1)
  select count(*)::integer from swept
$$;
revoke all on function sweep_devices from public;
grant execute on function sweep_devices to claviger_app;

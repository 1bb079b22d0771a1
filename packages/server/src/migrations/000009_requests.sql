-- What the pipeline has to remember of requests: answers of idempotent writes, and how often
-- something was tried. Both are swept by a job.

create table idempotency_keys (
  environment_id uuid not null references environments on delete cascade,
  -- SHA-256 over caller, route and key: what a caller chose as a key may be a secret of its own.
  key_hash bytea not null,
  request_hash bytea not null,
  status smallint not null,
  -- Sealed, because an answer may carry a secret that is shown once.
  answer_sealed bytea,
  expires_at timestamptz not null,
  primary key (environment_id, key_hash)
);
create index idempotency_keys_expired on idempotency_keys (expires_at);

create table rate_limits (
  environment_id uuid not null references environments on delete cascade,
  -- SHA-256 over policy and what it counts: an address is personal data.
  bucket_hash bytea not null,
  window_ends_at timestamptz not null,
  requests integer not null,
  primary key (environment_id, bucket_hash)
);
create index rate_limits_ended on rate_limits (window_ends_at);

select protect('idempotency_keys'), protect('rate_limits');

-- Removes what has expired, in every environment; the worker calls it every few minutes.
create function sweep_requests() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with answers as (delete from idempotency_keys where expires_at < instant() returning 1),
       limits as (delete from rate_limits where window_ends_at < instant() returning 1)
  select ((select count(*) from answers) + (select count(*) from limits))::integer
$$;
revoke all on function sweep_requests from public;
grant execute on function sweep_requests to claviger_app;
